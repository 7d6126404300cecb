import { isList, type Value } from '../expression/value.ts';
import type { Row } from '../run.ts';

/** The order of rows by the values of some columns, the first before the second, all up or all down. */
export class Sorting {
  readonly #columns: readonly string[];
  readonly #sign: 1 | -1;

  constructor(columns: readonly string[], descending: boolean) {
    this.#columns = columns;
    this.#sign = descending ? -1 : 1;
  }

  /** Negative: `a` comes first. 0 where all columns hold the same: such rows stay in the order of their insertion. */
  compare(a: Row, b: Row): number {
    for (const column of this.#columns) {
      const order = compareValues(a[column], b[column]);
      if (order !== 0) return this.#sign * order;
    }
    return 0;
  }

  /** Whether a row comes after a cursor, which is the value of the first column, or a list with one for each. */
  isAfter(row: Row, cursor: Value): boolean {
    const values = isList(cursor) ? cursor : [cursor];
    for (const [at, column] of this.#columns.entries()) {
      if (at === values.length) break;
      const order = compareValues(row[column], values[at]);
      if (order !== 0) return this.#sign * order > 0;
    }
    return false;
  }
}

/** Null, and whatever cannot be sorted, is larger than all else, as null is for PostgreSQL. */
function rank(value: Value | undefined): number {
  if (typeof value === 'number') return 0;
  if (typeof value === 'string') return 1;
  return typeof value === 'boolean' ? 2 : 3;
}

/** Texts by their code units, as under PostgreSQL's collation `C`. */
function compareValues(a: Value | undefined, b: Value | undefined): number {
  const [ofA, ofB] = [rank(a), rank(b)];
  if (ofA !== ofB) return ofA - ofB;
  if (ofA === 3 || a === b) return 0;
  return (a as number | string | boolean) < (b as number | string | boolean) ? -1 : 1; // both of one sort
}
