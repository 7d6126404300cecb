import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ms, seconds } from '../kernel/time.ts';
import { FixedWindow } from './fixed-window.ts';
import { Gcra } from './gcra.ts';
import { rateLimitField, rateLimitPolicy, retryAfterSeconds } from './headers.ts';
import type { Limit } from './limit.ts';
import { SlidingLog } from './sliding-log.ts';
import { SlidingWindow } from './sliding-window.ts';
import { SteppedBucket } from './stepped-bucket.ts';
import { TokenBucket } from './token-bucket.ts';

/** Asks at each time and tells at which it was let through. */
const passed = (limit: Limit, times: readonly number[]) => times.filter((time) => limit.ask(time).allowed);

const gaps = fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 60 });
const arrivals = gaps.map((list) => {
  let now = 0;
  return list.map((gap) => {
    now += gap;
    return now;
  });
});

const five: readonly (readonly [string, () => Limit])[] = [
  ['token bucket', () => new TokenBucket(5, ms(200))],
  ['GCRA', () => new Gcra(ms(200), ms(800))],
  ['Envoy’s bucket', () => new SteppedBucket({ max_tokens: 5, tokens_per_fill: 2, fill_interval: ms(400) })],
  ['fixed window', () => new FixedWindow(5, seconds(1))],
  ['sliding window', () => new SlidingWindow(5, seconds(1))],
  ['sliding log', () => new SlidingLog(5, seconds(1))],
];

describe.each(five)('%s', (_name, make) => {
  test('lets a request through as soon as retryAfter has passed, and not one microsecond before', () => {
    fc.assert(
      fc.property(arrivals, (times) => {
        const limit = make();
        for (const now of times) limit.ask(now);
        const last = times.at(-1) ?? 0;
        while (limit.ask(last).allowed);
        const { retryAfter } = limit.ask(last);
        expect(retryAfter).toBeGreaterThan(0);
        expect(limit.ask(last + retryAfter - 1).allowed).toBe(false);
        expect(limit.ask(last + retryAfter).allowed).toBe(true);
      }),
    );
  });

  test('lets as many through at once as it says remain', () => {
    fc.assert(
      fc.property(arrivals, (times) => {
        const limit = make();
        for (const now of times) limit.ask(now);
        const now = times.at(-1) ?? 0;
        const promised = limit.remaining(now);
        expect(passed(limit, new Array(20).fill(now))).toHaveLength(promised);
      }),
    );
  });

  test('has its whole quota again once reset has passed', () => {
    fc.assert(
      fc.property(arrivals, (times) => {
        const limit = make();
        for (const now of times) limit.ask(now);
        const last = times.at(-1) ?? 0;
        expect(limit.remaining(last + limit.reset(last))).toBe(5);
      }),
    );
  });
});

test('GCRA lets the same requests through as a token bucket', () => {
  fc.assert(
    fc.property(arrivals, (times) => {
      expect(passed(new Gcra(ms(200), ms(800)), times)).toEqual(passed(new TokenBucket(5, ms(200)), times));
    }),
  );
});

test('a fixed window lets twice its limit through around the border of two windows', () => {
  const around = [...Array(5).keys()].flatMap((i) => [ms(990) + i, ms(1_000) + i]).sort((a, b) => a - b);
  expect(passed(new FixedWindow(5, seconds(1)), around)).toHaveLength(10);
  expect(passed(new SlidingLog(5, seconds(1)), around)).toHaveLength(5);
});

test('the sliding log never lets more than its limit through in any window', () => {
  fc.assert(
    fc.property(arrivals, (times) => {
      const through = passed(new SlidingLog(5, seconds(1)), times);
      for (let i = 5; i < through.length; i++)
        expect((through[i] as number) - (through[i - 5] as number)).toBeGreaterThanOrEqual(seconds(1));
    }),
  );
});

test('the sliding window takes the requests before it as evenly spread, which they need not be', () => {
  const burst = [...Array(5).keys()].map((i) => ms(900) + i);
  const late = ms(1_500);
  expect(passed(new SlidingWindow(5, seconds(1)), [...burst, late, late, late])).toHaveLength(7);
  expect(passed(new SlidingLog(5, seconds(1)), [...burst, late, late, late])).toHaveLength(5);
});

test('Retry-After is rounded up to whole seconds', () => {
  expect([1, 999_999, 1_000_000, 1_000_001].map(retryAfterSeconds)).toEqual([1, 1, 1, 2]);
});

test('the RateLimit fields are written as the draft writes them', () => {
  const bucket = new TokenBucket(60, ms(500));
  for (let i = 0; i < 10; i++) bucket.ask(seconds(2));
  expect(rateLimitPolicy('burst', 60, seconds(30))).toBe('"burst";q=60;w=30');
  expect(rateLimitField('burst', bucket, seconds(2))).toBe('"burst";r=50;t=5');
});
