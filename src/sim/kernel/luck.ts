import seedrandom from 'seedrandom';

/**
 * Chance that depends on what is asked and not on who asked before.
 *
 * A draw is a pure function of (seed, stream, key, variant, n), so a new draw shifts no other number and
 * two designs of one world meet the same luck.
 */
export class Luck {
  readonly #seed: string;
  readonly #streams = new Map<string, Stream>();

  /** Any text is a seed. */
  constructor(seed: string) {
    this.#seed = seed;
  }

  /** The stream of one purpose, such as "latency/cart-checkout". The same name gives the same stream. */
  stream(name: string): Stream {
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      const words = seedrandom.alea(`${this.#seed}/${name}`);
      stream = new Stream(words.int32(), words.int32(), words.int32(), words.int32());
      this.#streams.set(name, stream);
    }
    return stream;
  }
}

const TO_UNIT = 1 / 0x20_0000_0000_0000; // 2 to the power of -53

/**
 * Draws for one purpose. `key` says for whom (a request, an order), `variant` which try, `n` which of
 * several draws in it: whole numbers; of `variant` and `n` the low 32 bits count.
 */
export class Stream {
  readonly #k0: number;
  readonly #k1: number;
  readonly #k2: number;
  readonly #k3: number;

  /** The four words are the stream's identity. */
  constructor(k0: number, k1: number, k2: number, k3: number) {
    this.#k0 = k0;
    this.#k1 = k1;
    this.#k2 = k2;
    this.#k3 = k3;
  }

  /** A number in [0, 1) with 53 random bits. */
  uniform(key: number, variant = 0, n = 0): number {
    // A Feistel network over two words, each round keyed. `n` enters between two pairs of rounds, so that
    // every input passes a full pair after it and no two inputs can cancel each other out. Only `right` has
    // then seen `n` through two rounds; hence the upper bits of the draw are its.
    let left = key | 0;
    let right = variant ^ Math.imul(Math.floor(key / 0x1_0000_0000), 0x9e37_79b1);
    left ^= scramble(right ^ this.#k0);
    right ^= scramble(left ^ this.#k1);
    right ^= n;
    left ^= scramble(right ^ this.#k2);
    right ^= scramble(left ^ this.#k3);
    return ((right >>> 5) * 0x400_0000 + (left >>> 6)) * TO_UNIT;
  }

  /** A whole number from 0 up to but excluding `limit`, which is at most 2^40. */
  below(limit: number, key: number, variant = 0, n = 0): number {
    return Math.floor(this.uniform(key, variant, n) * limit);
  }

  /** True in `ppm` of a million cases. Raising `ppm` only ever turns false into true. */
  chance(ppm: number, key: number, variant = 0, n = 0): boolean {
    return this.uniform(key, variant, n) * 1_000_000 < ppm;
  }
}

/**
 * A bijection of 32-bit words in which each input bit turns about half of the output bits.
 * The multipliers and shifts are the "triple" family's low-bias pair found by search by C. Wellons.
 */
function scramble(word: number): number {
  word ^= word >>> 16;
  word = Math.imul(word, 0x21f0_aaad);
  word ^= word >>> 15;
  word = Math.imul(word, 0x735a_2d97);
  return word ^ (word >>> 15);
}

/** A word of 32 bits, 0 to 2^32 - 1, made from two. The order matters. */
export function mix(a: number, b: number): number {
  return scramble(scramble(a + 0x9e37_79b9) ^ b) >>> 0;
}

/** A word of 32 bits, 0 to 2^32 - 1, that stands for a text: as a key for draws, never as an identity. */
export function hashText(text: string): number {
  let hash = text.length;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  return scramble(hash) >>> 0;
}
