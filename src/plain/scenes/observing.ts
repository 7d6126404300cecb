import { Player } from '../../play/player.ts';
import type { Session } from '../../play/session.ts';
import { trackOf } from '../../play/track.ts';
import { parseDuration } from '../../sim/world/quantities.ts';
import { consequenceWords, designWords } from '../../words/design.ts';
import { breakRecords, eventWords } from '../../words/narration.ts';
import { expectationWords, openingWords, predictionWords, runWords } from '../../words/run.ts';
import { counted, sentence } from '../../words/text.ts';
import { verdictWords } from '../../words/verdict.ts';
import type { Item } from '../menu.ts';
import { pickOn, type Stage, sessionOn } from '../stage.ts';
import { answerQuestion } from './answering.ts';
import { chooseComparison } from './comparing.ts';
import { findAsOperator, follow } from './following.ts';
import { inject } from './injecting.ts';
import { canLook, look } from './looking.ts';
import { vary } from './varying.ts';

/** One thing to do; true where it led out of the run. */
type Act = (stage: Stage, rest: string) => boolean | Promise<boolean>;

const stays =
  (act: (stage: Stage, rest: string) => void | Promise<void>): Act =>
  async (stage, rest) => {
    await act(stage, rest);
    return false;
  };

const moves: Readonly<Record<string, Parameters<Player['send']>[0]>> = {
  next: { type: 'step', direction: 1 },
  previous: { type: 'step', direction: -1 },
  beat: { type: 'beat', direction: 1 },
  back: { type: 'beat', direction: -1 },
  break: { type: 'break', direction: 1 },
};

const NOWHERE: Readonly<Record<string, string>> = {
  next: 'That was the last event.',
  previous: 'That was the first event.',
  beat: 'No more beats after this: nothing else stands out.',
  back: 'No beat before this.',
  break: 'No broken check after this.',
};

const move = (word: string): Act =>
  stays(({ talk, player, flow }) => {
    const position = player?.send(moves[word] as Parameters<Player['send']>[0]);
    const { observation } = flow.getSnapshot().context;
    if (!position?.moved || !observation) talk.say(NOWHERE[word] as string);
    else talk.say(eventWords(observation, position.record));
  });

/** Lets the person look at the run until something else is wanted. */
export async function observing(stage: Stage): Promise<void> {
  const { observation } = sessionOn(stage);
  if (observation === null) return;
  const items = itemsFor(stage);
  if (stage.player === null) {
    stage.player = new Player(
      trackOf(
        observation.run,
        observation.beats.map(({ record }) => record),
        breakRecords(observation),
      ),
    );
    if (stage.guided) stage.talk.say(`\n${openingWords(sessionOn(stage).exercise)}`);
    stage.talk.say(`\n${runWords(sessionOn(stage))}\n\n${verdictWords(observation.verdict)}`);
    const prediction = predictionWords(sessionOn(stage));
    if (prediction !== '') stage.talk.say(prediction);
    const expectation = expectationWords(sessionOn(stage));
    if (expectation !== '') stage.talk.say(expectation);
    stage.talk.say('');
  } else if (stage.player.position.record >= 0)
    stage.talk.say(eventWords(observation, stage.player.position.record));
  let silent = false;
  for (;;) {
    const { result, rest } = await pickOn(stage, items, { silent });
    silent = true;
    if (await result(stage, rest)) return;
  }
}

const choiceWords = ({ exercise, observation }: Session): string =>
  consequenceWords(exercise, observation?.ask.choices ?? {});

const go =
  (send: (stage: Stage) => void): Act =>
  (stage) => {
    send(stage);
    return true;
  };

/** What can be said while a run is looked at. */
export const wordsOfRun = (stage: Stage): readonly string[] => itemsFor(stage).map(({ word }) => word);

function itemsFor(stage: Stage): readonly Item<Act>[] {
  const session = sessionOn(stage);
  const { verdict } = session.observation ?? { verdict: { checks: [] } };
  const broken = verdict.checks.filter(({ findings }) => findings.length > 0).map(({ id }) => id);
  const why = { word: 'why', label: 'why that happened, event by event', result: whyAct(broken) };
  const change = {
    word: 'change',
    label: 'change the design and try again',
    result: go(({ flow }) => flow.send({ type: 'retry' })),
  };
  const followOne = { word: 'follow', label: 'one request from beginning to end', result: stays(follow) };
  if (stage.guided && broken.length > 0) return [why, followOne, change];
  stage.guided = false; // nothing failed, so there is nothing to begin with
  const designs = new Set(session.attempts.map(({ choices }) => JSON.stringify(choices)));
  const { exercise } = session;
  const answered = session.explained !== null;
  return [
    { word: 'beat', label: 'go to the next event that matters', result: move('beat') },
    { word: 'next', label: 'go to the next event', result: move('next') },
    { word: 'previous', label: 'go to the event before', result: move('previous') },
    {
      word: 'break',
      label: 'go to the next broken check',
      hidden: broken.length === 0,
      result: move('break'),
    },
    { ...why, hidden: broken.length === 0 },
    followOne,
    {
      word: 'look',
      label: 'into queues, topics and instances at this moment, or into what you name',
      hidden: !session.observation || !canLook(session.observation.run),
      result: stays(look),
    },
    {
      word: 'choice',
      label: 'what comes of your choices, in the words of the author',
      hidden: choiceWords(session) === '',
      result: stays((now) =>
        now.talk.say(choiceWords(sessionOn(now)) || 'The author says nothing about these choices.'),
      ),
    },
    { word: 'inject', label: 'break something at this moment, and run again', result: inject },
    change,
    { word: 'grade', label: `run the design on ${exercise.seeds.grade} hidden seeds`, result: gradeAct },
    {
      word: 'compare',
      label: 'two of your tries on the same seeds',
      hidden: designs.size < 2,
      result: chooseComparison,
    },
    {
      word: 'answer',
      label: 'say in one sentence why it happened',
      hidden: exercise.explain === null || answered,
      result: stays(answerQuestion),
    },
    { word: 'vary', label: 'change one condition', hidden: exercise.vary.length === 0, result: vary },
    {
      word: 'debrief',
      label: 'what every option was worth, and when not to use it',
      hidden: session.report === null && session.attempts.length < 3,
      result: go(({ flow }) => flow.send({ type: 'debrief' })),
    },
    { word: 'back', label: 'go to the event before that matters', hidden: true, result: move('back') },
    {
      word: 'event',
      label: 'go to an event, for example: event 118',
      hidden: true,
      result: stays(jumpToEvent),
    },
    { word: 'time', label: 'go to a time, for example: time 12.4s', hidden: true, result: stays(jumpToTime) },
    {
      word: 'operator',
      label: 'what operators find of a request, for example: operator order-17',
      hidden: true,
      result: stays(findAsOperator),
    },
    { word: 'code', label: 'a code that repeats this run anywhere', hidden: true, result: stays(sayCode) },
    { word: 'verdict', label: 'every check again', hidden: true, result: stays(sayVerdict) },
    { word: 'tries', label: 'all your tries', hidden: true, result: stays(sayTries) },
    {
      word: 'withdraw',
      label: 'run again without what you injected',
      hidden: true,
      result: go(({ flow }) => flow.send({ type: 'withdraw' })),
    },
  ];
}

const whyAct =
  (broken: readonly string[]): Act =>
  async (stage, rest) => {
    const [only] = broken;
    if (only === undefined) {
      stage.talk.say('Nothing broke in this run, so there is nothing to explain.');
      return false;
    }
    const named = broken.find((id) => id === rest);
    const { verdict } = sessionOn(stage).observation ?? {};
    let check = named ?? verdict?.firstFailed ?? only;
    if (broken.length > 1 && named === undefined && !stage.guided) {
      stage.talk.say('Which check?');
      const items = broken.map((id): Item<string> => ({ word: '', label: id, result: id }));
      check = (await pickOn(stage, items, { empty: check })).result;
    }
    stage.flow.send({ type: 'why', check, finding: 0 });
    return true;
  };

function gradeAct(stage: Stage, rest: string): boolean {
  const { exercise, choices } = sessionOn(stage);
  const seeds = rest === '' ? exercise.seeds.grade : Number(rest);
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > 10_000) {
    stage.talk.say('Say how many seeds, from 1 to 10000: grade 200.');
    return false;
  }
  const arms = 1 + Object.keys(choices.now).length;
  stage.talk.say(
    `Grading on ${counted(seeds, 'hidden seed')}${arms > 1 ? ', and again without each of your choices' : ''}. That is ${counted(seeds * arms, 'run')}.`,
  );
  stage.flow.send({ type: 'grade', seeds });
  return true;
}

function jumpToEvent({ talk, player, flow }: Stage, rest: string): void {
  const { observation } = flow.getSnapshot().context;
  const record = Number(rest.replace('#', ''));
  if (!observation || !player || rest === '' || !Number.isInteger(record))
    talk.say('Say which event: event 118.');
  else talk.say(eventWords(observation, player.send({ type: 'record', record: Math.max(0, record) }).record));
}

function jumpToTime({ talk, player, flow }: Stage, rest: string): void {
  const { observation } = flow.getSnapshot().context;
  const at = parseDuration(/^[\d.]+$/.test(rest) ? `${rest}s` : rest.replaceAll(' ', ''));
  if (!observation || !player || at === undefined) {
    talk.say('Say which time: time 12.4s.');
    return;
  }
  const { record } = player.send({ type: 'time', at });
  talk.say(record < 0 ? 'Nothing has happened by then.' : eventWords(observation, record));
}

/** A code for this run and this place in it, to be given to somebody else. */
async function sayCode({ talk, flow, player }: Stage): Promise<void> {
  const { observation } = flow.getSnapshot().context;
  if (observation === null) return;
  const { exercise, choices, seed, interventions, variation } = observation.ask;
  if (variation !== null) {
    talk.say('There is no code for a run with a changed condition.');
    return;
  }
  const { isBuiltin } = await import('../../scenarios/load.ts');
  if (!isBuiltin(exercise)) {
    talk.say('There is no code for an exercise of your own: "brownout run --save" writes a file for others.');
    return;
  }
  const { writeCode } = await import('../../replay/code.ts');
  const record = player?.position.record ?? -1;
  const written = writeCode(exercise, { choices, seed, position: record < 0 ? null : record, interventions });
  talk.say(
    written.ok
      ? `Replay code: ${written.code}. Elsewhere: brownout replay ${written.code}`
      : sentence(written.reason),
  );
}

function sayVerdict(stage: Stage): void {
  const { observation } = sessionOn(stage);
  if (observation) stage.talk.say(verdictWords(observation.verdict));
}

function sayTries(stage: Stage): void {
  const { attempts, exercise } = sessionOn(stage);
  for (const { number, choices, seed, verdict } of attempts) {
    const broke = verdict.checks.filter(({ outcome }) => outcome === 'invalid').map(({ id }) => id);
    stage.talk.say(
      `${number} ${verdict.outcome.toUpperCase()}: ${designWords(exercise, choices)}. ${broke.length > 0 ? sentence(`broke ${broke.join(', ')}`) : ''} Seed ${seed}.`,
    );
  }
}
