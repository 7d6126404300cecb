import type { Theme } from '../theme/theme.ts';
import { bare, cut, pad, shorten, widthOf } from './text.ts';

/** Lines that stand together on a screen. */
export type Block = readonly string[];

/** A title with a thin rule to the edge, and a word at its end. */
export function heading({ paint, glyphs }: Theme, title: string, width: number, aside = ''): string {
  const name = shorten(title, Math.max(0, width - 2), glyphs.ellipsis);
  const end = widthOf(name) + widthOf(aside) + 4 <= width ? aside : '';
  const rule = width - widthOf(name) - widthOf(end) - (end === '' ? 1 : 2);
  const line = paint('edge', glyphs.horizontal.repeat(Math.max(0, rule)));
  return cut(`${paint('accent', name)} ${line}${end === '' ? '' : ` ${end}`}`, width);
}

/** Two blocks side by side, with a rule between them; as high as `height`. */
export function beside(theme: Theme, left: Block, right: Block, leftWidth: number, height: number): string[] {
  const rule = theme.paint('edge', theme.glyphs.vertical);
  return Array.from(
    { length: height },
    (_, row) => `${pad(left[row] ?? '', leftWidth)} ${rule} ${right[row] ?? ''}`,
  );
}

/** The part of a long block that is in view. */
export interface Window {
  readonly lines: string[];
  /** Index of the first line in view. */
  readonly top: number;
  /** Lines that are hidden below. */
  readonly below: number;
}

/** As much of a block as `height` allows, from `top` on, or from further up where that would leave room at the end. */
export function windowed(block: Block, height: number, top: number): Window {
  const from = Math.max(0, Math.min(top, block.length - height));
  return {
    lines: block.slice(from, from + Math.max(0, height)),
    top: from,
    below: Math.max(0, block.length - from - height),
  };
}

/** Where a window must begin so that the lines from `first` to `last` are seen, moving as little as possible. */
export function topFor(top: number, height: number, first: number, last: number): number {
  if (first < top) return first;
  return last >= top + height ? Math.min(first, last - height + 1) : top;
}

/** What stands from a line of a block on, without rules and gaps, to be filled into next to no room. */
export const flowing = (block: Block, from: number): string =>
  bare(block.slice(from).join(' '))
    .replaceAll(/[─-]{3,}/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** `3 more` below or above, for the end of a heading; empty where all is in view. */
export function moreWords({ paint }: Theme, { top, below }: Window): string {
  if (top === 0 && below === 0) return '';
  return paint('dim', below > 0 ? `${below} more below` : `${top} more above`);
}

/** A bar of `width` cells, filled from the left by a share from 0 to 1. */
export function bar({ paint, glyphs }: Theme, share: number, width: number): string {
  const full = Math.round(Math.max(0, Math.min(1, share)) * width);
  return paint('accent', glyphs.barFull.repeat(full)) + paint('edge', glyphs.barEmpty.repeat(width - full));
}

/** One column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Columns of text at most; the rest is cut. */
  readonly most?: number;
  /** Takes what the others leave. */
  readonly rest?: boolean;
}

/** Rows under their titles, in columns as wide as their texts; the column that takes the rest gives way. */
export function table(
  theme: Theme,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const natural = columns.map(({ title, most = Number.POSITIVE_INFINITY }, index) =>
    Math.min(most, Math.max(widthOf(title), ...rows.map((row) => widthOf(row[index] ?? '')))),
  );
  const flexible = columns.findIndex(({ rest }) => rest === true);
  const gaps = 2 * (columns.length - 1);
  const others = natural.reduce((sum, one, index) => sum + (index === flexible ? 0 : one), gaps);
  const widths = natural.map((one, index) =>
    index === flexible ? Math.max(4, Math.min(one, width - others)) : one,
  );
  const line = (cells: readonly string[]) =>
    cut(
      cells
        .map((cell, index) => {
          const room = widths[index] as number; // a width for each column
          return pad(shorten(cell, room, theme.glyphs.ellipsis), room, columns[index]?.align);
        })
        .join('  ')
        .trimEnd(),
      width,
    );
  const head = line(columns.map(({ title }) => title));
  return [theme.paint('dim', head), ...rows.map(line)];
}
