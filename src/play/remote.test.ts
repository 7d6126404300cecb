import { afterAll, describe, expect, test } from 'vitest';
import { findExercise } from '../scenarios/load.ts';
import { narrate } from '../scenarios/narrate.ts';
import { observe, type RunAsk } from './engine.ts';
import { packed, unpacked } from './parcel.ts';
import { RemoteEngine } from './remote.ts';

const ask: RunAsk = {
  exercise: findExercise('charged-twice'),
  ...{ choices: { key: 'attempt' }, seed: '7', interventions: [], variation: null },
};

describe('a run on another thread', () => {
  const remote = new RemoteEngine();
  afterAll(() => remote.close());

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
