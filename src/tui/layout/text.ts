import stringWidth from 'string-width';
import { NARROW } from './narrow.ts';

const SGR = /\u001b\[[0-9;]*m/g;
const PLAIN = new RegExp(`^[${NARROW}]*$`);
const COLOURED = new RegExp(`^(?:[${NARROW}]|\\u001b\\[[0-9;]*m)*$`);
const RESET = '\u001b[0m';

/** Columns that a text takes; codes for colours take none. */
export const widthOf = (text: string): number => {
  // Nearly everything that we draw is as wide as it is long, but for its colours.
  if (PLAIN.test(text)) return text.length;
  return COLOURED.test(text) ? bare(text).length : stringWidth(text);
};

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first `width` columns of a text; a colour that is on where it is cut is switched off. */
export function cut(text: string, width: number): string {
  if (width <= 0) return '';
  if (widthOf(text) <= width) return text;
  let room = width;
  let kept = '';
  let coloured = false;
  for (const part of text.split(/(\u001b\[[0-9;]*m)/)) {
    if (part.startsWith('\u001b[')) {
      kept += part;
      coloured = part !== RESET;
      continue;
    }
    for (const { segment } of segmenter.segment(part)) {
      const taken = widthOf(segment);
      if (taken > room) return coloured ? kept + RESET : kept;
      kept += segment;
      room -= taken;
    }
  }
  return kept;
}

/** A text of at most `width` columns, with `mark` at its end where something was cut off. */
export function shorten(text: string, width: number, mark = '…'): string {
  if (widthOf(text) <= width) return text;
  return width <= 1 ? cut(text, width) : cut(text, width - 1) + mark;
}

/** A text of exactly `width` columns. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const short = cut(text, width);
  const spaces = ' '.repeat(Math.max(0, width - widthOf(short)));
  return align === 'left' ? short + spaces : spaces + short;
}

/** Left and right at the two ends of a line; the right one gives way first. */
export function ends(left: string, right: string, width: number): string {
  const gap = width - widthOf(left) - widthOf(right);
  return gap >= 1 ? left + ' '.repeat(gap) + right : pad(left, width);
}

/** A text without its colours. */
export const bare = (text: string): string => text.replaceAll(SGR, '');

/** Words in lines of at most `width` columns; a word that is longer is cut into several lines. Empty lines stay. */
export function fill(text: string, width: number, hanging = 0): string[] {
  if (width <= 0) return [];
  return text.split('\n').flatMap((line) => fillLine(line, width, hanging));
}

function fillLine(line: string, width: number, hanging: number): string[] {
  const lines: string[] = [];
  // What goes on stands under its first word, also after the mark of a list.
  const mark = /^ *(?:[-+] )?/.exec(line)?.[0].length ?? 0;
  const indent = ' '.repeat(Math.min(Math.max(hanging, mark), width >> 1));
  let current = /^ */.exec(line)?.[0].slice(0, width >> 1) ?? '';
  let empty = true;
  for (const word of line.split(' ').filter((part) => part !== '')) {
    let rest = word;
    const room = width - widthOf(current) - (empty ? 0 : 1);
    if (widthOf(rest) > room && !empty) {
      lines.push(current);
      current = indent;
      empty = true;
    }
    while (widthOf(rest) > width - widthOf(current) - (empty ? 0 : 1)) {
      const head = cut(rest, Math.max(1, width - widthOf(current)));
      lines.push(current + head);
      rest = rest.slice(Math.max(1, head.length));
      current = indent;
      empty = true;
    }
    current += empty ? rest : ` ${rest}`;
    empty = false;
  }
  return [...lines, current.trimEnd()];
}
