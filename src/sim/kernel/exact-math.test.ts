import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exp, inverseNormal, ln, pow, sqrt } from './exact-math.ts';
import { gamma, normalShareBelow } from './moments.ts';

const RUNS = { numRuns: 20_000 };

/** The relative error; of zeros and infinities 0 if they are the same. */
function relativeError(value: number, reference: number): number {
  if (Object.is(value, reference) || value === reference) return 0;
  return Math.abs(value - reference) / Math.abs(reference);
}

/** Any positive double, as likely small as large. */
const positive = fc
  .tuple(fc.integer({ min: -1074, max: 1023 }), fc.double({ min: 1, max: 2, noNaN: true }))
  .map(
    ([exponent, mantissa]) =>
      mantissa * 2 ** Math.max(exponent, -1022) * (exponent < -1022 ? 2 ** (exponent + 1022) : 1),
  )
  .filter((x) => x > 0 && x < Number.MAX_VALUE);

/** Numbers near 1, where a logarithm easily loses its digits. */
const nearOne = fc
  .tuple(fc.integer({ min: 1, max: 50 }), fc.double({ min: -1, max: 1, noNaN: true }))
  .map(([places, part]) => 1 + part * 2 ** -places)
  .filter((x) => x > 0);

describe('to a relative error of 1e-12', () => {
  test('ln is the logarithm', () => {
    fc.assert(
      fc.property(fc.oneof(positive, nearOne), (x) => {
        expect(relativeError(ln(x), Math.log(x))).toBeLessThan(1e-12);
      }),
      RUNS,
    );
  });

  test('exp is the exponential, down to where doubles thin out', () => {
    fc.assert(
      fc.property(fc.double({ min: -708, max: 709.7, noNaN: true }), (x) => {
        expect(relativeError(exp(x), Math.exp(x))).toBeLessThan(1e-12);
      }),
      RUNS,
    );
  });

  test('sqrt is the square root', () => {
    fc.assert(
      fc.property(positive, (x) => {
        expect(relativeError(sqrt(x), Math.sqrt(x))).toBeLessThan(1e-12);
      }),
      RUNS,
    );
  });

  test('pow is the power', () => {
    const base = fc.double({ min: 1e-30, max: 1e30, noNaN: true });
    const power = fc.oneof(fc.double({ min: -9, max: 9, noNaN: true }), fc.integer({ min: -9, max: 9 }));
    fc.assert(
      fc.property(base, power, (x, y) => {
        expect(relativeError(pow(x, y), x ** y)).toBeLessThan(1e-12);
      }),
      RUNS,
    );
  });
});

test('the ends of the ranges are as in Math', () => {
  const ends = [0, -0, 1, -1, Number.POSITIVE_INFINITY, Number.NaN, 5e-324, Number.MAX_VALUE];
  for (const x of ends) {
    expect(relativeError(ln(x), Math.log(x))).toBeLessThan(1e-12);
    expect(relativeError(sqrt(x), Math.sqrt(x) + 0)).toBeLessThan(1e-12);
  }
  for (const x of [
    0,
    -800,
    800,
    709.79,
    -745.3,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  ]) {
    expect(exp(x)).toBe(Math.exp(x));
  }
  expect([pow(2, 10), pow(0, 0), pow(0, 0.5), pow(0, -0.5), pow(-2, 3), pow(-2, 0.5)]).toEqual([
    1024,
    1,
    0,
    Number.POSITIVE_INFINITY,
    -8,
    Number.NaN,
  ]);
});

test.each([
  [0.5, 0],
  [0.75, 0.6744897501960817],
  [0.9, 1.2815515655446004],
  [0.975, 1.959963984540054],
  [0.99, 2.3263478740408408],
  [0.999, 3.090232306167813],
  [1e-6, -4.753424308822899],
  [1e-10, -6.361340902404056],
  [1e-100, -21.27345356096532],
])('a share of %d of normal draws is below %d', (share, quantile) => {
  expect(Math.abs(inverseNormal(share) - quantile)).toBeLessThan(1e-12 * Math.max(1, Math.abs(quantile)));
});

test('the normal quantile rises, is odd, and undoes the share below', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), (share) => {
      const z = inverseNormal(share);
      expect(Math.abs(normalShareBelow(z) - share)).toBeLessThan(1e-13);
      expect(inverseNormal(share + 1e-10)).toBeGreaterThan(z);
    }),
    { numRuns: 5000 },
  );
  expect(inverseNormal(0.125)).toBe(-inverseNormal(0.875));
  expect([inverseNormal(0), inverseNormal(1), inverseNormal(-1)]).toEqual([
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NaN,
  ]);
});

test('gamma continues the factorial', () => {
  let factorial = 1;
  for (let n = 1; n <= 20; n++) {
    expect(relativeError(gamma(n), factorial)).toBeLessThan(1e-13);
    factorial *= n;
  }
  expect(relativeError(gamma(1.5), Math.sqrt(Math.PI) / 2)).toBeLessThan(1e-13);
});

test('the last bits have not changed since they were first computed', () => {
  // Of all sums, products and quotients the standard fixes every bit, so this holds on every machine.
  let hash = 0;
  const bits = new DataView(new ArrayBuffer(8));
  for (let i = 1; i < 5000; i++) {
    const x = i / 577;
    for (const value of [ln(x), exp(x - 4), sqrt(x), pow(x, 1.7), inverseNormal(i / 5000)]) {
      bits.setFloat64(0, value);
      hash = Math.imul(hash ^ bits.getInt32(0), 0x9e37_79b1) ^ bits.getInt32(4);
    }
  }
  expect(hash).toMatchInlineSnapshot(`-1776397081`);
});
