/** A range that holds the true value with the stated confidence; both ends belong to it. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The standard normal's 97.5 % point: two-sided 95 % confidence. */
const Z = 1.959963984540054;

/**
 * Wilson's score interval for a share, at 95 % confidence.
 *
 * Unlike the textbook interval it never leaves 0 to 1 and never shrinks to nothing at 0 of n or n of n.
 */
export function wilson(successes: number, trials: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const share = successes / trials;
  const z2 = Z * Z;
  const scale = 1 + z2 / trials;
  const centre = (share + z2 / (2 * trials)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === trials ? 1 : Math.min(1, centre + half),
  };
}

/** Student's t at 97.5 %, for 1 to 30 degrees of freedom. */
const T_TABLE = [
  12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139,
  2.200985, 2.178813, 2.160369, 2.144787, 2.13145, 2.119905, 2.109816, 2.100922, 2.093024, 2.085963, 2.079614,
  2.073873, 2.068658, 2.063899, 2.059539, 2.055529, 2.051831, 2.048407, 2.04523, 2.042272,
] as const;

/**
 * Student's t at 97.5 %: the factor of a two-sided 95 % interval with so many degrees of freedom, at least 1.
 *
 * Beyond 30 it is Cornish and Fisher's expansion around the normal (Abramowitz and Stegun 26.7.5), right to 1e-6 there.
 */
export function studentT(freedom: number): number {
  const tabled = T_TABLE[freedom - 1];
  if (tabled !== undefined) return tabled;
  const z2 = Z * Z;
  const first = (Z * (z2 + 1)) / 4;
  const second = (Z * ((5 * z2 + 16) * z2 + 3)) / 96;
  const third = (Z * (((3 * z2 + 19) * z2 + 17) * z2 - 15)) / 384;
  return Z + (first + (second + third / freedom) / freedom) / freedom;
}

/** A mean and the 95 % interval around it; the interval is null where fewer than two values leave it unknown. */
export interface Mean {
  readonly n: number;
  readonly mean: number;
  readonly interval: Interval | null;
}

/** The mean of independent values, with its t-interval. */
export function mean(values: readonly number[]): Mean {
  const n = values.length;
  if (n === 0) return { n, mean: 0, interval: null };
  let sum = 0;
  for (const value of values) sum += value;
  const centre = sum / n;
  if (n === 1) return { n, mean: centre, interval: null };
  let squares = 0;
  for (const value of values) squares += (value - centre) * (value - centre);
  const half = studentT(n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { n, mean: centre, interval: { low: centre - half, high: centre + half } };
}

/** The mean of `b - a` over pairs that met the same luck, with its t-interval. */
export function pairedDifference(a: readonly number[], b: readonly number[]): Mean {
  if (a.length !== b.length)
    throw new RangeError(`paired values need equal lengths, not ${a.length} and ${b.length}`);
  return mean(a.map((value, i) => (b[i] as number) - value));
}

/** Puts numbers in rising order without touching the array it was given. */
const rising = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** The nearest-rank quantile of values in rising order, for a share above 0 up to 1; null where there are none. */
export function quantile(inOrder: ArrayLike<number>, share: number): number | null {
  const rank = Math.max(1, Math.ceil(share * inOrder.length));
  return inOrder[rank - 1] ?? null;
}

/** How numbers lie: the ends, the middle and the 90th percentile. */
export interface Spread {
  readonly n: number;
  readonly min: number;
  readonly median: number;
  readonly p90: number;
  readonly max: number;
}

/** The spread of some numbers; null where there are none. */
export function spread(values: readonly number[]): Spread | null {
  const inOrder = rising(values);
  const n = inOrder.length;
  if (n === 0) return null;
  return {
    n,
    min: inOrder[0] as number,
    median: quantile(inOrder, 0.5) as number,
    p90: quantile(inOrder, 0.9) as number,
    max: inOrder[n - 1] as number,
  };
}

/** Someone's time in a system: from arriving to leaving, in whole units. */
export interface Stay {
  readonly from: number;
  readonly to: number;
}

/** Both sides of Little's law over whole numbers: the area under "how many are here", and the summed stays. */
export interface Occupancy {
  readonly arrivals: number;
  readonly area: number;
  readonly stays: number;
  readonly most: number;
}

/** Measures occupancy twice, by sweeping time and by adding stays: a record that was read rightly gives `area = stays`. */
export function occupancy(stays: readonly Stay[]): Occupancy {
  const changes = stays.flatMap(({ from, to }) => [
    { at: from, by: 1 },
    { at: to, by: -1 },
  ]);
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  let area = 0;
  let here = 0;
  let most = 0;
  let last = 0;
  for (const { at, by } of changes) {
    area += here * (at - last);
    last = at;
    here += by;
    if (here > most) most = here;
  }
  let summed = 0;
  for (const { from, to } of stays) summed += to - from;
  return { arrivals: stays.length, area, stays: summed, most };
}
