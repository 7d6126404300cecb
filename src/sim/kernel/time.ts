/** Virtual time in whole microseconds since the run began. A flavour: sums stay plain numbers. */
export type Micros = number & { readonly unit?: 'µs' };

/** A moment that does not come: later than every other, and never reached by a run. */
export const NEVER: Micros = Number.POSITIVE_INFINITY;

const MILLISECOND = 1_000;
const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** So many microseconds, rounded to a whole one. */
export const us = (n: number): Micros => Math.round(n);
/** So many milliseconds, rounded to a whole microsecond. */
export const ms = (n: number): Micros => Math.round(n * MILLISECOND);
/** So many seconds, rounded to a whole microsecond. */
export const seconds = (n: number): Micros => Math.round(n * SECOND);
/** So many minutes, rounded to a whole microsecond. */
export const minutes = (n: number): Micros => Math.round(n * MINUTE);
/** So many hours, rounded to a whole microsecond. */
export const hours = (n: number): Micros => Math.round(n * HOUR);
/** So many days, rounded to a whole microsecond. */
export const days = (n: number): Micros => Math.round(n * DAY);

/**
 * A time or duration for people: "40 µs", "300 ms", "12.418 s", "never".
 *
 * At most three decimals, in the largest of µs, ms and s that is not below one; whole multiples
 * above a minute stay in seconds, so that two times can always be compared by eye.
 */
export function formatMicros(time: Micros): string {
  if (time === NEVER) return 'never';
  if (time < 0) return `-${formatMicros(-time)}`;
  if (time < MILLISECOND) return `${Math.round(time)} µs`;
  if (time < SECOND) return `${decimals(time, MILLISECOND)} ms`;
  return `${decimals(time, SECOND)} s`;
}

/** `time / unit` with up to three decimals and no trailing zeros, in integer arithmetic. */
function decimals(time: Micros, unit: number): string {
  const thousandths = Math.round((time * 1000) / unit);
  const whole = Math.floor(thousandths / 1000);
  const rest = String(thousandths % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '');
  return rest === '' ? String(whole) : `${whole}.${rest}`;
}
