import { expect, test } from 'vitest';
import { createActor, fromPromise, waitFor } from 'xstate';
import type { Exercise } from '../scenarios/exercise.ts';
import type { GradeReport } from '../scenarios/grade.ts';
import type { Cause, Observation, RunAsk } from './engine.ts';
import { flowMachine } from './flow.machine.ts';
import type { FlowEvent, FlowNews, Start } from './flow-events.ts';
import { sessionOf } from './session.ts';

const option = (id: string, grade: number) => ({ id, label: id, grade, patches: [] });

/** An exercise of two decisions; `safe` on the first makes it hold. */
const exercise = {
  id: 'EX-1',
  slug: 'one',
  hash: 'h',
  predict: null,
  decide: [
    { id: 'retry', ask: 'Retry?', options: [option('blind', 0), option('safe', 5)] },
    { id: 'size', ask: 'How big?', options: [option('small', 5), option('big', 3)] },
  ],
  checks: { once: { kind: 'invariant', settings: { weight: 'primary' } } },
  vary: [{ id: 'calm', ask: 'And without the fault?', of: 'retry=blind', patch: {} }],
  hints: ['where', 'what', 'how'],
  seeds: { practice: 7, grade: 20 },
} as unknown as Exercise; // the machine reads nothing else of it

const holds = ({ choices }: Pick<RunAsk, 'choices'>) => choices['retry'] === 'safe';

function observation(ask: RunAsk): Observation {
  const held = holds(ask);
  const verdict = { outcome: held ? 'held' : 'failed', checks: [], ...(held ? {} : { firstFailed: 'once' }) };
  return { ask, verdict, beats: [], measured: null, run: {} } as unknown as Observation;
}

/** The machine with work that is done at once, and a list of what it told. */
function begin({ start = 'brief', broken = false }: { start?: Start; broken?: boolean } = {}) {
  const asked: RunAsk[] = [];
  const news: FlowNews[] = [];
  const machine = flowMachine.provide({
    actors: {
      observe: fromPromise(async ({ input }) => {
        asked.push(input);
        if (broken) throw new Error('no world');
        return observation(input);
      }),
      explain: fromPromise(
        async ({ input }) => ({ check: { id: input.check }, whatIf: null }) as unknown as Cause,
      ),
      grade: fromPromise(async ({ input: { choices, seeds } }) => {
        const held = holds({ choices }) ? seeds : 1;
        return { choices, seeds: { from: 1, count: seeds }, held } as unknown as GradeReport;
      }),
    },
  });
  const actor = createActor(machine, { input: { session: sessionOf(exercise), start } });
  for (const type of ['attempted', 'graded', 'hinted', 'answered', 'decided'] as const) {
    actor.on(type, (told) => news.push(told));
  }
  actor.start();
  const open = () => waitFor(actor, (state) => state.hasTag('open'));
  const send = async (...events: FlowEvent[]) => {
    for (const event of events) {
      actor.send(event);
      await open();
    }
    return actor.getSnapshot();
  };
  return { actor, send, open, asked, news };
}

const guess: FlowEvent = { type: 'predict', prediction: { answer: 1, confidence: 3 } };
const choose = (decision: string, chosen: string | null): FlowEvent => ({
  type: 'choose',
  decision,
  option: chosen,
});

test('leads from the brief through prediction and choice to the run', async () => {
  const { send, asked } = begin();
  const state = await send({ type: 'next' }, guess, choose('size', 'big'), choose('retry', 'safe'), {
    type: 'run',
  });
  expect(state.value).toBe('observing');
  expect(asked).toMatchObject([{ seed: '7', interventions: [], variation: null }]);
  expect(Object.entries(asked[0]?.choices ?? {})).toEqual([
    ['retry', 'safe'],
    ['size', 'big'],
  ]);
  expect(state.context.attempts).toMatchObject([
    { number: 1, cameTrue: true, prediction: { confidence: 3 } },
  ]);
});

test('scores a prediction once, on the run that follows it', async () => {
  const { send } = begin();
  const { context } = await send({ type: 'next' }, guess, { type: 'run' }, { type: 'watch', seed: 'g3' });
  expect(context.attempts.map(({ cameTrue }) => cameTrue)).toEqual([false, null]);
});

test('takes choices back and takes them again', async () => {
  const { send } = begin();
  await send({ type: 'next' }, guess, choose('retry', 'blind'), choose('retry', 'safe'));
  const now = async (event: FlowEvent) => (await send(event)).context.choices.now;
  expect(await now({ type: 'undo' })).toEqual({ retry: 'blind' });
  expect(await now({ type: 'undo' })).toEqual({});
  expect(await now({ type: 'undo' })).toEqual({});
  expect(await now({ type: 'redo' })).toEqual({ retry: 'blind' });
  expect(await now({ type: 'redo' })).toEqual({ retry: 'safe' });
  expect(await now(choose('retry', null))).toEqual({});
  expect(await now({ type: 'redo' })).toEqual({});
});

test('keeps every attempt and repeats the past when something is injected', async () => {
  const { send, asked } = begin();
  const intervention = { at: 12_000_000, chaos: { slow: { latency: 'payment', add: '400ms' } } };
  const state = await send({ type: 'next' }, guess, { type: 'run' }, { type: 'intervene', intervention });
  expect(asked.map(({ interventions }) => interventions)).toEqual([[], [intervention]]);
  expect(state.context.attempts).toHaveLength(2);
  expect((await send({ type: 'withdraw' })).context.interventions).toEqual([]);
});

test('starts with a running failure when it is asked to', async () => {
  const { actor, open } = begin({ start: 'watch' });
  await open();
  expect(actor.getSnapshot().value).toBe('observing');
  expect(actor.getSnapshot().context.attempts).toMatchObject([{ choices: {}, prediction: null }]);
});

test('starts with the choice when it is asked to', () => {
  expect(begin({ start: 'choose' }).actor.getSnapshot().value).toBe('choosing');
});

test('explains a broken check and comes back', async () => {
  const { send } = begin();
  await send({ type: 'next' }, guess, { type: 'run' });
  const state = await send({ type: 'why', check: 'once', finding: 0 });
  expect(state.value).toEqual({ explaining: 'told' });
  expect(state.context.cause?.check.id).toBe('once');
  expect((await send({ type: 'back' })).value).toBe('observing');
});

test('gives stars for a design that holds everywhere, less one for each hint', async () => {
  const { send, news } = begin();
  await send({ type: 'next' }, guess, choose('retry', 'safe'), { type: 'hint' }, { type: 'run' });
  const state = await send({ type: 'grade', seeds: 20 });
  expect(state.value).toBe('graded');
  expect(news.filter(({ type }) => type === 'graded')).toMatchObject([{ stars: 2 }]);
});

test('gives no star for a design that breaks in one seed, and counts the failure', async () => {
  const { send, news } = begin();
  await send(
    { type: 'next' },
    guess,
    choose('retry', 'blind'),
    { type: 'run' },
    { type: 'grade', seeds: 20 },
  );
  const state = await send({ type: 'back' }, { type: 'grade', seeds: 20 });
  expect(news.filter(({ type }) => type === 'graded')).toMatchObject([{ stars: 0 }, { stars: 0 }]);
  expect(state.context.failedGrades).toBe(2);
});

test('hands the worst seed back to watch, with nothing injected', async () => {
  const { send, asked } = begin();
  await send({ type: 'next' }, guess, { type: 'run' }, { type: 'intervene', intervention: { at: 1 } });
  await send({ type: 'grade', seeds: 20 }, { type: 'watch', seed: 'g4' });
  expect(asked.at(-1)).toMatchObject({ seed: 'g4', interventions: [] });
});

test('tries a variation on the option it is about', async () => {
  const { send, asked } = begin();
  await send(
    { type: 'next' },
    guess,
    choose('retry', 'safe'),
    { type: 'run' },
    { type: 'vary', variation: 'calm', expected: 'held' },
  );
  expect(asked.at(-1)).toMatchObject({ variation: 'calm', choices: { retry: 'blind' } });
});

test('a retry returns to the practice seed and keeps choices and attempts', async () => {
  const { send } = begin();
  await send(
    { type: 'next' },
    guess,
    choose('retry', 'safe'),
    { type: 'run' },
    { type: 'watch', seed: 'g4' },
  );
  const { value, context } = await send({ type: 'retry' });
  expect(value).toBe('predicting');
  expect(context).toMatchObject({ seed: '7', interventions: [], choices: { now: { retry: 'safe' } } });
  expect(context.attempts).toHaveLength(2);
});

test('goes back to the choice when a world cannot be run, and says why', async () => {
  const { send } = begin({ broken: true });
  const state = await send({ type: 'next' }, guess, { type: 'run' });
  expect(state.value).toBe('choosing');
  expect(state.context.error).toEqual(new Error('no world'));
  expect((await send({ type: 'told' })).context.error).toBeNull();
});

test('gives three hints and no fourth', async () => {
  const { send, news } = begin();
  const hint: FlowEvent = { type: 'hint' };
  expect((await send(hint, hint, hint, hint)).context.hints).toBe(3);
  expect(news).toHaveLength(3);
});

test('ignores what makes no sense at a step', async () => {
  const { send } = begin();
  expect((await send({ type: 'grade', seeds: 20 }, { type: 'undo' })).value).toBe('briefing');
});
