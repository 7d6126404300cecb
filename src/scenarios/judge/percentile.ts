/**
 * The nearest-rank percentile of sorted values: the smallest of them that at least `percent` % do not exceed.
 *
 * Always a value that occurred; exact, since times are whole microseconds. Undefined for no values.
 */
export function percentile(sorted: ArrayLike<number>, percent: number): number | undefined {
  if (sorted.length === 0) return undefined;
  // In thousandths of a percent, so that 99.9 % of 1000 is the 999th and not, by a rounding error, the 1000th.
  const rank = Math.ceil((Math.round(percent * 1000) * sorted.length) / 100_000);
  return sorted[Math.max(0, rank - 1)];
}
