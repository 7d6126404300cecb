import { openDecisions } from '../../play/session.ts';
import { explainPatch } from '../../scenarios/choose.ts';
import type { Decision } from '../../scenarios/exercise.ts';
import { budgetWords, chosenOption, designWords, optionAside, pointsOf } from '../../words/design.ts';
import { counted, paragraphs } from '../../words/text.ts';
import type { Item } from '../menu.ts';
import { pickOn, type Stage, sessionOn } from '../stage.ts';

type Act =
  | { readonly type: 'option'; readonly id: string }
  | { readonly type: 'decision'; readonly decision: Decision }
  | { readonly type: 'keep' | 'leave' | 'show' | 'undo' | 'redo' | 'run' | 'predict' };

const item = (
  word: string,
  label: string,
  type: Exclude<Act['type'], 'option' | 'decision'>,
  hidden = false,
): Item<Act> => ({
  word,
  label,
  hidden,
  result: { type },
});

/**
 * Asks the open decisions one after the other, then for the word to run.
 *
 * After a try every decision is asked again, with the answer as it stands: whoever comes back wants to change something.
 */
export async function choosing(stage: Stage): Promise<void> {
  const session = sessionOn(stage);
  const asked = new Set(session.attempts.length > 0 ? [] : Object.keys(session.choices.now));
  for (;;) {
    const next = session.exercise.decide.find(({ id }) => !asked.has(id));
    const act = next ? await decide(stage, next) : await review(stage);
    if (act.type === 'decision') asked.delete(act.decision.id);
    else if (act.type === 'undo' || act.type === 'redo') {
      for (const { id } of openDecisions(sessionOn(stage))) asked.delete(id);
    } else if (next && (act.type === 'option' || act.type === 'keep' || act.type === 'leave')) {
      asked.add(next.id);
      if (act.type === 'leave') leaveOpen(stage, next);
    }
    if (finished(stage, act)) return;
  }
}

function leaveOpen(stage: Stage, { id }: Decision): void {
  if (sessionOn(stage).choices.now[id] !== undefined)
    stage.flow.send({ type: 'choose', decision: id, option: null });
  stage.talk.say('Left as it is.');
}

/** Does what leaves the choice, and says whether it was that. */
function finished(stage: Stage, { type }: Act): boolean {
  if (type === 'predict') stage.flow.send({ type: 'back' });
  if (type === 'run') {
    const { exercise, choices } = sessionOn(stage);
    if (exercise.budget !== null && pointsOf(exercise, choices.now) > exercise.budget) {
      stage.talk.say(`${budgetWords(exercise, choices.now)} Leave something out first.`);
      return false;
    }
    stage.flow.send({ type: 'run' });
  }
  return type === 'predict' || type === 'run';
}

const KEEP: Act = { type: 'keep' };

/** Asks one decision until it is answered, left open, or something else is wanted. */
async function decide(stage: Stage, decision: Decision): Promise<Act> {
  const { exercise, choices } = sessionOn(stage);
  const number = exercise.decide.indexOf(decision) + 1;
  const now = chosenOption(decision, choices.now);
  stage.talk.say(`\nDecision ${number} of ${exercise.decide.length}. ${paragraphs(decision.ask)}`);
  if (now) stage.talk.say(`Chosen now: ${now.label}. Enter keeps that.`);
  const options: Item<Act>[] = decision.options.map((option) => ({
    word: '',
    label: `${option.label}${optionAside(option, exercise.budget)}`,
    result: { type: 'option', id: option.id },
  }));
  const items = [
    ...options,
    item('leave', 'leave it as it is', 'leave'),
    item('show', 'what an option changes, for example: show 1', 'show'),
    ...undoItems(stage),
    item('run', 'run with what is chosen so far', 'run', true),
    item('predict', 'predict again', 'predict', true),
  ];
  let silent = false;
  for (;;) {
    const { result, rest } = await pickOn(stage, items, { silent, ...(now && { empty: KEEP }) });
    silent = true;
    if (result.type === 'show') showPatch(stage, decision, rest);
    else if (result.type === 'option') {
      take(stage, decision, result.id);
      return result;
    } else {
      if (result.type === 'undo' || result.type === 'redo') moveInHistory(stage, result.type);
      return result;
    }
  }
}

/** Says what the design is, and asks whether to run it. */
async function review(stage: Stage): Promise<Act> {
  const { exercise, choices, prediction } = sessionOn(stage);
  stage.talk.say(
    `\nYour design: ${designWords(exercise, choices.now)}. ${budgetWords(exercise, choices.now)}`,
  );
  const items: Item<Act>[] = [
    item('run', 'run it on the practice seed', 'run'),
    ...exercise.decide.map(
      (decision): Item<Act> => ({
        word: decision.id,
        label: 'decide this again',
        result: { type: 'decision', decision },
      }),
    ),
    ...undoItems(stage),
    item('predict', prediction === null ? 'say what you expect first' : 'change your prediction', 'predict'),
  ];
  const { result } = await pickOn(stage, items);
  if (result.type === 'undo' || result.type === 'redo') moveInHistory(stage, result.type);
  return result;
}

function undoItems(stage: Stage): Item<Act>[] {
  const { past, future } = sessionOn(stage).choices;
  return [
    ...(past.length > 0 ? [item('undo', 'take the last choice back', 'undo')] : []),
    ...(future.length > 0 ? [item('redo', 'take it again', 'redo')] : []),
  ];
}

function moveInHistory(stage: Stage, type: 'undo' | 'redo'): void {
  stage.flow.send({ type });
  const { exercise, choices } = sessionOn(stage);
  stage.talk.say(
    `${type === 'undo' ? 'Taken back' : 'Taken again'}. ${counted(choices.past.length, 'choice')} can be undone. Now: ${designWords(exercise, choices.now)}.`,
  );
}

/** What comes of an option is not told here: the run shows it, and the author's words wait until then. */
function take(stage: Stage, decision: Decision, id: string): void {
  stage.flow.send({ type: 'choose', decision: decision.id, option: id });
  stage.talk.say(`Chosen: ${decision.options.find((option) => option.id === id)?.label}.`);
}

/** Shows in the language of worlds what an option changes. */
function showPatch(stage: Stage, decision: Decision, rest: string): void {
  const option = decision.options[Number(rest) - 1] ?? decision.options.find(({ id }) => id === rest);
  if (option === undefined) {
    stage.talk.say(`Say which option: show 1 to show ${decision.options.length}.`);
    return;
  }
  stage.talk.say(`"${option.label}" changes this of the world:`);
  stage.talk.show(explainPatch(sessionOn(stage).exercise, decision.id, option.id));
}
