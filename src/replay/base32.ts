/** Crockford's base 32: no I, L, O or U, so that a code can be read aloud and typed. A symbol's value is its place. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Letters that people write for digits, by Crockford's own rule. */
const LOOKALIKE: ReadonlyMap<string, string> = new Map([
  ['O', '0'],
  ['I', '1'],
  ['L', '1'],
]);

/** What is wrong with a text that should be base 32, and where. */
export interface Misspelling {
  /** Which symbol, from 1, dashes and spaces not counted. */
  readonly symbol: number;
  readonly found: string;
}

/** Reads symbols; dashes, spaces and case do not matter. */
export function readSymbols(text: string): number[] | Misspelling {
  const symbols: number[] = [];
  for (const written of text) {
    if (/[\s\-\u2010-\u2015]/u.test(written)) continue;
    const letter = written.toUpperCase();
    const value = ALPHABET.indexOf(LOOKALIKE.get(letter) ?? letter);
    if (value < 0 || letter.length !== 1) return { symbol: symbols.length + 1, found: written };
    symbols.push(value);
  }
  return symbols;
}

/** Writes symbols in groups of five, or of four where that leaves no lonely symbol at the end. */
export function writeSymbols(symbols: readonly number[]): string {
  const text = symbols.map((value) => ALPHABET[value]).join('');
  const size = text.length % 5 === 1 && text.length % 4 !== 1 ? 4 : 5;
  return text.match(new RegExp(`.{1,${size}}`, 'g'))?.join('-') ?? '';
}

/** The letter that a value is written as. */
export const letterOf = (value: number): string => ALPHABET[value] as string;
