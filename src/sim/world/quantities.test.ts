import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { backoff, distribution, duration, rate, share, size, timeWindow } from './quantities.ts';

const read = (schema: z.ZodType, text: unknown) => {
  const result = schema.safeParse(text);
  return result.success ? result.data : undefined;
};
const fixOf = (schema: z.ZodType, text: unknown) => {
  const issue = schema.safeParse(text).error?.issues[0];
  return issue?.code === 'custom' ? issue.params?.['fix'] : undefined;
};

describe('quantities', () => {
  test.each([
    ['40us', 40],
    ['300ms', 300_000],
    ['1.5s', 1_500_000],
    ['5m', 300_000_000],
    ['24h', 86_400_000_000],
    ['7d', 604_800_000_000],
  ])('a duration %s is %i µs', (text, micros) => {
    expect(read(duration, text)).toBe(micros);
  });

  test.each(['5', '5 s', '-5s', 's', '5S', '5sec', '1e3s', '400d', 5, null])('%j is no duration', (text) => {
    expect(read(duration, text)).toBeUndefined();
  });

  test.each([
    ['20/s', 20],
    ['0.5/m', 0.5 / 60],
    ['3600/h', 1],
  ])('a rate %s is %d per second', (text, perSecond) => {
    expect(read(rate, text)).toBeCloseTo(perSecond, 12);
  });

  test.each([
    ['2%', 20_000],
    ['0.3%', 3_000],
    ['100%', 1_000_000],
    [0.02, 20_000],
    [1, 1_000_000],
    ['101%', undefined],
    [-0.1, undefined],
    ['2', undefined],
  ])('a share %j is %s parts per million', (given, ppm) => {
    expect(read(share, given)).toBe(ppm);
  });

  test.each([
    ['500B', 500],
    ['64KiB', 65_536],
    ['1MiB', 1_048_576],
    ['64KB', undefined],
  ])('a size %s is %s bytes', (text, bytes) => {
    expect(read(size, text)).toBe(bytes);
  });

  test.each([
    ['60ms', { kind: 'constant', value: 60_000 }],
    ['exponential(5s)', { kind: 'exponential', mean: 5_000_000 }],
    ['uniform(0s 15s)', { kind: 'uniform', low: 0, high: 15_000_000 }],
    ['uniform(0s, 15s)', { kind: 'uniform', low: 0, high: 15_000_000 }],
    ['lognormal(60ms 0.3)', { kind: 'lognormal', median: 60_000, sigma: 0.3 }],
    [
      'empirical(p50=10ms p99=50ms)',
      {
        kind: 'empirical',
        points: [
          [0.5, 10_000],
          [0.99, 50_000],
        ],
      },
    ],
  ])('a distribution %s is read', (text, spec) => {
    expect(read(distribution, text)).toEqual(spec);
  });

  test('a lognormal may be given by its median and its 99th percentile', () => {
    // semantics: median 10, p99 50 gives sigma 0.6918.
    const spec = read(distribution, 'lognormal(10ms p99=50ms)') as { sigma: number };
    expect(spec.sigma).toBeCloseTo(0.6918, 4);
  });

  test.each([
    'lognormal(60ms',
    'lognormal()',
    'uniform(5s 1s)',
    'empirical(p50=50ms p99=10ms)',
    'gauss(1s)',
    'lognormal(60ms p99=10ms)',
  ])('%s is no distribution', (text) => {
    expect(read(distribution, text)).toBeUndefined();
  });

  test('a back-off has a base, a ceiling and a jitter', () => {
    expect(read(backoff, 'exponential(100ms max=2s jitter=full)')).toEqual({
      kind: 'exponential',
      base: 100_000,
      max: 2_000_000,
      jitter: 'full',
    });
    expect(read(backoff, 'fixed(100ms)')).toMatchObject({ kind: 'fixed', base: 100_000, jitter: 'none' });
    expect(read(backoff, 'exponential(100ms jitter=some)')).toBeUndefined();
  });

  test('a window has two ends, one, or the name of a fault', () => {
    expect(read(timeWindow, '60s..90s')).toEqual({ from: 60_000_000, to: 90_000_000 });
    expect(read(timeWindow, '1.5s..')).toMatchObject({ from: 1_500_000 });
    expect(read(timeWindow, 'no-news')).toEqual({ fault: 'no-news' });
    expect(read(timeWindow, '90s..60s')).toBeUndefined();
    expect(read(timeWindow, '60s')).toBeUndefined();
  });
});

describe('what to do about a quantity that cannot be read', () => {
  test.each([
    [duration, '5sec', '`sec` is no unit'],
    [duration, '-5s', 'must not be negative'],
    [duration, '5 s', 'without a space'],
    [rate, '20/sec', '`sec` is no unit'],
    [distribution, 'lognormal(5ms 0.3', 'the bracket is not closed'],
    [distribution, 'lognromal(5ms 0.3)', 'write `lognormal(…)`'],
    [timeWindow, '90s..60s', 'a window ends after it begins'],
  ])('is said: %#', (schema, text, fix) => {
    expect(fixOf(schema, text)).toContain(fix);
  });
});
