import { NARROW } from '../layout/narrow.ts';
import { onBlank, PLAIN, type Style, styled } from './style.ts';

/** One column of a line: a character of width one, and how it looks. */
export interface Cell {
  readonly text: string;
  readonly style: Style;
}

export const BLANK: Cell = { text: ' ', style: PLAIN };

const DOUBTFUL = new RegExp(`[^${NARROW}]`);
const COLOURS = /\u001b\[([\d;]*)m/;

/**
 * A line of text with colours as cells, without blanks at its end.
 *
 * Null where anything in it may take more or less than one column: on the widths of such characters terminals disagree.
 */
export function cellsOf(line: string): readonly Cell[] | null {
  const cells: Cell[] = [];
  let style = PLAIN;
  let length = 0;
  // Text and the parameters of colours in turn.
  for (const [index, part] of line.split(COLOURS).entries()) {
    if (index % 2 === 1) {
      style = styled(style, part);
      continue;
    }
    if (DOUBTFUL.test(part)) return null;
    const blank = { text: ' ', style: onBlank(style) };
    for (const text of part) {
      cells.push(text === ' ' ? blank : { text, style });
      if (text !== ' ' || blank.style !== PLAIN) length = cells.length;
    }
  }
  cells.length = length;
  return cells;
}
