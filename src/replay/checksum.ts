/**
 * Two check symbols over the field of 32 elements: a Reed-Solomon code.
 *
 * Every wrong symbol is noticed, and so are two at once unless they stand 31 apart, where weights repeat. A single
 * wrong symbol is also found: the checks tell which it is and what it should have been, with one candidate for every 31.
 */

/** Powers of the generator: x modulo x^5 + x^2 + 1, which runs through all 31 elements but zero. */
const POWERS: readonly number[] = Array.from({ length: 31 }).reduce<number[]>((powers) => {
  const last = powers[powers.length - 1];
  if (last === undefined) return [1];
  const doubled = last << 1;
  powers.push(doubled & 32 ? doubled ^ 0b100101 : doubled);
  return powers;
}, []);

const LOGARITHM: ReadonlyMap<number, number> = new Map(POWERS.map((power, exponent) => [power, exponent]));

const times = (a: number, b: number): number =>
  a === 0 || b === 0
    ? 0
    : (POWERS[((LOGARITHM.get(a) as number) + (LOGARITHM.get(b) as number)) % 31] as number);

const over = (a: number, b: number): number =>
  a === 0 ? 0 : (POWERS[((LOGARITHM.get(a) as number) - (LOGARITHM.get(b) as number) + 31) % 31] as number);

/** The plain and the weighted sum of all symbols; both are zero for a code without mistakes. */
function sums(symbols: readonly number[]): readonly [number, number] {
  let plain = 0;
  let weighted = 0;
  symbols.forEach((symbol, i) => {
    plain ^= symbol;
    weighted ^= times(symbol, POWERS[i % 31] as number);
  });
  return [plain, weighted];
}

/** Adds the two check symbols that make both sums zero. */
export function withChecks(symbols: readonly number[]): number[] {
  const [plain, weighted] = sums(symbols);
  const first = POWERS[symbols.length % 31] as number;
  const second = POWERS[(symbols.length + 1) % 31] as number;
  // Solve a ^ b = plain and a * first ^ b * second = weighted.
  const b = over(weighted ^ times(plain, first), first ^ second);
  return [...symbols, plain ^ b, b];
}

/** A symbol that, if it alone is wrong, explains what the checks say. */
export interface Correction {
  /** Its place, from 0. */
  readonly place: number;
  readonly value: number;
}

/** Takes the checks off; where they do not fit, the single mistakes that would explain it, if any does. */
export function withoutChecks(symbols: readonly number[]): number[] | { readonly corrections: Correction[] } {
  const [plain, weighted] = sums(symbols);
  if (plain === 0 && weighted === 0) return symbols.slice(0, -2);
  const corrections: Correction[] = [];
  if (plain !== 0 && weighted !== 0) {
    const weight = over(weighted, plain);
    for (let place = LOGARITHM.get(weight) as number; place < symbols.length; place += 31) {
      corrections.push({ place, value: (symbols[place] as number) ^ plain });
    }
  }
  return { corrections };
}
