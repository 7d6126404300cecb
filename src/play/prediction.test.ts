import { expect, test } from 'vitest';
import type { Exercise } from '../scenarios/exercise.ts';
import type { Verdict } from '../scenarios/judge/index.ts';
import { cameTrue, questionOf } from './prediction.ts';

const check = (weight: string) => ({ kind: 'invariant', target: '', settings: { weight } });
const asking = (predict: unknown) =>
  ({
    predict,
    checks: { once: check('primary'), quick: check('primary'), cheap: check('secondary') },
  }) as unknown as Exercise;
const broke = (firstFailed: string) => ({ outcome: 'failed', checks: [], firstFailed }) as Verdict;
const held: Verdict = { outcome: 'held', checks: [] };

test('asks which check breaks first where the exercise has no question of its own', () => {
  expect(questionOf(asking(null)).answers).toEqual(['once', 'quick', 'Nothing breaks: every check holds']);
});

test.each([
  [0, broke('once'), true],
  [1, broke('once'), false],
  [2, held, true],
  [0, held, false],
  [0, broke('conservation.money'), null],
])('holds answer %i against the run', (answer, verdict, right) => {
  expect(cameTrue(asking(null), answer, verdict, null)).toBe(right);
});

test('lets the run decide a question of the exercise', () => {
  const exercise = asking({ ask: 'How many?', answers: ['none', 'some'], measure: '1' });
  expect(cameTrue(exercise, 1, held, 1)).toBe(true);
  expect(cameTrue(exercise, 0, held, 1)).toBe(false);
  expect(cameTrue(exercise, 0, held, null)).toBeNull();
});
