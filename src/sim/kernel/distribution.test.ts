import { describe, expect, test } from 'vitest';
import {
  type DistributionSpec,
  lognormalFromP99,
  meanOf,
  paretoFromP99,
  sampler,
  weibullFromP99,
} from './distribution.ts';
import { Luck } from './luck.ts';

const specs: readonly DistributionSpec[] = [
  { kind: 'constant', value: 7 },
  { kind: 'uniform', low: 2, high: 5 },
  { kind: 'exponential', mean: 3 },
  { kind: 'normal', mean: 10, deviation: 2 },
  { kind: 'normal', mean: 1, deviation: 2 },
  { kind: 'normal', mean: 3, deviation: 0 },
  lognormalFromP99(10, 50),
  { kind: 'pareto', scale: 2, shape: 3.5 },
  { kind: 'weibull', scale: 3, shape: 0.8 },
  weibullFromP99(10, 50),
  {
    kind: 'empirical',
    points: [
      [0.1, 1],
      [0.5, 4],
      [0.9, 4],
      [0.99, 20],
    ],
  },
  { kind: 'zipf', count: 50, exponent: 1.1 },
];

/** Samples at the middles of so many equal shares. */
function grid(spec: DistributionSpec, count = 1_000_000): Float64Array {
  const sample = sampler(spec);
  return Float64Array.from({ length: count }, (_, i) => sample((i + 0.5) / count));
}

const average = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each(specs.map((spec) => [JSON.stringify(spec), spec] as const))('%s', (_, spec) => {
  test('has the mean that it says', () => {
    expect(Math.abs(average(grid(spec)) / meanOf(spec) - 1)).toBeLessThan(2e-3); // the tails need the more points
  });

  test('has that mean with drawn luck, too', () => {
    const sample = sampler(spec);
    const stream = new Luck('distributions').stream('mean');
    const values = Float64Array.from({ length: 100_000 }, (_, key) => sample(stream.uniform(key)));
    const mean = average(values);
    const variance = average(values.map((value) => (value - mean) ** 2));
    expect(Math.abs(mean - meanOf(spec))).toBeLessThanOrEqual(
      4.5 * Math.sqrt(variance / values.length) + 1e-9,
    );
  });

  test('rises with its draw and is finite and not negative at both ends', () => {
    const sample = sampler(spec);
    const draws = [0, 2 ** -53, 1e-9, 0.01, 0.3, 0.5, 0.8, 0.99, 1 - 1e-9, 1 - 2 ** -53];
    const values = draws.map(sample);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
  });
});

describe('fitting to a median and a 99th percentile', () => {
  test.each([
    ['lognormal', lognormalFromP99(10, 50)],
    ['pareto', paretoFromP99(10, 50)],
    ['weibull', weibullFromP99(10, 50)],
  ] as const)('meets both as a %s', (_, spec) => {
    expect(sampler(spec)(0.5)).toBeCloseTo(10, 9);
    expect(sampler(spec)(0.99)).toBeCloseTo(50, 9);
  });

  test('gives the parameters of the worked example', () => {
    const rounded = (spec: DistributionSpec) =>
      Object.fromEntries(
        Object.entries(spec).map(([name, value]) => [
          name,
          typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value,
        ]),
      );
    expect(rounded(lognormalFromP99(10, 50))).toEqual({ kind: 'lognormal', median: 10, sigma: 0.6918 });
    expect(rounded(paretoFromP99(10, 50))).toEqual({ kind: 'pareto', scale: 7.5189, shape: 2.4307 });
    expect(rounded(weibullFromP99(10, 50))).toEqual({ kind: 'weibull', scale: 13.6547, shape: 1.1766 });
    expect(meanOf(lognormalFromP99(10, 50))).toBeCloseTo(12.7, 2);
  });
});

test('a normal duration is never negative: what would be is 0', () => {
  const sample = sampler({ kind: 'normal', mean: 1, deviation: 2 });
  expect([sample(0.1), sample(0.5)]).toEqual([0, 1]);
});

test('an empirical distribution is linear between its points and flat outside', () => {
  const sample = sampler({
    kind: 'empirical',
    points: [
      [0.1, 1],
      [0.5, 5],
      [0.9, 25],
    ],
  });
  expect([0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.95].map((u) => Math.round(sample(u) * 1e9) / 1e9)).toEqual([
    1, 1, 2, 3, 5, 15, 25,
  ]);
});

test('a Pareto distribution of shape 1 or less has no mean', () => {
  expect(meanOf({ kind: 'pareto', scale: 1, shape: 1 })).toBe(Number.POSITIVE_INFINITY);
});

test('ranks of a Zipf distribution come in proportion to a power', () => {
  const values = grid({ kind: 'zipf', count: 10, exponent: 2 }, 100_000);
  const ones = values.filter((rank) => rank === 1).length;
  const fours = values.filter((rank) => rank === 4).length;
  expect(Math.abs(ones / fours - 16)).toBeLessThan(0.05);
  expect([Math.min(...values.subarray(0, 9)), Math.max(...values.subarray(-9))]).toEqual([1, 10]);
});
