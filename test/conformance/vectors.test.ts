import { expect, test } from 'vitest';
import { checkVectors, vectorLines } from './vectors.ts';

test.each(checkVectors())('$file: our code agrees with all of it', ({ checked, disagreements }) => {
  expect(disagreements).toEqual([]);
  expect(checked).toBeGreaterThan(0);
});

test('a disagreement is a line of its own, with what was expected and what came', () => {
  const disagreements = [{ name: 'key "a"', expected: 3, got: 4 }];
  expect(vectorLines({ file: 'partitions', checked: 2, disagreements })).toEqual([
    'partitions  1 of 2 agree',
    'partitions/key "a": expected 3, got 4',
  ]);
});
