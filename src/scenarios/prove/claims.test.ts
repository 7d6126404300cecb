import { describe, expect, test } from 'vitest';
import type { Exercise, Expect } from '../exercise.ts';
import type { Observation } from '../grade-job.ts';
import { blamedPlaces, judgeClaim, judgeEdge, judgeMustFail, vacuousFaults } from './claims.ts';
import { bestChoices, bigBox, designSpace, isListedRight, taughtDecisions } from './designs.ts';
import { harder } from './edge.ts';

/** A seed in which the named checks broke, at the given times; all others held. */
function seen(breaks: Readonly<Record<string, number>>, sees: readonly (number | null)[] = []): Observation {
  const checks = ['once', 'money', 'quick'].map((id) => {
    const at = breaks[id] ?? null;
    const weight = id === 'quick' ? ('secondary' as const) : ('primary' as const);
    const outcome = at === null ? ('valid' as const) : ('invalid' as const);
    return {
      id,
      weight,
      outcome,
      need: `${id} <= 1`,
      got: 'x',
      measures: {},
      at,
      count: at === null ? 0 : 1,
    };
  });
  const failed = checks.some(({ outcome, weight }) => outcome === 'invalid' && weight === 'primary');
  const outcome = failed ? ('failed' as const) : ('held' as const);
  const result = {
    seed: 'g1',
    outcome,
    firstFailed: null,
    checks,
    faults: [],
    blamed: [],
    events: 1,
    fingerprint: '',
  };
  return { result, figures: null, luck: null, sees, why: null, trace: null };
}

const times = (n: number, observation: Observation) => Array.from({ length: n }, () => observation);

const claim = (changes: Partial<Expect>): Expect => ({
  holds: [],
  fails: [],
  mayFail: [],
  share: 950_000,
  because: 'so',
  sees: {},
  ...changes,
});

const codes = (expected: Partial<Expect>, observations: readonly Observation[], strict = false) =>
  judgeClaim(claim(expected), observations, strict).faults.map(({ code }) => code);

describe('`holds: all`', () => {
  test('is proved where every check holds in every seed', () => {
    expect(judgeClaim(claim({ holds: 'all' }), times(20, seen({})), true)).toMatchObject({
      verb: 'hold',
      n: 20,
      of: 20,
      faults: [],
      seed: null,
    });
  });

  test('is refuted by one seed, and by a secondary check', () => {
    const observations = [...times(19, seen({})), seen({ quick: 5 })];
    expect(codes({ holds: 'all' }, observations)).toEqual(['check/does-not-hold']);
    expect(judgeClaim(claim({ holds: 'all' }), observations, false)).toMatchObject({ n: 19, seed: 'g1' });
  });
});

describe('`fails`', () => {
  test('is proved where each fails in 19 of 20 seeds', () => {
    expect(codes({ fails: ['once'] }, [...times(19, seen({ once: 1 })), seen({})])).toEqual([]);
    expect(codes({ fails: ['once'] }, [...times(18, seen({ once: 1 })), ...times(2, seen({}))])).toEqual([
      'check/does-not-fail',
    ]);
  });

  test('takes the share that the author states', () => {
    const half = [...times(10, seen({ once: 1 })), ...times(10, seen({}))];
    expect(codes({ fails: ['once'], share: 400_000 }, half)).toEqual([]);
  });

  test('is refuted where another check breaks first', () => {
    const late = times(20, seen({ once: 9, money: 2 }));
    expect(codes({ fails: ['once', 'money'] }, late)).toEqual(['check/fails-for-another-reason']);
    expect(codes({ fails: ['money', 'once'] }, late)).toEqual([]);
  });

  test('lets tolerated checks break first', () => {
    expect(
      codes({ fails: ['once'], mayFail: ['money'] }, times(20, seen({ once: 9, money: 2 })), true),
    ).toEqual([]);
  });

  test('reports failures nobody named; `strict` forbids them', () => {
    const also = times(20, seen({ once: 1, money: 2 }));
    expect(judgeClaim(claim({ fails: ['once'] }), also, false)).toMatchObject({
      faults: [],
      notes: ['fails, but also from money 100 %'],
    });
    expect(codes({ fails: ['once'] }, also, true)).toEqual(['check/fails-also']);
  });

  test('beside `holds` proves both', () => {
    expect(codes({ fails: ['once'], holds: ['money'] }, times(20, seen({ once: 1, money: 2 })))).toEqual([
      'check/does-not-hold',
    ]);
  });
});

test('a number that the text promises must lie in its range', () => {
  const sees = { "facts('charged') - orders()": { from: 40, to: 80 } };
  const fails = ['once'];
  expect(codes({ fails, sees }, times(20, seen({ once: 1 }, [60])))).toEqual([]);
  const other = judgeClaim(
    claim({ fails, sees }),
    [...times(10, seen({ once: 1 }, [60])), ...times(10, seen({ once: 1 }, [90]))],
    false,
  );
  expect(other.faults[0]?.message).toContain('is so in 10 of 20 seeds: 60 to 90');
});

test('a design that must fail may pass in one seed of twenty', () => {
  const pass = judgeMustFail([...times(19, seen({ once: 1 })), seen({})], 'check/x', 'doing nothing');
  expect(pass.faults).toEqual([]);
  const fail = judgeMustFail(
    [...times(18, seen({ once: 1 })), ...times(2, seen({}))],
    'check/x',
    'doing nothing',
  );
  expect(fail.faults).toEqual([
    { code: 'check/x', message: 'doing nothing fails in only 18 of 20 seeds; it must fail in 95 %' },
  ]);
  expect(judgeMustFail(times(20, seen({ quick: 1 })), 'check/x', 'a secondary failure')).toMatchObject({
    n: 0,
  });
});

test('a right answer that a slightly harder world breaks is remarked upon, not refused', () => {
  expect(judgeEdge([...times(18, seen({})), ...times(2, seen({ once: 1 }))])).toMatchObject({
    n: 18,
    notes: [],
    faults: [],
  });
  const edge = judgeEdge([...times(17, seen({})), ...times(3, seen({ once: 1 }))]);
  expect(edge).toMatchObject({
    n: 17,
    faults: [],
    reason: 'once 15 %',
    notes: [expect.stringContaining('17 of 20')],
  });
});

test('faults that never struck are found, unless they may be idle', () => {
  const withFault = (fired: number, idleAllowed: boolean): Observation => {
    const observation = seen({});
    return {
      ...observation,
      result: { ...observation.result, faults: [{ id: 'slow', fired, idleAllowed }] },
    };
  };
  expect(vacuousFaults(times(20, withFault(0, false)))).toEqual([{ id: 'slow', seeds: 20 }]);
  expect(vacuousFaults(times(20, withFault(0, true)))).toEqual([]);
  expect(vacuousFaults([...times(19, withFault(3, false)), withFault(0, false)])).toEqual([]);
});

test('an expression without a value is told once, however often it was needed', () => {
  const blamed = [{ place: 'payment.charge.capture', message: 'division by zero' }];
  const observation = seen({});
  const wrong: Observation = { ...observation, result: { ...observation.result, blamed } };
  expect(blamedPlaces([observation, wrong, wrong])).toEqual(blamed);
});

describe('designs', () => {
  const option = (id: string, grade: number, holds: 'all' | string[], teaches = false) => ({
    id,
    grade,
    teaches,
    expect: claim({ holds, fails: holds === 'all' ? [] : ['once'] }),
  });
  const partial: unknown = {
    decide: [
      { id: 'retry', options: [option('a', 0, []), option('b', 5, 'all', true), option('c', 5, 'all')] },
      { id: 'queue', options: [option('x', 3, 'all'), option('y', 5, [])] },
    ],
  };
  const exercise = partial as Exercise; // designs read decisions only

  test('the best answer holds everything, has the highest grade, and comes first', () => {
    expect(bestChoices(exercise)).toEqual({ retry: 'b', queue: 'x' });
  });

  test('only decisions whose best option teaches must be load-bearing', () => {
    expect(taughtDecisions(exercise).map(({ id }) => id)).toEqual(['retry']);
  });

  test('the space is every way to answer, open decisions included', () => {
    const { all, tried } = designSpace(exercise, 100);
    expect(all).toBe(12);
    expect(new Set(tried.map((choices) => JSON.stringify(choices))).size).toBe(12);
    expect(designSpace(exercise, 5).tried).toHaveLength(5);
  });

  test('an answer is listed as right if each of its options is', () => {
    expect(isListedRight(exercise, { retry: 'c', queue: 'x' })).toBe(true);
    expect(isListedRight(exercise, { retry: 'c' })).toBe(false);
    expect(isListedRight(exercise, { retry: 'a', queue: 'x' })).toBe(false);
  });

  test('a harder world has a tenth more load, and each fault a fifth stronger', () => {
    const settings = (more: object) => ({ settings: { p: 1_000_000, ...more } });
    const world: unknown = {
      clients: { shoppers: { rate: 20 }, night: { rate: null } },
      chaos: {
        lost: settings({ p: 50_000 }),
        slow: settings({ x: 4 }),
        late: settings({ add: 300_000 }),
        dies: settings({}),
      },
    };
    expect(harder(world as Parameters<typeof harder>[0])).toEqual({
      clients: { shoppers: { rate: '22.000000/s' } },
      chaos: { lost: { p: 0.06 }, slow: { x: 4.8 }, late: { add: '360000us' } },
    });
  });

  test('the big box is three times of all that costs money, within what the language allows', () => {
    const db = { max_connections: 100, pools: { main: { maximumPoolSize: 10 } } };
    const world: unknown = {
      services: { pay: { replicas: 30, workers: 200, db }, cart: { replicas: 2, workers: 8, db: null } },
    };
    expect(bigBox(world as Parameters<typeof bigBox>[0])).toEqual({
      services: {
        pay: {
          replicas: 64,
          workers: 600,
          db: { max_connections: 300, pools: { main: { maximumPoolSize: 30 } } },
        },
        cart: { replicas: 6, workers: 24 },
      },
    });
  });
});
