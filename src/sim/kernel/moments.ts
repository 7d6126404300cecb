import { exp, pow, sqrt } from './exact-math.ts';

/** The height of the standard normal curve at z. */
export function normalDensity(z: number): number {
  return exp(-0.5 * z * z) / sqrt(2 * Math.PI);
}

/** The share of standard normal draws below z, to about 1e-14 absolute. */
export function normalShareBelow(z: number): number {
  if (z > 0) return 1 - normalShareBelow(-z);
  if (z < -5) {
    // Laplace's continued fraction of the tail.
    let fraction = -z;
    for (let k = 60; k > 0; k--) fraction = -z + k / fraction;
    return normalDensity(z) / fraction;
  }
  let term = z;
  let sum = z;
  for (let k = 3; k < 120; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 + normalDensity(z) * sum;
}

// Lanczos' approximation with g = 7 and nine terms, as computed by P. Godfrey.
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
  12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** The gamma function of x, at least 1. */
export function gamma(x: number): number {
  const above = x - 1;
  const sum = LANCZOS.reduce((total, term, i) => (i === 0 ? term : total + term / (above + i)), 0);
  const t = above + 7.5;
  return sqrt(2 * Math.PI) * pow(t, above + 0.5) * exp(-t) * sum;
}
