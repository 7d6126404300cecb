import type { Columns, Names } from '../../sim/kernel/record.ts';
import { KIND, KIND_NAMES, type Kind } from '../../sim/kinds.ts';
import type { Run, Usage } from '../../sim/run.ts';

/**
 * A run with the indexes that checks share. Each index is made when it is first asked for, once for all checks.
 */
export class RunView {
  readonly run: Run;
  /** What the world uses when nothing is chosen; undefined where nobody measured it. */
  readonly baseline: Usage | undefined;
  readonly columns: Columns;
  readonly names: Names;
  #byKind: { readonly order: Int32Array; readonly starts: Int32Array } | undefined;
  #facts: FactIndex | undefined;
  readonly #memo = new Map<string, unknown>();

  constructor(run: Run, baseline?: Usage) {
    this.run = run;
    this.baseline = baseline;
    this.columns = run.record.columns();
    this.names = run.record.names;
  }

  /** The indices of all records of one kind, in the order of time. */
  recordsOf(kind: Kind): Int32Array {
    this.#byKind ??= sortByKind(this.columns.kind);
    const { order, starts } = this.#byKind;
    const number = KIND[kind];
    return order.subarray(starts[number]!, starts[number + 1]!);
  }

  /** A kind's number in the record. */
  kind(kind: Kind): number {
    return KIND[kind];
  }

  /** The facts of the run, by number and by entity. */
  get facts(): FactIndex {
    this.#facts ??= new FactIndex(this.run);
    return this.#facts;
  }

  /** A text's number in the record, -1 where the record never names it. */
  number(text: string): number {
    return this.names.find(text);
  }

  /** The text of a column's number, null where the column is not used. */
  text(number: number): string | null {
    return number < 0 ? null : this.names.text(number);
  }

  /** The entity that a record is about. */
  subjectOf(record: number): string | null {
    return this.text(this.columns.subject[record]!);
  }

  /** The first record of a client's wish for this entity, or its first fact; undefined where it has neither. */
  birthOf(entity: string, name: string): number | undefined {
    const births = this.remember('births', () => {
      const found = new Map<number, number>();
      const { subject } = this.columns;
      for (const intent of this.recordsOf('intent')) {
        const about = subject[intent]!;
        if (about >= 0 && !found.has(about)) found.set(about, intent);
      }
      return found;
    });
    const own = births.get(this.number(name));
    if (own !== undefined) return own;
    const fact = this.facts.of(entity).get(name)?.[0];
    return fact === undefined ? undefined : this.run.facts[fact]!.record;
  }

  /** Makes something once for all checks of this run. */
  remember<T>(key: string, make: () => T): T {
    if (!this.#memo.has(key)) this.#memo.set(key, make());
    return this.#memo.get(key) as T; // only `make` of the same key put it there
  }
}

/** Facts by the numbers of their names, and by the entities they concern. */
export class FactIndex {
  readonly #run: Run;
  /** The names that occur, by number. */
  readonly names: readonly string[];
  /** For each fact of the run, the number of its name. */
  readonly nameOf: Int32Array;
  readonly #byEntity = new Map<string, ReadonlyMap<string, readonly number[]>>();

  constructor(run: Run) {
    this.#run = run;
    const numbers = new Map<string, number>();
    this.nameOf = new Int32Array(run.facts.length);
    for (const [index, { name }] of run.facts.entries()) {
      let number = numbers.get(name);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(name, number);
      }
      this.nameOf[index] = number;
    }
    this.names = [...numbers.keys()];
  }

  /** For each entity of a sort, its facts: indices into `run.facts`, in the order of time. */
  of(entity: string): ReadonlyMap<string, readonly number[]> {
    const known = this.#byEntity.get(entity);
    if (known) return known;
    const found = new Map<string, number[]>();
    for (const [index, { entities }] of this.#run.facts.entries()) {
      const name = entities[entity];
      if (name === undefined) continue;
      const mine = found.get(name);
      if (mine) mine.push(index);
      else found.set(name, [index]);
    }
    this.#byEntity.set(entity, found);
    return found;
  }
}

/** A counting sort: records of each kind side by side, each kind's in the order of time. */
function sortByKind(kind: Uint16Array): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(KIND_NAMES.length + 1);
  for (let i = 0; i < kind.length; i++) starts[kind[i]! + 1]!++;
  for (let k = 0; k < KIND_NAMES.length; k++) starts[k + 1]! += starts[k]!;
  const next = starts.slice();
  const order = new Int32Array(kind.length);
  for (let i = 0; i < kind.length; i++) order[next[kind[i]!]!++] = i;
  return { order, starts };
}
