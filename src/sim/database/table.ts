import type { Value } from '../expression/value.ts';
import { type Micros, NEVER } from '../kernel/time.ts';
import { Name } from '../recorder.ts';
import type { Row } from '../run.ts';
import type { Table as TableSettings } from '../world/schema/service.ts';

interface Stored {
  readonly row: Row;
  readonly at: Micros;
  /** The record of the write. */
  readonly record: number;
}

/** A state of a row, and until when it was true. */
interface Past extends Stored {
  readonly until: Micros;
}

/** Past states of a row that a lagging copy may still show; older ones are forgotten. */
const REMEMBERED = 64;

/** Committed rows of one table. */
export class Table {
  readonly name: string;
  readonly recorded: Name;
  readonly settings: TableSettings;
  readonly #rows = new Map<string, Stored>();
  readonly #unique: readonly { readonly fields: readonly string[]; readonly keys: Map<string, string> }[];
  /** Kept only where a read copy lags behind. */
  readonly #history: Map<string, Past[]> | undefined;
  #serial = 0;
  #now: () => Micros;
  /** Rows that were ever inserted, and deleted, by commit. */
  inserted = 0;
  deleted = 0;

  constructor(name: string, settings: TableSettings, lagging: boolean, now: () => Micros) {
    this.name = name;
    this.recorded = new Name(name);
    this.settings = settings;
    this.#now = now;
    this.#history = lagging ? new Map() : undefined;
    this.#unique = settings.unique.map((fields) => ({ fields, keys: new Map<string, string>() }));
  }

  /** The row as committed; undefined where there is none or its time to live is over. */
  committed(key: string): Row | undefined {
    const stored = this.#rows.get(key);
    return stored && !this.#expired(stored) ? stored.row : undefined;
  }

  /** The record of the row's last write, to be named as a cause. */
  writtenBy(key: string): number | undefined {
    return this.#rows.get(key)?.record;
  }

  updatedAt(key: string): Micros {
    return this.#rows.get(key)?.at ?? 0;
  }

  /** The row as it was at `time`; before the run began the table was as at its beginning. */
  asOf(key: string, moment: Micros): Row | undefined {
    const time = Math.max(0, moment);
    const current = this.#rows.get(key);
    if (current && current.at <= time) return this.#expired(current) ? undefined : current.row;
    const past = this.#history?.get(key);
    for (let i = (past?.length ?? 0) - 1; i >= 0; i--) {
      const stored = past?.[i];
      if (stored && stored.at <= time) return time < stored.until ? stored.row : undefined;
    }
    return undefined;
  }

  /** Committed rows in the order of their insertion. */
  *rows(): Generator<readonly [string, Row]> {
    for (const [key, stored] of this.#rows) if (!this.#expired(stored)) yield [key, stored.row];
  }

  /** A key for a row that brings none, as a database sequence gives it: never the same twice, rolled back or not. */
  nextKey(): string {
    return `row-${++this.#serial}`;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** The key of another row that holds the same values in a unique index; undefined where none does. */
  clash(key: string, row: Row): string | undefined {
    for (const { fields, keys } of this.#unique) {
      const value = indexed(fields, row);
      const other = value === undefined ? undefined : keys.get(value);
      if (other !== undefined && other !== key && this.committed(other)) return other;
    }
    return undefined;
  }

  /** What a writer must lock beside the row's key, so that two inserts of one unique value meet. */
  uniqueLocks(row: Row): readonly string[] {
    const locks: string[] = [];
    this.#unique.forEach(({ fields }, i) => {
      const value = indexed(fields, row);
      if (value !== undefined) locks.push(`${i}:${value}`);
    });
    return locks;
  }

  /** Makes a write visible. Null deletes. */
  apply(key: string, row: Row | null, record: number): void {
    const before = this.#rows.get(key);
    if (before) {
      this.#unindex(key, before.row);
      const past = this.#history?.get(key);
      const was: Past = { ...before, until: this.#now() };
      if (past) {
        past.push(was);
        if (past.length > REMEMBERED) past.shift();
      } else this.#history?.set(key, [was]);
    }
    if (row === null) {
      if (this.#rows.delete(key)) this.deleted++;
      return;
    }
    if (!before) this.inserted++;
    this.#rows.set(key, { row, at: this.#now(), record });
    for (const { fields, keys } of this.#unique) {
      const value = indexed(fields, row);
      if (value !== undefined) keys.set(value, key);
    }
  }

  #unindex(key: string, row: Row): void {
    for (const { fields, keys } of this.#unique) {
      const value = indexed(fields, row);
      if (value !== undefined && keys.get(value) === key) keys.delete(value);
    }
  }

  #expired({ at }: Stored): boolean {
    return at + (this.settings.ttl ?? NEVER) <= this.#now();
  }
}

/** The values of a unique index as one text; undefined where one is missing, since nulls never clash in SQL. */
function indexed(fields: readonly string[], row: Row): string | undefined {
  const values: Value[] = [];
  for (const field of fields) {
    const value = row[field];
    if (value === undefined || value === null) return undefined;
    values.push(value);
  }
  return JSON.stringify(values);
}
