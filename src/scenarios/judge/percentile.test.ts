import fc from 'fast-check';
import { expect, test } from 'vitest';
import { percentile } from './percentile.ts';

test('is the smallest value that enough others do not exceed', () => {
  const isSmallest = (values: number[], percent: number) => {
    const sorted = values.toSorted((a, b) => a - b);
    const found = percentile(sorted, percent) as number;
    const covered = (limit: number) =>
      values.filter((value) => value <= limit).length * 100 >= percent * values.length;
    const smaller = sorted.filter((value) => value < found);
    return values.includes(found) && covered(found) && smaller.every((value) => !covered(value));
  };
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), isSmallest),
  );
});

test('does not slip by a rounding error', () => {
  const thousand = Array.from({ length: 1000 }, (_, index) => index + 1);
  expect(percentile(thousand, 99.9)).toBe(999);
  expect(percentile(thousand, 100)).toBe(1000);
});

test('of nothing is nothing', () => {
  expect(percentile([], 99)).toBeUndefined();
});
