import { expect, test } from 'vitest';
import { days, formatMicros, hours, minutes, ms, NEVER, seconds, us } from './time.ts';

test('units convert to whole microseconds', () => {
  expect([us(1.6), ms(0.3), seconds(1.5), minutes(1), hours(1), days(1)]).toEqual([
    2, 300, 1_500_000, 60_000_000, 3_600_000_000, 86_400_000_000,
  ]);
});

test.each([
  [0, '0 µs'],
  [40, '40 µs'],
  [999, '999 µs'],
  [1000, '1 ms'],
  [1_250, '1.25 ms'],
  [300_000, '300 ms'],
  [999_999, '999.999 ms'],
  [1_000_000, '1 s'],
  [12_418_000, '12.418 s'],
  [12_418_900, '12.419 s'],
  [90_000_000, '90 s'],
  [-300_000, '-300 ms'],
  [NEVER, 'never'],
])('%d µs is written "%s"', (time, text) => {
  expect(formatMicros(time)).toBe(text);
});
