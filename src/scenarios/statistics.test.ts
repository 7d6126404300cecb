import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mean, occupancy, pairedDifference, quantile, spread, studentT, wilson } from './statistics.ts';

describe('wilson', () => {
  test.each([
    // Values from Newcombe (1998), Statistics in Medicine 17, table I, method 3.
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('agrees with published intervals for %i of %i', (successes, trials, low, high) => {
    const interval = wilson(successes, trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  test('knows nothing without trials', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });

  test('holds the observed share, stays within 0 and 1, and mirrors', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (trials, pick) => {
        const successes = pick % (trials + 1);
        const { low, high } = wilson(successes, trials);
        const mirror = wilson(trials - successes, trials);
        return (
          low >= 0 &&
          high <= 1 &&
          low <= successes / trials &&
          high >= successes / trials &&
          Math.abs(low - (1 - mirror.high)) < 1e-12
        );
      }),
    );
  });
});

describe('studentT', () => {
  test.each([
    [1, 12.7062],
    [9, 2.262157],
    [30, 2.042272],
    [31, 2.039513],
    [40, 2.021075],
    [60, 2.000298],
    [120, 1.97993],
    [1000, 1.962339],
  ])('is the tabled 97.5 %% point for %i degrees of freedom', (freedom, expected) => {
    expect(studentT(freedom)).toBeCloseTo(expected, 4);
  });

  test('falls towards the normal as freedom grows', () => {
    for (let freedom = 1; freedom < 400; freedom++)
      expect(studentT(freedom + 1)).toBeLessThan(studentT(freedom));
  });
});

describe('mean', () => {
  test('gives a known t-interval', () => {
    // Squared distances from 5 add up to 8, so the deviation is sqrt(8 / 3).
    const { mean: centre, interval } = mean([3, 5, 5, 7]);
    expect(centre).toBe(5);
    expect(interval?.high).toBeCloseTo(5 + (3.182446 * Math.sqrt(8 / 3)) / 2, 5);
  });

  test('leaves the interval open for a single value', () => {
    expect(mean([4])).toEqual({ n: 1, mean: 4, interval: null });
  });

  test('covers the true mean about 95 times in 100', () => {
    let covered = 0;
    let state = 12345;
    const uniform = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 4294967296;
    };
    for (let trial = 0; trial < 2000; trial++) {
      const values = Array.from({ length: 12 }, () => uniform() + uniform() + uniform() + uniform());
      const interval = mean(values).interval;
      if (interval && interval.low <= 2 && interval.high >= 2) covered++;
    }
    expect(covered / 2000).toBeGreaterThan(0.93);
    expect(covered / 2000).toBeLessThan(0.97);
  });
});

test('a paired difference is the mean of b minus a, however much the pairs vary', () => {
  const difference = pairedDifference([10, 200, 3000], [11, 201, 3001]);
  expect(difference).toEqual({ n: 3, mean: 1, interval: { low: 1, high: 1 } });
  expect(() => pairedDifference([1], [])).toThrow(RangeError);
});

test('a quantile is the value at its nearest rank', () => {
  const values = [15, 20, 35, 40, 50];
  expect([0.05, 0.3, 0.4, 0.5, 1].map((share) => quantile(values, share))).toEqual([15, 20, 20, 35, 50]);
  expect(quantile([], 0.5)).toBeNull();
});

test('a spread names the ends and the middle', () => {
  expect(spread([5, 1, 4, 2, 3])).toEqual({ n: 5, min: 1, median: 3, p90: 5, max: 5 });
  expect(spread([])).toBeNull();
});

test('the area under the occupancy equals the summed stays', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(100_000), fc.nat(5_000))), (pairs) => {
      const { area, stays, most, arrivals } = occupancy(
        pairs.map(([from, length]) => ({ from, to: from + length })),
      );
      return area === stays && most <= arrivals;
    }),
  );
});
