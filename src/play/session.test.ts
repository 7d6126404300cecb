import { expect, test } from 'vitest';
import type { Exercise } from '../scenarios/exercise.ts';
import type { GradeReport } from '../scenarios/grade.ts';
import { sessionOf, stars, variedChoices } from './session.ts';

const option = (id: string, grade: number) => ({ id, label: id, grade });
const exercise = {
  id: 'EX-1',
  decide: [
    { id: 'retry', options: [option('blind', 0), option('safe', 5)] },
    { id: 'size', options: [option('small', 5), option('big', 3)] },
  ],
  vary: [
    { id: 'named', of: 'retry=blind' },
    { id: 'alone', of: 'big' },
  ],
  seeds: { practice: 7, grade: 20 },
} as unknown as Exercise; // nothing else of it is read

const report = (choices: Record<string, string>, held: number) =>
  ({ choices, held, seeds: { from: 1, count: 20 } }) as unknown as GradeReport;

test.each([
  [{ retry: 'safe', size: 'small' }, 20, 0, 3],
  [{ retry: 'safe', size: 'big' }, 20, 0, 2],
  [{ retry: 'safe', size: 'small' }, 20, 1, 2],
  [{ retry: 'safe', size: 'big' }, 20, 3, 1],
  [{ retry: 'safe', size: 'small' }, 19, 0, 0],
])(
  'gives stars by what was chosen, what held and what was hinted: %o, %i of 20, %i hints',
  (choices, held, hints, given) => {
    expect(stars(exercise, report(choices, held), hints)).toBe(given);
  },
);

test('tries a variation on the option it is about, and leaves the other decisions', () => {
  expect(variedChoices(exercise, { retry: 'safe', size: 'small' }, 'named')).toEqual({
    retry: 'blind',
    size: 'small',
  });
  expect(variedChoices(exercise, { retry: 'safe' }, 'alone')).toEqual({ retry: 'safe', size: 'big' });
});

test('remembers only choices that the exercise still offers', () => {
  const session = sessionOf(exercise, { choices: { size: 'big', retry: 'gone', other: 'x' }, hints: 2 });
  expect(session.choices.now).toEqual({ size: 'big' });
  expect(session.hints).toBe(2);
});
