import { nearest } from '../sim/expression/suggest.ts';
import { clean } from '../words/text.ts';

/** One thing that can be done now. */
export interface Item<T> {
  /** The word that does it, beside its number; empty where the number alone does. */
  readonly word: string;
  /** What it does, in a few words. */
  readonly label: string;
  /** Understood, but not numbered: what is wanted rarely, or only by those who know it. */
  readonly hidden?: boolean;
  readonly result: T;
}

/** What a person typed: which item, and what came after its word. */
export interface Picked<T> {
  readonly result: T;
  readonly rest: string;
}

/** Numbered items, one a line: `1 next: the next event`; without a word, `1 Gone for good`. */
export function menuText<T>(items: readonly Item<T>[]): string {
  return items
    .filter(({ hidden }) => !hidden)
    .map(({ word, label }, index) => `${index + 1} ${word === '' ? '' : `${word}: `}${label}`)
    .join('\n');
}

/** The word that a line begins with, as words are compared. */
export const firstWord = (typed: string): string =>
  (clean(typed).trim().split(/\s+/)[0] ?? '').toLowerCase().replace(/[.):]$/, '');

/** Understands a number, a word, or the beginning of exactly one word. */
export function understand<T>(items: readonly Item<T>[], typed: string): Picked<T> | undefined {
  const word = firstWord(typed);
  const [, ...others] = clean(typed).trim().split(/\s+/);
  const rest = others.join(' ');
  const shown = items.filter(({ hidden }) => !hidden);
  const found = /^\d+$/.test(word) ? shown[Number(word) - 1] : byWord(items, word);
  return found && { result: found.result, rest };
}

function byWord<T>(items: readonly Item<T>[], word: string): Item<T> | undefined {
  if (word === '') return undefined;
  const exact = items.find((item) => item.word === word);
  if (exact) return exact;
  const begun = items.filter((item) => item.word !== '' && item.word.startsWith(word));
  return begun.length === 1 ? begun[0] : undefined;
}

/** Says that a line was not understood, and what would be. */
export function notUnderstood<T>(items: readonly Item<T>[], typed: string): string {
  const word = clean(typed).trim().split(/\s+/)[0] ?? '';
  const shown = items.filter(({ hidden }) => !hidden).length;
  const near = nearest(
    word,
    items.map((item) => item.word).filter((candidate) => candidate !== ''),
  );
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  const numbers = shown === 0 ? 'Type a word' : `Type a number up to ${shown}, or a word`;
  return `Not understood: "${word.slice(0, 40)}".${meant} ${numbers}; help lists everything.`;
}

/** Every item with its word, also those without a number. */
export function helpText<T>(items: readonly Item<T>[]): string {
  const hidden = items.filter((item) => item.hidden);
  const lines = hidden.map(({ word, label }) => `  ${word}: ${label}`);
  return [menuText(items), ...(lines.length > 0 ? ['Also understood:', ...lines] : [])].join('\n');
}
