import { describe, expect, test } from 'vitest';
import { observe } from '../../../play/engine.ts';
import { practiceSeed } from '../../../play/session.ts';
import type { Option } from '../../../scenarios/exercise.ts';
import { asOne } from '../../../scenarios/forks.ts';
import { findExercise } from '../../../scenarios/load.ts';

const option = (...patches: Record<string, unknown>[]) => ({ patches }) as unknown as Option; // nothing else is read

test('makes one patch of several: maps merge, the later value counts, and a null still deletes', () => {
  const first = { services: { payment: { workers: 8, queue: null } }, clients: { a: {} } };
  const second = { services: { payment: { workers: 16 }, cart: null } };
  expect(asOne(option(first, second))).toEqual({
    services: { payment: { workers: 16, queue: null }, cart: null },
    clients: { a: {} },
  });
  expect(asOne(option({ a: [1] }, { a: [2] }))).toEqual({ a: [2] });
});

describe('the right pattern, taken where the first check breaks', () => {
  const exercise = findExercise('charged-twice');
  const ask = { exercise, choices: {}, seed: practiceSeed(exercise), variation: null };
  const before = observe({ ...ask, interventions: [] });
  const broken = before.verdict.checks.find(({ id }) => id === 'charged-once');
  const at = Math.ceil((broken?.at ?? 0) + 1);
  const keyed = exercise.decide[0]?.options.find(({ teaches }) => teaches) as Option;
  const after = observe({ ...ask, interventions: [{ at, patch: asOne(keyed) }] });

  test('leaves the past as it was', () => {
    const records = before.run.record.columns().time.filter((time) => time < at).length;
    expect(records).toBeGreaterThan(1_000);
    expect(after.run.record.prefixFingerprint(records)).toBe(before.run.record.prefixFingerprint(records));
  });

  test('heals the future', () => {
    const count = ({ verdict }: typeof before) =>
      verdict.checks.find(({ id }) => id === 'charged-once')?.count ?? 0;
    expect(count(before)).toBeGreaterThan(5);
    expect(count(after)).toBeLessThan(3);
  });
});
