import { expect, test } from 'vitest';
import { calibration } from './calibration.ts';
import type { Entry } from './entry.ts';
import { compacted, fold, lastPlace, union } from './fold.ts';

let clock = 0;
/** An entry a second after the one before. */
function entry(fields: object, exercise = 'EX-1'): Entry {
  clock++;
  return {
    id: `e${clock}`,
    at: new Date(Date.UTC(2026, 0, 1) + 1000 * clock).toISOString(),
    exercise,
    ...fields,
  } as Entry; // the fields make it one
}
const attempt = (outcome: string, prediction: unknown = null) =>
  entry({ type: 'attempt', outcome, prediction, choices: {}, broke: [] });
const grade = (held: number, stars: number) => entry({ type: 'grade', seeds: 20, held, stars, choices: {} });
const predicted = (confidence: number, right: boolean | null) =>
  attempt('held', { answer: 'x', confidence, right });

test('keeps the best grade, and counts failures since the last that passed', () => {
  const entries = [attempt('failed'), grade(3, 0), grade(20, 2), grade(20, 1), grade(19, 0), grade(18, 0)];
  expect(fold(entries).get('EX-1')).toMatchObject({ tries: 1, held: false, stars: 2, failedGrades: 2 });
});

test('gives the same whatever order entries come in', () => {
  const entries = [attempt('failed'), grade(3, 0), attempt('held'), entry({ type: 'hint', rung: 2 })];
  expect(fold([...entries].reverse())).toEqual(fold(entries));
  expect(union(entries, [...entries].reverse())).toEqual(union(entries));
});

test('keeps only the last place of each exercise', () => {
  const place = (step: string, exercise: string) => entry({ type: 'place', step, choices: {} }, exercise);
  const entries = [place('choose', 'EX-1'), place('observe', 'EX-2'), place('observe', 'EX-1')];
  expect(compacted(entries)).toHaveLength(2);
  expect(lastPlace(entries)).toMatchObject({ exercise: 'EX-1', step: 'observe' });
});

test('forgets what came before a reset', () => {
  const entries = [attempt('held'), entry({ type: 'reset' }), attempt('failed')];
  expect(fold(entries).get('EX-1')).toMatchObject({ tries: 1, held: false });
});

test('scores predictions by how sure one was', () => {
  const { levels, all, brier } = calibration([
    predicted(3, true),
    predicted(3, false),
    predicted(1, false),
    predicted(2, null),
    attempt('held'),
  ]);
  expect(all).toBe(3);
  expect(levels).toEqual([
    { confidence: 1, right: 0, all: 1 },
    { confidence: 2, right: 0, all: 0 },
    { confidence: 3, right: 1, all: 2 },
  ]);
  expect(brier).toBeCloseTo((0.1 ** 2 + 0.9 ** 2 + 0.4 ** 2) / 3, 10);
  expect(calibration([]).brier).toBeNull();
});
