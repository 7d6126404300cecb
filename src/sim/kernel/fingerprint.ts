/** Two words in which everything absorbed so far is mixed: 64 bits that change if any of it changes. */
export interface Mixture {
  readonly a: number;
  readonly b: number;
}

/** The mixture of nothing. */
export const EMPTY: Mixture = { a: 0x6a09_e667, b: 0xbb67_ae85 | 0 };

/** Mixes a word into the first lane. */
export function turnA(lane: number, word: number): number {
  const mixed = Math.imul(lane ^ word, 0x9e37_79b1);
  return mixed ^ (mixed >>> 15);
}

/** Mixes a word into the second lane, differently, so that no two words collide in both. */
export function turnB(lane: number, word: number): number {
  const mixed = Math.imul(lane + word, 0x85eb_ca77) ^ word;
  return mixed ^ (mixed >>> 13);
}

/** Mixes a text in. */
export function absorbText({ a, b }: Mixture, text: string): Mixture {
  a = turnA(a, text.length);
  b = turnB(b, text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = turnA(a, unit);
    b = turnB(b, unit);
  }
  return { a, b };
}

/** The mixture as 16 hexadecimal digits, after a last mixing of both lanes with what was counted. */
export function digest({ a, b }: Mixture, count: number): string {
  for (let round = 0; round < 3; round++) {
    a = turnA(a, b ^ count);
    b = turnB(b, a);
  }
  return hex(a) + hex(b);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
