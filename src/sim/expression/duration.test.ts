import { expect, test } from 'vitest';
import { durationOf } from './duration.ts';

test.each([
  ['5s', 5_000_000],
  ['250ms', 250_000],
  ['7us', 7],
  ['1h30m', 5_400_000_000],
  ['1.5s', 1_500_000],
  ['1.1ms', 1_100],
  ['-2ms', -2_000],
  ['7d', 604_800_000_000],
  ['0s', 0],
])('reads %s as %d microseconds', (text, micros) => {
  expect(durationOf(text)).toBe(micros);
});

test.each(['', '-', '5', 's', '5 s', '5x', '1h 5m', '5s!', '1.s'])(
  'does not take %j for a length of time',
  (text) => {
    expect(durationOf(text)).toBeUndefined();
  },
);
