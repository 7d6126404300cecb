import { Fingerprint } from './fingerprint.ts';
import { Names } from './names.ts';
import { CAUSE, DETAIL, KIND, Leaf, PEER, PLACE, ROWS, SPAN, SUBJECT, TIME, VALUE } from './record-leaf.ts';
import type { Micros } from './time.ts';

export { Names } from './names.ts';

/** What happened, one array for each property; index i is event i. */
export interface Columns {
  readonly time: Float64Array;
  readonly kind: Uint16Array;
  readonly place: Int32Array;
  readonly peer: Int32Array;
  readonly subject: Int32Array;
  readonly cause: Int32Array;
  readonly span: Int32Array;
  readonly value: Float64Array;
  readonly detail: Int32Array;
}

/** Events between two rungs of the ladder. */
export const RUNG = ROWS;

/**
 * Everything that happened in a run, in order, in columns; it only ever grows.
 *
 * The columns mean what the recorder says they mean: `kind` is 0 to 65535, the others that are no time and no
 * value are 32-bit integers. A fingerprint of all columns and of the texts in `names` rolls along: two runs
 * with the same fingerprint did the same.
 */
export class EventRecord {
  /** The texts that numbers in the columns stand for. */
  readonly names = new Names();

  readonly #leaves: Leaf[] = [];
  #leaf: Leaf;
  /** Events in the last leaf. */
  #rows = 0;
  #sealed = false;
  /** All columns, once they were asked for and can no longer change. */
  #columns: Columns | undefined;

  readonly #fingerprint = new Fingerprint();
  /** Texts that are in the fingerprint, and after how many events each came in. */
  #absorbed = 0;
  readonly #absorbedAt: number[] = [];
  readonly #rungs: Fingerprint[] = [new Fingerprint()];
  readonly #ladder: string[] = [];

  constructor() {
    this.#leaf = new Leaf();
    this.#leaves.push(this.#leaf);
  }

  /** Events recorded. */
  get length(): number {
    return (this.#leaves.length - 1) * ROWS + this.#rows;
  }

  /** The fingerprint after every 4096 events: where two ladders part, the runs parted. */
  get ladder(): readonly string[] {
    return this.#ladder;
  }

  /** Adds an event and gives its index. Minus zero is kept as zero, and every NaN as the same. */
  append(
    time: Micros,
    kind: number,
    place: number,
    peer: number,
    subject: number,
    cause: number,
    span: number,
    value: number,
    detail: number,
  ): number {
    if (this.names.size !== this.#absorbed) this.#absorbNames();
    if (this.#sealed) throw new Error('a sealed record takes no more events');
    const row = this.#rows++;
    this.#leaf.write(row, time, kind, place, peer, subject, cause, span, value, detail);
    this.#fingerprint.absorb(time, kind, place, peer, subject, cause, span, value, detail);
    const index = (this.#leaves.length - 1) * ROWS + row;
    if (row === ROWS - 1) this.#turnLeaf();
    return index;
  }

  timeAt(index: number): Micros {
    return this.#leafOf(index).realAt(TIME, index);
  }
  kindAt(index: number): number {
    return this.#leafOf(index).integerAt(KIND, index);
  }
  placeAt(index: number): number {
    return this.#leafOf(index).integerAt(PLACE, index);
  }
  peerAt(index: number): number {
    return this.#leafOf(index).integerAt(PEER, index);
  }
  subjectAt(index: number): number {
    return this.#leafOf(index).integerAt(SUBJECT, index);
  }
  causeAt(index: number): number {
    return this.#leafOf(index).integerAt(CAUSE, index);
  }
  spanAt(index: number): number {
    return this.#leafOf(index).integerAt(SPAN, index);
  }
  valueAt(index: number): number {
    return this.#leafOf(index).realAt(VALUE, index);
  }
  detailAt(index: number): number {
    return this.#leafOf(index).integerAt(DETAIL, index);
  }

  /**
   * Each column as it is now, in one piece. For a few events of many, the readers cost less.
   *
   * Of a sealed record they are made once and are the same for everybody, so nobody writes into them.
   */
  columns(): Columns {
    if (!this.#sealed) return this.#columnsNow();
    this.#columns ??= this.#columnsNow();
    return this.#columns;
  }

  #columnsNow(): Columns {
    const integers = (column: number) =>
      this.#copy(new Int32Array(this.length), (leaf) => leaf.integers(column));
    const reals = (column: number) => this.#copy(new Float64Array(this.length), (leaf) => leaf.reals(column));
    return {
      time: reals(TIME),
      kind: this.#copy(new Uint16Array(this.length), (leaf) => leaf.integers(KIND)),
      place: integers(PLACE),
      peer: integers(PEER),
      subject: integers(SUBJECT),
      cause: integers(CAUSE),
      span: integers(SPAN),
      value: reals(VALUE),
      detail: integers(DETAIL),
    };
  }

  /** Ends the record: a later `append` throws. */
  seal(): void {
    this.#sealed = true;
  }

  /** A hash over all events and the texts they could name: 16 hexadecimal digits. */
  fingerprint(): string {
    return this.#fingerprint.digest(this.length);
  }

  /** What `fingerprint` gave when there were only the first `count` events. */
  prefixFingerprint(count: number): string {
    if (!(count >= 0 && count <= this.length))
      throw new RangeError(`there are ${this.length} events, not ${count}`);
    const rung = Math.floor(count / ROWS);
    const first = rung * ROWS;
    const fingerprint = this.#rungs[rung]!.copy();
    let text = this.#absorbedAt.findIndex((after) => after >= first);
    if (text < 0) text = this.#absorbed;
    for (let index = first; index < count; index++) {
      for (; this.#absorbedAt[text] === index; text++) fingerprint.absorbText(this.names.text(text));
      fingerprint.absorb(
        this.timeAt(index),
        this.kindAt(index),
        this.placeAt(index),
        this.peerAt(index),
        this.subjectAt(index),
        this.causeAt(index),
        this.spanAt(index),
        this.valueAt(index),
        this.detailAt(index),
      );
    }
    return fingerprint.digest(count);
  }

  #absorbNames(): void {
    for (; this.#absorbed < this.names.size; this.#absorbed++) {
      this.#fingerprint.absorbText(this.names.text(this.#absorbed));
      this.#absorbedAt.push(this.length);
    }
  }

  #turnLeaf(): void {
    this.#rungs.push(this.#fingerprint.copy());
    this.#leaf = new Leaf();
    this.#leaves.push(this.#leaf);
    this.#rows = 0;
    this.#ladder.push(this.fingerprint());
  }

  #leafOf(index: number): Leaf {
    if (index >= 0 && index < this.length) return this.#leaves[Math.floor(index / ROWS)]!;
    throw new RangeError(`event ${index} is not among the ${this.length} recorded`);
  }

  #copy<A extends Float64Array | Uint16Array | Int32Array>(
    column: A,
    read: (leaf: Leaf) => Float64Array | Int32Array,
  ): A {
    this.#leaves.forEach((leaf, i) => {
      const rows = Math.min(ROWS, column.length - i * ROWS);
      column.set(read(leaf).subarray(0, rows), i * ROWS);
    });
    return column;
  }
}
