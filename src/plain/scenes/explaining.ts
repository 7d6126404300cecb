import { chosenOption } from '../../words/design.ts';
import { sentence, stopped } from '../../words/text.ts';
import { explanationWords, whatIfWords } from '../../words/why.ts';
import type { Item } from '../menu.ts';
import { pickOn, type Stage, sessionOn } from '../stage.ts';
import { wordsOfRun } from './observing.ts';
import { settled } from './settled.ts';

type Act = 'go' | 'diagram' | 'whatif' | 'next' | 'back';

/** Tells why a check broke, event by event. */
export async function explaining(stage: Stage): Promise<void> {
  const { talk } = stage;
  const { cause } = sessionOn(stage);
  if (cause === null) return;
  talk.say(
    `\nWhy ${cause.check.id} broke: ${stopped(cause.finding.message)}\n${explanationWords(cause.explanation)}`,
  );
  for (const reason of authorsReasons(stage, cause.check.id)) talk.say(reason);
  const all: Item<Act>[] = [
    { word: 'go', label: 'go to the event of a line, for example: go 3', result: 'go' },
    { word: 'diagram', label: 'the same events as a sequence diagram', result: 'diagram' },
    // What would have been is asked of the exercise as it is, not of a run in which somebody has interfered.
    {
      word: 'whatif',
      label: 'the same universe without each fault, and with each option',
      hidden: !isUntouched(stage),
      result: 'whatif',
    },
    ...(cause.check.findings.length > 1
      ? [{ word: 'other', label: `another of ${cause.check.count} cases`, result: 'next' as const }]
      : []),
    { word: 'back', label: 'back to the run', result: 'back' },
  ];
  const items = stage.guided ? all.filter(({ word }) => ['diagram', 'whatif', 'back'].includes(word)) : all;
  const beyond = { words: wordsOfRun(stage), result: 'back' as const };
  let silent = false;
  for (;;) {
    const { result, rest } = await pickOn(stage, items, { silent, beyond });
    silent = true;
    switch (result) {
      case 'go': {
        const line = cause.explanation.lines[Number(rest) - 1];
        if (line === undefined) talk.say(`Say which line: go 1 to go ${cause.explanation.lines.length}.`);
        else {
          stage.player?.send({ type: 'record', record: line.record });
          stage.flow.send({ type: 'back' });
          return;
        }
        break;
      }
      case 'diagram':
        talk.show(cause.explanation.diagram);
        break;
      case 'whatif':
        if (isUntouched(stage)) await whatIf(stage);
        else talk.say('Not for a run with an injected fault or a changed condition.');
        break;
      case 'next': {
        const { findings, id } = cause.check;
        const number = (findings.indexOf(cause.finding) + 1) % findings.length;
        stage.flow.send({ type: 'back' });
        stage.flow.send({ type: 'why', check: id, finding: number });
        return;
      }
      case 'back':
        stage.flow.send({ type: 'back' });
        return;
    }
  }
}

function isUntouched(stage: Stage): boolean {
  const ask = sessionOn(stage).observation?.ask;
  return ask !== undefined && ask.interventions.length === 0 && ask.variation === null;
}

async function whatIf(stage: Stage): Promise<void> {
  stage.talk.say('Running the same universe again, once for each change.');
  stage.flow.send({ type: 'whatIf' });
  await settled(stage);
  const { cause, exercise } = sessionOn(stage);
  if (cause?.whatIf) stage.talk.say(whatIfWords(exercise, cause.whatIf));
}

/** What the exercise's author says of the options that were chosen and lead to this. */
function authorsReasons(stage: Stage, check: string): string[] {
  const { exercise, observation } = sessionOn(stage);
  return exercise.decide.flatMap((decision) => {
    const option = chosenOption(decision, observation?.ask.choices ?? {});
    if (option === undefined || option.expect.because === null || !option.expect.fails.includes(check))
      return [];
    return [`About "${option.label}": ${sentence(option.expect.because)}`];
  });
}
