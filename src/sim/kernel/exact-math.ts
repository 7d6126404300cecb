/**
 * Transcendental functions in plain arithmetic.
 *
 * The language leaves the last bits of `Math.log` and its kin to each engine, and engines differ. Addition,
 * multiplication and division are exact by IEEE 754, so these give the same bits everywhere. Their relative
 * error is below 1e-12; most are within a few units of the last place.
 */

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const HIGH = littleEndian ? 1 : 0;

const LN2_HIGH = 0.6931471803691238; // its last 32 bits are zero, so a product with an exponent is exact
const LN2_LOW = 1.9082149292705877e-10; // ln 2 - LN2_HIGH
const LN2 = LN2_HIGH + LN2_LOW;

/** Cells that the range of mantissas is cut into. */
const CELLS = 128;
/** From this cell on a mantissa is above √2, and is read as half of it with a higher exponent. */
const UPPER = 53;
const inverses = new Float64Array(CELLS);
const logarithms = new Float64Array(CELLS);
const powers = new Float64Array(CELLS);

for (let cell = 0; cell < CELLS; cell++) {
  // Few bits make a product with an inverse nearly exact. The two cells that touch 1 and 2 get exact ones.
  const inverse = Math.round(1024 / (1 + (cell + 0.5) / CELLS)) / 1024;
  inverses[cell] = cell === 0 ? 1 : cell === CELLS - 1 ? 0.5 : inverse;
  logarithms[cell] = -lnBySeries(inverses[cell]! * (cell < UPPER ? 1 : 2));
  powers[cell] = expBySeries((cell * LN2) / CELLS);
}

/** Entry b is 2 to the power of 1023 - b: what takes the exponent off a number whose exponent bits are b. */
const scales = new Float64Array(2047);
const MIDDLE = 1023;
scales[MIDDLE] = 1;
for (let b = MIDDLE + 1; b < 2047; b++) scales[b] = scales[b - 1]! / 2;
for (let b = MIDDLE - 1; b >= 0; b--) scales[b] = scales[b + 1]! * 2;

/** ln of a number in [0.7, 1.5], by the series of the inverse hyperbolic tangent. */
function lnBySeries(x: number): number {
  const s = (x - 1) / (x + 1);
  let sum = 0;
  for (let k = 41; k > 0; k -= 2) sum = sum * s * s + 1 / k;
  return 2 * s * sum;
}

/** e to a power in [0, 1), by Taylor's series. */
function expBySeries(x: number): number {
  let sum = 1;
  for (let k = 24; k > 0; k--) sum = 1 + (sum * x) / k;
  return sum;
}

/** The natural logarithm; -Infinity for 0, NaN below. */
export function ln(x: number): number {
  double[0] = x;
  const high = words[HIGH]!;
  if (high < 0x0010_0000 || high >= 0x7ff0_0000) return lnOfUnusual(x);
  const bits = high >>> 20;
  const cell = (high >>> 13) & (CELLS - 1);
  const exponent = bits - MIDDLE + 1 + ((cell - UPPER) >> 31); // without a branch, which chance would mispredict
  const r = x * scales[bits]! * inverses[cell]! - 1;
  const r2 = r * r;
  const series =
    r2 * (-1 / 2 + r * (1 / 3) + r2 * (-1 / 4 + r * (1 / 5) + r2 * (-1 / 6 + r * (1 / 7) - r2 * (1 / 8))));
  return exponent * LN2_HIGH + (logarithms[cell]! + (r + (series + exponent * LN2_LOW)));
}

/** ln of a number that is denormal, zero, negative, infinite or none. */
function lnOfUnusual(x: number): number {
  if (x > 0) return x === Number.POSITIVE_INFINITY ? x : ln(x * 0x40_0000_0000_0000) - 54 * LN2;
  return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
}

/** e to the power of x. */
export function exp(x: number): number {
  if (x > 709.79) return Number.POSITIVE_INFINITY;
  if (x < -745.2) return 0;
  if (Number.isNaN(x)) return x;
  const k = Math.floor(x * (CELLS / LN2) + 0.5);
  const r = x - k * (LN2_HIGH / CELLS) - k * (LN2_LOW / CELLS);
  const series = r + r * r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720)))));
  const power = powers[k & (CELLS - 1)]!;
  const exponent = k >> 7;
  const half = exponent >> 1; // in two steps, because the result can be denormal or just below infinity
  return (power + power * series) * scales[MIDDLE - half]! * scales[MIDDLE - (exponent - half)]!;
}

/** The square root; NaN below 0. */
export function sqrt(x: number): number {
  if (!(x > 0)) return x === 0 ? 0 : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x < 1e-300) return sqrt(x * scales[MIDDLE - 200]!) * scales[MIDDLE + 100]!; // it may be denormal
  double[0] = x;
  words[HIGH] = (words[HIGH]! >> 1) + 0x1ff8_0000; // half of the exponent: within a few per cent
  let root = double[0]!;
  for (let i = 0; i < 5; i++) root = 0.5 * (root + x / root);
  return root;
}

/** x to the power of y; below 0 only for whole y. Small whole powers are products. */
export function pow(x: number, y: number): number {
  if (Number.isInteger(y) && Math.abs(y) <= 64) {
    let product = 1;
    for (let i = Math.abs(y); i > 0; i--) product *= x;
    return y < 0 ? 1 / product : product;
  }
  if (x < 0) return Number.isInteger(y) ? pow(-x, y) * (y % 2 === 0 ? 1 : -1) : Number.NaN;
  if (x === 0) return y > 0 ? 0 : Number.POSITIVE_INFINITY;
  return exp(y * ln(x));
}

/**
 * The standard normal quantile: the z that a share p of all draws stays below; p from 0 to 1.
 *
 * Algorithm AS 241 (PPND16) of M. J. Wichura, Applied Statistics 37 (1988), 477-484.
 */
export function inverseNormal(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (
      (q *
        (((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) *
          r +
          13731.69376550946) *
          r +
          1971.5909503065513) *
          r +
          133.14166789178438) *
          r +
          3.3871328727963665)) /
      (((((((5226.495278852854 * r + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) *
        r +
        5394.196021424751) *
        r +
        687.1870074920579) *
        r +
        42.31333070160091) *
        r +
        1.0)
    );
  }
  const tail = q < 0 ? p : 1 - p;
  if (!(tail > 0))
    return tail === 0 ? (q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) : Number.NaN;
  const z = farQuantile(sqrt(-ln(tail)));
  return q < 0 ? -z : z;
}

/** The quantile by the root of minus the logarithm of the tail. */
function farQuantile(root: number): number {
  if (root <= 5) {
    const r = root - 1.6;
    return (
      (((((((0.0007745450142783414 * r + 0.022723844989269184) * r + 0.2417807251774506) * r +
        1.2704582524523684) *
        r +
        3.6478483247632045) *
        r +
        5.769497221460691) *
        r +
        4.630337846156546) *
        r +
        1.4234371107496835) /
      (((((((1.0507500716444169e-9 * r + 0.0005475938084995345) * r + 0.015198666563616457) * r +
        0.14810397642748008) *
        r +
        0.6897673349851) *
        r +
        1.6763848301838038) *
        r +
        2.053191626637759) *
        r +
        1.0)
    );
  }
  const r = root - 5;
  return (
    (((((((2.0103343992922881e-7 * r + 2.7115555687434876e-5) * r + 0.0012426609473880784) * r +
      0.026532189526576124) *
      r +
      0.29656057182850487) *
      r +
      1.7848265399172913) *
      r +
      5.463784911164114) *
      r +
      6.657904643501103) /
    (((((((2.0442631033899397e-15 * r + 1.421511758316446e-7) * r + 1.8463183175100548e-5) * r +
      0.0007868691311456133) *
      r +
      0.014875361290850615) *
      r +
      0.1369298809227358) *
      r +
      0.599832206555888) *
      r +
      1.0)
  );
}
