/**
 * The nearest-rank percentile of sorted values: the smallest of them that at least `percent` % do not exceed.
 *
 * Always a value that occurred; exact, since times are whole microseconds. Undefined for no values.
 */
export function percentile(sorted: ArrayLike<number>, percent: number): number | undefined {
  return sorted.length === 0 ? undefined : sorted[rankOf(sorted.length, percent) - 1];
}

/** Which of so many sorted values, from 1, is the percentile. */
export function rankOf(count: number, percent: number): number {
  // In thousandths of a percent, so that 99.9 % of 1000 is the 999th and not, by a rounding error, the 1000th.
  return Math.max(1, Math.ceil((Math.round(percent * 1000) * count) / 100_000));
}
