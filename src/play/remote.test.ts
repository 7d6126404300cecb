import { afterAll, describe, expect, test } from 'vitest';
import { UsageError } from '../problems.ts';
import { grade } from '../scenarios/grade.ts';
import { findExercise, parseExercise } from '../scenarios/load.ts';
import { narrate } from '../scenarios/narrate.ts';
import { LOST_ANSWER } from '../scenarios/prove/lost-answer.fixture.ts';
import { engine, observe, type RunAsk } from './engine.ts';
import { packed, unpacked } from './parcel.ts';
import { RemoteEngine } from './remote.ts';

const ask: RunAsk = {
  exercise: findExercise('charged-twice'),
  ...{ choices: { key: 'attempt' }, seed: '7', interventions: [], variation: null },
};

const remote = new RemoteEngine();
afterAll(() => remote.close());

describe('a run on another thread', () => {
  test('is told in the same words as one that was made here', async () => {
    const here = observe(ask);
    const there = await remote.observe(ask);
    expect(there.run.fingerprint).toBe(here.run.fingerprint);
    expect(there.verdict).toEqual(here.verdict);
    expect(there.beats).toEqual(here.beats);
    for (let index = 0; index < here.run.record.length; index += 997)
      expect(narrate(there.run, index)).toBe(narrate(here.run, index));
  });

  test('can be cancelled, and another one be made afterwards', async () => {
    const cancel = new AbortController();
    const first = remote.observe(ask, cancel.signal);
    cancel.abort();
    await expect(first).rejects.toThrow('stopped');
    expect((await remote.observe({ ...ask, choices: {} })).verdict.outcome).toBe('failed');
  });
});

test('a parcel holds every column', () => {
  const { run } = observe(ask);
  expect(unpacked(structuredClone(packed(run))).record.columns()).toEqual(run.record.columns());
});

describe('the other work of the thread', () => {
  test('an exercise is read there, and is the same', async () => {
    expect(await remote.load(ask.exercise.file)).toEqual(ask.exercise);
    expect(await remote.read(ask.exercise.text, ask.exercise.file)).toEqual(ask.exercise);
    await expect(remote.load('/nowhere.yaml')).rejects.toBeInstanceOf(UsageError);
  });

  test('a grade says how far it is, and comes to the same', async () => {
    const seen: number[] = [];
    const exercise = parseExercise(LOST_ANSWER, 'lost-answer.yaml'); // short: a long grade starts threads of its own
    const request = { exercise, choices: { retry: 'retry' }, seeds: 3 };
    const there = await remote.grade({ ...request, onProgress: (done) => seen.push(done) });
    expect(there).toEqual(grade(request.exercise, request.choices, { seeds: request.seeds }));
    expect(seen.length).toBeGreaterThan(0);
  });

  test('two designs side by side part where they part here', async () => {
    const { exercise } = ask;
    const pair = { exercise, a: {}, b: { key: 'attempt' }, seed: 'g1' };
    const there = await remote.both(pair);
    const here = await engine.both(pair);
    expect(there.parting).toEqual(here.parting);
    expect(there.b.run.fingerprint).toBe(here.b.run.fingerprint);
  });

  test('every option has notes', async () => {
    const notes = await remote.notes(ask.exercise);
    expect(notes.size).toBe(ask.exercise.decide.flatMap(({ options }) => options).length);
    expect([...notes.values()].every(({ patch }) => patch !== '')).toBe(true);
  });
});
