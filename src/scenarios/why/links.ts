import type { Columns } from '../../sim/kernel/record.ts';
import { KIND, KIND_NAMES, type Kind } from '../../sim/kinds.ts';
import type { Run } from '../../sim/run.ts';

const NONE = -1;

/** A run's record with its arrows turned round: what each event led to, and what happened in each span. */
export class Links {
  readonly run: Run;
  readonly columns: Columns;
  readonly #effects: Chain;
  readonly #inside: Chain;

  constructor(run: Run) {
    this.run = run;
    this.columns = run.record.columns();
    this.#effects = new Chain(this.columns.cause);
    this.#inside = new Chain(this.columns.span);
  }

  kind(record: number): Kind {
    return KIND_NAMES[this.columns.kind[record] as number] as Kind;
  }
  place(record: number): string {
    return this.#text(this.columns.place[record]);
  }
  peer(record: number): string {
    return this.#text(this.columns.peer[record]);
  }
  subject(record: number): string {
    return this.#text(this.columns.subject[record]);
  }
  detail(record: number): string {
    return this.#text(this.columns.detail[record]);
  }
  value(record: number): number {
    return this.columns.value[record] as number;
  }
  /** The record that led to this one, or -1. */
  cause(record: number): number {
    return this.columns.cause[record] as number;
  }
  /** The record that opened the span in which this one happened, or -1. */
  span(record: number): number {
    return this.columns.span[record] as number;
  }

  /** What a record led to directly, in the order of time. */
  effects(record: number): Iterable<number> {
    return this.#effects.of(record);
  }
  /** What happened in the span that a record opened, in the order of time. */
  inside(record: number): Iterable<number> {
    return this.#inside.of(record);
  }

  /** Every record about one entity, in the order of time. */
  about(subject: string): number[] {
    const number = this.run.record.names.find(subject);
    const found: number[] = [];
    if (number === NONE) return found;
    const { subject: column } = this.columns;
    for (let i = 0; i < column.length; i++) if (column[i] === number) found.push(i);
    return found;
  }

  /** The last record in which a fault struck, or -1. */
  lastStrike(fault: string): number {
    const { kind, detail } = this.columns;
    const number = this.run.record.names.find(fault);
    for (let i = kind.length - 1; i >= 0; i--) if (kind[i] === KIND.fault && detail[i] === number) return i;
    return NONE;
  }

  #text(number: number | undefined): string {
    return number === undefined || number < 0 ? '' : this.run.record.names.text(number);
  }
}

/** Lists of the records that name each record, threaded through two arrays. */
class Chain {
  readonly #first: Int32Array;
  readonly #next: Int32Array;

  constructor(names: Int32Array) {
    const { length } = names;
    this.#first = new Int32Array(length).fill(NONE);
    this.#next = new Int32Array(length).fill(NONE);
    for (let i = length - 1; i >= 0; i--) {
      const named = names[i] as number;
      if (named < 0 || named >= length || named === i) continue; // a span's opener may name itself
      this.#next[i] = this.#first[named] as number;
      this.#first[named] = i;
    }
  }

  *of(record: number): Generator<number> {
    for (let i = this.#first[record] ?? NONE; i !== NONE; i = this.#next[i] as number) yield i;
  }
}

const known = new WeakMap<Run, Links>();

/** The links of a run, made once. */
export function linksOf(run: Run): Links {
  const links = known.get(run) ?? new Links(run);
  known.set(run, links);
  return links;
}
