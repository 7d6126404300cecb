/**
 * How much room there is.
 *
 * `S` from 60 by 16, `M` from 100 by 30, `L` from 160 by 45; below `S` everything stands in one column, below 40 by 8 in
 * one line.
 */
export type SizeClass = 'L' | 'M' | 'S' | 'column' | 'line';

/** The room for a frame, in cells. */
export interface Size {
  readonly columns: number;
  /** One less than the terminal has: a frame of full height makes ink clear the whole terminal each time. */
  readonly rows: number;
  readonly class: SizeClass;
}

/** The frame of a terminal of so many columns and rows. A terminal that reports none is taken for 80 by 24. */
export function sizeOf(columns: number, rows: number): Size {
  const wide = columns > 0 ? columns : 80;
  const high = rows > 0 ? rows : 24;
  return { columns: wide, rows: Math.max(1, high - 1), class: classOf(wide, high) };
}

function classOf(columns: number, rows: number): SizeClass {
  if (columns < 40 || rows < 8) return 'line';
  if (columns < 60 || rows < 16) return 'column';
  if (columns >= 160 && rows >= 45) return 'L';
  return columns >= 100 && rows >= 30 ? 'M' : 'S';
}
