import { describe, expect, test } from 'vitest';
import { parseExercise } from '../load.ts';
import { LOST_ANSWER } from '../prove/lost-answer.fixture.ts';
import { counterfactuals } from './counterfactuals.ts';

const exercise = parseExercise(LOST_ANSWER, 'lost-answer.yaml');
const blind = { retry: 'retry', receiver: 'blind' };

describe('what would have been', () => {
  const { actual, rows, faults } = counterfactuals(exercise, blind, 'g1', 'once');

  test('begins with what was', () => {
    expect(actual.outcome).toBe('invalid');
  });

  test('finds the fault necessary: without it nobody is charged twice', () => {
    expect(faults).toEqual([
      {
        id: 'lost',
        necessary: true,
        sufficient: true,
        label: 'necessary and sufficient',
        count: actual.count,
        without: 0,
      },
    ]);
  });

  test('has a row for each option of each decision, the chosen ones marked', () => {
    const options = rows.filter(({ kind }) => kind === 'option');
    expect(
      options.map(
        ({ id, option, outcome, chosen }) => `${id}=${option} ${outcome}${chosen ? ' (chosen)' : ''}`,
      ),
    ).toEqual([
      'retry=null valid',
      'retry=never valid',
      'retry=retry invalid (chosen)',
      'receiver=null invalid',
      'receiver=blind invalid (chosen)',
      'receiver=knows valid',
    ]);
  });
});

test('a fault that has nothing to do with it is irrelevant, beside one that is necessary', () => {
  const two = LOST_ANSWER.replace('  chaos: {', '  chaos: { slow: { latency: checkout, add: 1ms },');
  const { faults, rows } = counterfactuals(parseExercise(two, 'two.yaml'), blind, 'g1', 'once');
  expect(faults.map(({ id, label }) => `${id}: ${label}`)).toEqual([
    'slow: irrelevant',
    'lost: necessary and sufficient',
  ]);
  expect(rows.filter(({ kind }) => kind === 'only-fault').map(({ id, outcome }) => [id, outcome])).toEqual([
    ['slow', 'valid'],
    ['lost', 'invalid'],
  ]);
});

test('a fault without which fewer break the check contributes to it', () => {
  const clicks = LOST_ANSWER.replace(
    '      rate: 20/s',
    '      rate: 20/s\n      doubleClick: { p: 10%, after: 1ms }',
  );
  const { actual, faults } = counterfactuals(parseExercise(clicks, 'clicks.yaml'), blind, 'g1', 'once');
  const [lost] = faults;
  expect(lost).toMatchObject({ id: 'lost', label: 'contributing', count: actual.count });
  expect(lost?.without).toBeLessThan(actual.count);
  expect(lost?.without).toBeGreaterThan(0);
});
