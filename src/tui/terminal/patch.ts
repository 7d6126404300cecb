import { BLANK, type Cell } from './cells.ts';
import { onBlank, PLAIN, type Style, turned } from './style.ts';

const ESCAPE = '\u001b[';
const ERASE_TO_END = `${ESCAPE}K`;
/** Bytes that erase what is right of the cursor; so many blanks are no longer. */
const ERASING = 3;

/** What changes lines on a terminal: it knows where the cursor is and how it writes, and says no more than is needed. */
export class Pen {
  #written = '';
  #row = -1;
  #column = -1;
  #style: Style = PLAIN;

  /** Everything written, ending in the usual look. */
  finish(): string {
    return this.#written + turned(this.#style, PLAIN);
  }

  /** Turns a line (from 0) that shows some cells into one that shows others. */
  patch(row: number, before: readonly Cell[], after: readonly Cell[]): void {
    for (let column = 0; column < after.length; column++) {
      const cell = after[column] as Cell;
      if (same(before[column] ?? BLANK, cell)) continue;
      this.#to(row, column, after);
      this.#put(cell);
    }
    this.#clear(row, before, after.length);
  }

  /** Writes a line whole, whatever was there. */
  whole(row: number, line: string): void {
    this.#move(row, 0);
    this.#wear(PLAIN);
    // Erased first: behind a line as wide as the terminal the cursor still stands on its last cell.
    this.#written += ERASE_TO_END + line;
    if (line.includes(ESCAPE)) this.#written += `${ESCAPE}m`;
    this.#row = -1; // nobody knows in which column such a line ends
  }

  /** Blanks a line from a column on. */
  #clear(row: number, before: readonly Cell[], from: number): void {
    let first = from;
    while (first < before.length && same(before[first] as Cell, BLANK)) first++;
    const columns = before.length - first;
    if (columns <= 0) return;
    this.#to(row, first, []);
    if (columns <= ERASING) {
      for (let column = first; column < before.length; column++) this.#put(BLANK);
      return;
    }
    if (onBlank(this.#style) !== PLAIN) this.#wear(PLAIN);
    this.#written += ERASE_TO_END;
  }

  #put({ text, style }: Cell): void {
    if (text !== ' ' || onBlank(this.#style) !== style) this.#wear(style);
    this.#written += text;
    this.#column++;
  }

  #wear(style: Style): void {
    this.#written += turned(this.#style, style);
    this.#style = style;
  }

  /** Goes to a cell: over the cells between where writing those again is no longer than a jump. */
  #to(row: number, column: number, line: readonly Cell[]): void {
    const far = column - this.#column;
    if (row === this.#row && far > 0 && far <= 5) {
      const between = line.slice(this.#column, column);
      const bytes = between.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
      if (
        between.length === far &&
        bytes <= forward(far).length &&
        between.every((cell) => this.#fits(cell))
      ) {
        for (const cell of between) this.#put(cell);
        return;
      }
    }
    this.#move(row, column);
  }

  /** Whether a cell can be written without another look. */
  #fits({ text, style }: Cell): boolean {
    return style === (text === ' ' ? onBlank(this.#style) : this.#style);
  }

  #move(row: number, column: number): void {
    const far = column - this.#column;
    if (row !== this.#row || far < 0) this.#written += place(row + 1, column + 1);
    else if (far > 0) this.#written += forward(far);
    this.#row = row;
    this.#column = column;
  }
}

const same = (one: Cell, other: Cell): boolean => one.text === other.text && one.style === other.style;

const forward = (columns: number): string => `${ESCAPE}${columns === 1 ? '' : columns}C`;

const place = (row: number, column: number): string => {
  if (column > 1) return `${ESCAPE}${row === 1 ? '' : row};${column}H`;
  return `${ESCAPE}${row === 1 ? '' : row}H`;
};
