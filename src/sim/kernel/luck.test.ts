import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashText, Luck, mix, type Stream } from './luck.ts';

const stream = new Luck('a seed').stream('a purpose');

/** The ways in which callers number their draws. */
const walks: readonly (readonly [string, (stream: Stream, i: number) => number])[] = [
  ['neighbouring keys', (from, i) => from.uniform(i)],
  ['neighbouring variants of one key', (from, i) => from.uniform(17, i)],
  ['neighbouring n of one key', (from, i) => from.uniform(17, 1, i)],
  ['keys a high power of two apart', (from, i) => from.uniform(i * 2 ** 32)],
  ['hashed keys', (from, i) => from.uniform(hashText(`order-${i}`))],
  ['neighbouring streams', (_, i) => new Luck('a seed').stream(`purpose ${i}`).uniform(1)],
  ['neighbouring seeds', (_, i) => new Luck(`seed ${i}`).stream('a purpose').uniform(1)],
];

/** Chi-square of so many counts that should be equal. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Bounds that a chi-square of this many degrees leaves once in about 30,000 times on either side. */
function ordinary(degrees: number): [low: number, high: number] {
  return [degrees - 4 * Math.sqrt(2 * degrees), degrees + 4.5 * Math.sqrt(2 * degrees)];
}

describe.each(walks)('draws along %s', (_, draw) => {
  const count = 1 << 16;
  const draws = Array.from({ length: count }, (_, i) => draw(stream, i));

  test('fill 256 bins evenly', () => {
    const bins = new Array<number>(256).fill(0);
    for (const u of draws) bins[Math.floor(u * 256)]!++;
    const [low, high] = ordinary(255);
    expect(chiSquare(bins)).toBeGreaterThan(low);
    expect(chiSquare(bins)).toBeLessThan(high);
  });

  test('fill a square of pairs of neighbours evenly', () => {
    const bins = new Array<number>(32 * 32).fill(0);
    for (let i = 0; i + 1 < count; i += 2)
      bins[Math.floor(draws[i]! * 32) * 32 + Math.floor(draws[i + 1]! * 32)]!++;
    const [low, high] = ordinary(32 * 32 - 1);
    expect(chiSquare(bins)).toBeGreaterThan(low);
    expect(chiSquare(bins)).toBeLessThan(high);
  });

  test('do not correlate with their neighbours, near or far', () => {
    for (const lag of [1, 2, 3, 16, 256, 4096]) {
      let sum = 0;
      for (let i = 0; i + lag < count; i++) sum += (draws[i]! - 0.5) * (draws[i + lag]! - 0.5);
      const correlation = (12 * sum) / (count - lag);
      expect(Math.abs(correlation)).toBeLessThan(4.5 / Math.sqrt(count - lag));
    }
  });

  test('balance each of their 53 bits', () => {
    for (let bit = 1; bit <= 53; bit++) {
      const ones = draws.reduce((sum, u) => sum + (Math.floor(u * 2 ** bit) % 2), 0);
      expect(Math.abs(ones - count / 2)).toBeLessThan((4.5 * Math.sqrt(count)) / 2);
    }
  });

  test('do not repeat', () => {
    expect(new Set(draws).size).toBe(count);
  });
});

test('a change of any one bit of the input turns half of the bits of a draw', () => {
  const turned = { key: 0, variant: 0, n: 0 };
  const differing = (a: number, b: number) => {
    let difference = BigInt(a * 2 ** 53) ^ BigInt(b * 2 ** 53);
    let bits = 0;
    for (; difference > 0n; difference >>= 1n) bits += Number(difference & 1n);
    return bits;
  };
  for (let i = 0; i < 300; i++) {
    for (let bit = 0; bit < 31; bit++) {
      turned.key += differing(stream.uniform(i, 3, 5), stream.uniform(i ^ (1 << bit), 3, 5));
      turned.variant += differing(stream.uniform(i, 3, 5), stream.uniform(i, 3 ^ (1 << bit), 5));
      turned.n += differing(stream.uniform(i, 3, 5), stream.uniform(i, 3, 5 ^ (1 << bit)));
    }
  }
  for (const bits of Object.values(turned)) {
    const share = bits / (300 * 31 * 53);
    expect(Math.abs(share - 0.5)).toBeLessThan(0.005);
  }
});

describe('a draw', () => {
  const whole = fc.nat(2 ** 31 - 1);

  test('depends on what is asked and not on what was asked before', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), whole, whole, whole, (seed, name, key, variant, n) => {
        const fresh = new Luck(seed);
        const used = new Luck(seed);
        for (let i = 0; i < 5; i++) used.stream(`other ${i}`).uniform(i);
        used.stream(name).uniform(key + 1);
        expect(used.stream(name).uniform(key, variant, n)).toBe(fresh.stream(name).uniform(key, variant, n));
        expect(used.stream(name)).toBe(used.stream(name));
      }),
    );
  });

  test('is below 1 and, as a whole number, below its limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), whole, (limit, key) => {
        const u = stream.uniform(key);
        expect(u >= 0 && u < 1).toBe(true);
        const drawn = stream.below(limit, key);
        expect(Number.isInteger(drawn) && drawn >= 0 && drawn < limit).toBe(true);
      }),
    );
  });

  test('of a chance turns only from false to true as the chance rises', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1_000_000), whole, (a, b, key) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(!stream.chance(low, key) || stream.chance(high, key)).toBe(true);
      }),
    );
    const hits = Array.from({ length: 100_000 }, (_, key) => stream.chance(30_000, key)).filter(
      Boolean,
    ).length;
    expect(Math.abs(hits - 3000)).toBeLessThan(4.5 * Math.sqrt(100_000 * 0.03 * 0.97));
    expect([stream.chance(0, 1), stream.chance(1_000_000, 1)]).toEqual([false, true]);
  });

  test('has not changed since it was introduced', () => {
    const luck = new Luck('brownout');
    expect([
      luck.stream('arrival').uniform(1),
      luck.stream('arrival').uniform(1, 2),
      luck.stream('arrival').uniform(1, 2, 3),
      luck.stream('arrival').uniform(2 ** 40 + 1),
      luck.stream('').uniform(0),
      luck.stream('latency/é').below(1000, 17),
      hashText(''),
      hashText('order-17'),
      mix(1, 2),
      mix(2, 1),
    ]).toMatchInlineSnapshot(`
      [
        0.9144691502774467,
        0.9547707243609403,
        0.5464341220736999,
        0.7457596660347543,
        0.2636146806062153,
        384,
        0,
        3677072026,
        1499487130,
        4178270422,
      ]
    `);
  });
});

test('hashes of like texts and mixes of like words differ', () => {
  const hashes = Array.from({ length: 50_000 }, (_, i) => hashText(`order-${i}`));
  const mixes = Array.from({ length: 50_000 }, (_, i) => mix(i >> 8, i & 255));
  for (const words of [hashes, mixes]) {
    expect(new Set(words).size).toBeGreaterThan(50_000 - 5); // chance alone repeats 0.3 of them
    const bins = new Array<number>(256).fill(0);
    for (const word of words) bins[word >>> 24]!++;
    const [low, high] = ordinary(255);
    expect(chiSquare(bins)).toBeGreaterThan(low);
    expect(chiSquare(bins)).toBeLessThan(high);
  }
});
