/** Events on one leaf of a record; a power of two. */
export const ROWS = 4096;

/** The integer columns. */
export const KIND = 0;
export const PLACE = 1;
export const PEER = 2;
export const SUBJECT = 3;
export const CAUSE = 4;
export const SPAN = 5;
export const DETAIL = 6;

/** The columns of doubles. */
export const TIME = 0;
export const VALUE = 1;

/** From one column to the next: not a power of two, or all columns would compete for one set of cache lines. */
const STRIDE = ROWS + 16;

/** The columns of 4096 events in a row, in two pieces of memory. */
export class Leaf {
  readonly #integers = new Int32Array(7 * STRIDE);
  readonly #reals = new Float64Array(2 * STRIDE);

  /** Fills a row. */
  write(
    row: number,
    time: number,
    kind: number,
    place: number,
    peer: number,
    subject: number,
    cause: number,
    span: number,
    value: number,
    detail: number,
  ): void {
    const integers = this.#integers;
    const reals = this.#reals;
    integers[row] = kind;
    integers[PLACE * STRIDE + row] = place;
    integers[PEER * STRIDE + row] = peer;
    integers[SUBJECT * STRIDE + row] = subject;
    integers[CAUSE * STRIDE + row] = cause;
    integers[SPAN * STRIDE + row] = span;
    integers[DETAIL * STRIDE + row] = detail;
    reals[row] = time;
    reals[VALUE * STRIDE + row] = value + 0; // -0 + 0 is 0
  }

  /** One entry of an integer column; `index` counts through all leaves. */
  integerAt(column: number, index: number): number {
    return this.#integers[column * STRIDE + (index & (ROWS - 1))]!;
  }

  /** One entry of a column of doubles; `index` counts through all leaves. */
  realAt(column: number, index: number): number {
    return this.#reals[column * STRIDE + (index & (ROWS - 1))]!;
  }

  /** An integer column, without copying. */
  integers(column: number): Int32Array {
    return this.#integers.subarray(column * STRIDE, column * STRIDE + ROWS);
  }

  /** A column of doubles, without copying. */
  reals(column: number): Float64Array {
    return this.#reals.subarray(column * STRIDE, column * STRIDE + ROWS);
  }
}
