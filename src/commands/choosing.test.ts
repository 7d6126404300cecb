import { expect, test } from 'vitest';
import type { Exercise } from '../scenarios/exercise.ts';
import { readChoices } from './choosing.ts';
import { shardOf, wholeNumber } from './numbers.ts';

const decision = (id: string, ...options: string[]) => ({
  id,
  options: options.map((option) => ({ id: option })),
});
const exercise = {
  slug: 'one',
  decide: [decision('retry', 'never', 'safe'), decision('size', 'big', 'never')],
} as unknown as Exercise; // nothing else of it is read

test('reads decisions in the order of the exercise, and lone options', () => {
  expect(Object.entries(readChoices(exercise, ['size=big', 'safe']))).toEqual([
    ['retry', 'safe'],
    ['size', 'big'],
  ]);
});

test.each([
  ['sise=big', 'Did you mean size?'],
  ['retry=saef', 'Did you mean safe?'],
  ['never', 'several decisions have an option never'],
  ['huge', 'one has no option "huge"'],
])('refuses %s', (given, reason) => {
  expect(() => readChoices(exercise, [given])).toThrow(reason);
});

test('refuses a decision that is taken twice', () => {
  expect(() => readChoices(exercise, ['retry=safe', 'retry=never'])).toThrow('retry is chosen twice');
});

test('reads whole numbers within their bounds, and shards', () => {
  expect(wholeNumber('20', '--seeds', 1, 100)).toBe(20);
  expect(wholeNumber(undefined, '--seeds', 1, 100)).toBeUndefined();
  for (const wrong of ['0', '101', '1e2', '-1', 'x', ''])
    expect(() => wholeNumber(wrong, '--seeds', 1, 100)).toThrow('--seeds');
  expect(shardOf('3/8')).toEqual({ index: 3, of: 8 });
  for (const wrong of ['0/8', '9/8', '3', 'a/b']) expect(() => shardOf(wrong)).toThrow('--shard');
});
