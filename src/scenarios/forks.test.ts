import { expect, test } from 'vitest';
import { changesOf } from './changes.ts';
import { asOne, optionTaken } from './forks.ts';
import { findExercise } from './load.ts';

const exercise = findExercise('charged-twice');

test('an option that is taken in the middle of a run is known by what it changes', () => {
  const options = exercise.decide.flatMap((decision) => decision.options);
  for (const option of options) {
    if (option.patches.length === 0) continue;
    expect(asOne(optionTaken(exercise, { at: 5, patch: asOne(option) }) ?? option)).toEqual(asOne(option));
  }
  expect(optionTaken(exercise, { at: 5, patch: { services: {} } })).toBeUndefined();
  expect(optionTaken(exercise, { at: 5, chaos: { a: { crash: 'psp' } } })).toBeUndefined();
});

test('the run remembers which it was', () => {
  const option = exercise.decide[0]?.options.find(({ teaches }) => teaches);
  const patch = option && asOne(option);
  const [change] = changesOf(exercise, {}, [], [{ at: 5_000_000, ...(patch && { patch }) }]);
  expect(change?.what).toBe(option?.id);
});
