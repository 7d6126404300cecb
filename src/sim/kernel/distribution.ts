import { exp, inverseNormal, ln, pow } from './exact-math.ts';
import { gamma, normalDensity, normalShareBelow } from './moments.ts';

/** How a quantity varies. Times are in microseconds, but any unit will do: the samples have it too. */
export type DistributionSpec =
  | { readonly kind: 'constant'; readonly value: number }
  /** From low up to but excluding high. */
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  /** Cut off below: what would be negative is 0, because these are durations and sizes. */
  | { readonly kind: 'normal'; readonly mean: number; readonly deviation: number }
  /** `sigma` is the deviation of the logarithm. */
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number }
  /** `scale` is the least value. A shape up to 1 has no mean, up to 2 no variance. */
  | { readonly kind: 'pareto'; readonly scale: number; readonly shape: number }
  /** A shape below 1 tells of early failures, 1 is the exponential, above 1 of wear. */
  | { readonly kind: 'weibull'; readonly scale: number; readonly shape: number }
  /** Quantiles (share, value), rising in both; linear in between, flat outside. */
  | { readonly kind: 'empirical'; readonly points: readonly (readonly [share: number, value: number])[] }
  /** Ranks 1 to count; rank k is drawn in proportion to k to the power of minus exponent. */
  | { readonly kind: 'zipf'; readonly count: number; readonly exponent: number };

/** The standard normal 99th percentile. */
const Z99 = inverseNormal(0.99);
/** Half of the last step of a 53-bit draw: stands for a draw of exactly 0 where the quantile of 0 is infinite. */
const LEAST_SHARE = 1 / 0x40_0000_0000_0000;

/** The lognormal with this median and 99th percentile, which is the larger. */
export function lognormalFromP99(median: number, p99: number): DistributionSpec {
  return { kind: 'lognormal', median, sigma: ln(p99 / median) / Z99 };
}

/** The Pareto distribution with this median and 99th percentile, which is the larger. */
export function paretoFromP99(median: number, p99: number): DistributionSpec {
  const shape = ln(0.5 / 0.01) / ln(p99 / median);
  return { kind: 'pareto', scale: median * pow(2, -1 / shape), shape };
}

/** The Weibull distribution with this median and 99th percentile, which is the larger. */
export function weibullFromP99(median: number, p99: number): DistributionSpec {
  const shape = ln(ln(100) / ln(2)) / ln(p99 / median);
  return { kind: 'weibull', scale: median / pow(ln(2), 1 / shape), shape };
}

/** Turns one draw u in [0, 1) into one sample, by the inverse of the distribution function. */
export type Sampler = (u: number) => number;

/** The sampler of a distribution. Samples are real: who needs whole microseconds rounds them. */
export function sampler(spec: DistributionSpec): Sampler {
  switch (spec.kind) {
    case 'constant':
      return () => spec.value;
    case 'uniform':
      return (u) => spec.low + (spec.high - spec.low) * u;
    case 'exponential':
      return (u) => -spec.mean * ln(1 - u);
    case 'normal':
      return (u) => Math.max(0, spec.mean + spec.deviation * standardNormal(u));
    case 'lognormal':
      return (u) => spec.median * exp(spec.sigma * standardNormal(u));
    case 'pareto':
      return (u) => spec.scale * exp(-ln(1 - u) / spec.shape);
    case 'weibull':
      return (u) => spec.scale * pow(-ln(1 - u), 1 / spec.shape);
    case 'empirical':
      return interpolated(spec.points);
    case 'zipf':
      return ranked(spec.count, spec.exponent);
  }
}

/** The expected value of a sample; infinite for a Pareto distribution of shape 1 or less. */
export function meanOf(spec: DistributionSpec): number {
  switch (spec.kind) {
    case 'constant':
      return spec.value;
    case 'uniform':
      return (spec.low + spec.high) / 2;
    case 'exponential':
      return spec.mean;
    case 'normal': {
      if (spec.deviation === 0) return Math.max(0, spec.mean);
      const z = spec.mean / spec.deviation;
      return spec.mean * normalShareBelow(z) + spec.deviation * normalDensity(z); // of what is left at 0 and above
    }
    case 'lognormal':
      return spec.median * exp((spec.sigma * spec.sigma) / 2);
    case 'pareto':
      return spec.shape <= 1 ? Number.POSITIVE_INFINITY : (spec.scale * spec.shape) / (spec.shape - 1);
    case 'weibull':
      return spec.scale * gamma(1 + 1 / spec.shape);
    case 'empirical':
      return meanInterpolated(spec.points);
    case 'zipf': {
      const shares = cumulativeShares(spec.count, spec.exponent);
      return shares.reduce((mean, share) => mean + (1 - share), 1); // the sum of P(rank > k) over k = 0, 1, ...
    }
  }
}

function standardNormal(u: number): number {
  return inverseNormal(u === 0 ? LEAST_SHARE : u);
}

type Points = readonly (readonly [share: number, value: number])[];

function interpolated(points: Points): Sampler {
  const shares = Float64Array.from(points, ([share]) => share);
  const values = Float64Array.from(points, ([, value]) => value);
  const last = points.length - 1;
  if (last < 0) throw new RangeError('an empirical distribution needs at least one point');
  return (u) => {
    const next = firstAbove(shares, u);
    if (next === 0) return values[0]!;
    if (next > last) return values[last]!;
    const from = shares[next - 1]!;
    const part = (u - from) / (shares[next]! - from);
    return values[next - 1]! + part * (values[next]! - values[next - 1]!);
  };
}

/** The area under the quantiles: a trapezium between two points, a rectangle outside. */
function meanInterpolated(points: Points): number {
  let area = 0;
  let share = 0;
  let value = points[0]?.[1] ?? Number.NaN;
  for (const [nextShare, nextValue] of points) {
    area += ((nextShare - share) * (value + nextValue)) / 2;
    share = nextShare;
    value = nextValue;
  }
  return area + (1 - share) * value;
}

function ranked(count: number, exponent: number): Sampler {
  const shares = cumulativeShares(count, exponent);
  return (u) => Math.min(count, firstAbove(shares, u) + 1);
}

/** Entry k is the share of ranks up to k + 1. */
function cumulativeShares(count: number, exponent: number): Float64Array {
  const shares = new Float64Array(count);
  let total = 0;
  for (let k = 0; k < count; k++) {
    total += exp(-exponent * ln(k + 1));
    shares[k] = total;
  }
  return shares.map((share) => share / total);
}

/** The index of the first entry of a rising list that is above `u`; its length if there is none. */
function firstAbove(rising: Float64Array, u: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle]! > u) high = middle;
    else low = middle + 1;
  }
  return low;
}
