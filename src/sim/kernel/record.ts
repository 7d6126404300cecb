import { absorbText, digest, EMPTY, type Mixture, turnA, turnB } from './fingerprint.ts';
import { Names } from './names.ts';
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
export const RUNG = 4096;

const FIRST_CAPACITY = 1024;
/** Stands for the two words of every NaN, whose bits differ between machines. */
const NAN_WORD = 0x7ff8_0000;
// Which of the two words of a double comes first in memory.
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const LOW = littleEndian ? 0 : 1;
const HIGH = 1 - LOW;

/**
 * Everything that happened in a run, in order, in columns; it only ever grows.
 *
 * The columns mean what the recorder says they mean. A fingerprint of all columns and of the texts in
 * `names` rolls along: two runs with the same fingerprint did the same.
 */
export class EventRecord {
  /** The texts that numbers in the columns stand for. */
  readonly names = new Names();

  #sealed = false;
  #length = 0;
  #capacity = FIRST_CAPACITY;
  #time = new Float64Array(FIRST_CAPACITY);
  #value = new Float64Array(FIRST_CAPACITY);
  #kind = new Uint16Array(FIRST_CAPACITY);
  #place = new Int32Array(FIRST_CAPACITY);
  #peer = new Int32Array(FIRST_CAPACITY);
  #subject = new Int32Array(FIRST_CAPACITY);
  #cause = new Int32Array(FIRST_CAPACITY);
  #span = new Int32Array(FIRST_CAPACITY);
  #detail = new Int32Array(FIRST_CAPACITY);
  #valueWords = new Int32Array(this.#value.buffer);

  #a = EMPTY.a;
  #b = EMPTY.b;
  /** Texts that are in the fingerprint, and after how many events each came in. */
  #absorbed = 0;
  readonly #absorbedAt: number[] = [];
  readonly #rungs: Mixture[] = [];
  readonly #ladder: string[] = [];

  /** Events recorded. */
  get length(): number {
    return this.#length;
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
    const at = this.#length;
    if (at === this.#capacity) this.#grow();
    this.#time[at] = time;
    this.#kind[at] = kind;
    this.#place[at] = place;
    this.#peer[at] = peer;
    this.#subject[at] = subject;
    this.#cause[at] = cause;
    this.#span[at] = span;
    this.#value[at] = value + 0; // -0 + 0 is 0
    this.#detail[at] = detail;
    this.#length = at + 1;
    this.#absorb(at);
    if (((at + 1) & (RUNG - 1)) === 0) this.#climb();
    return at;
  }

  timeAt(index: number): Micros {
    return this.#time[this.#checked(index)]!;
  }
  kindAt(index: number): number {
    return this.#kind[this.#checked(index)]!;
  }
  placeAt(index: number): number {
    return this.#place[this.#checked(index)]!;
  }
  peerAt(index: number): number {
    return this.#peer[this.#checked(index)]!;
  }
  subjectAt(index: number): number {
    return this.#subject[this.#checked(index)]!;
  }
  causeAt(index: number): number {
    return this.#cause[this.#checked(index)]!;
  }
  spanAt(index: number): number {
    return this.#span[this.#checked(index)]!;
  }
  valueAt(index: number): number {
    return this.#value[this.#checked(index)]!;
  }
  detailAt(index: number): number {
    return this.#detail[this.#checked(index)]!;
  }

  /** The columns as they are now, without copying. Events added later are not in them. */
  columns(): Columns {
    const length = this.#length;
    return {
      time: this.#time.subarray(0, length),
      kind: this.#kind.subarray(0, length),
      place: this.#place.subarray(0, length),
      peer: this.#peer.subarray(0, length),
      subject: this.#subject.subarray(0, length),
      cause: this.#cause.subarray(0, length),
      span: this.#span.subarray(0, length),
      value: this.#value.subarray(0, length),
      detail: this.#detail.subarray(0, length),
    };
  }

  /** Ends the record: a later `append` throws. */
  seal(): void {
    this.#sealed = true;
    this.#capacity = this.#length; // so that `append` need not ask: it asks for room, and `#grow` refuses
  }

  /** A hash over all events and the texts they could name: 16 hexadecimal digits. */
  fingerprint(): string {
    return digest({ a: this.#a, b: this.#b }, this.#length);
  }

  /** What `fingerprint` gave when there were only the first `count` events. */
  prefixFingerprint(count: number): string {
    if (count > this.#length) throw new RangeError(`there are only ${this.#length} events, not ${count}`);
    const rung = Math.floor(count / RUNG);
    const now = { a: this.#a, b: this.#b };
    const start = rung === 0 ? EMPTY : this.#rungs[rung - 1]!;
    this.#a = start.a;
    this.#b = start.b;
    const first = rung * RUNG;
    let name = this.#absorbedAt.findIndex((after) => after >= first);
    if (name < 0) name = this.#absorbed;
    for (let at = first; at < count; at++) {
      for (; name < this.#absorbed && this.#absorbedAt[name] === at; name++) this.#absorbName(name);
      this.#absorb(at);
    }
    const result = this.#mixture();
    this.#a = now.a;
    this.#b = now.b;
    return digest(result, count);
  }

  #mixture(): Mixture {
    return { a: this.#a, b: this.#b };
  }

  /** Mixes one event in. The sums are of products, so that the processor can compute them side by side. */
  #absorb(at: number): void {
    const time = this.#time[at]!;
    const timeLow = time | 0;
    const timeHigh = (time / 0x1_0000_0000) | 0;
    const isNumber = !Number.isNaN(this.#value[at]!);
    const valueLow = isNumber ? this.#valueWords[2 * at + LOW]! : 0;
    const valueHigh = isNumber ? this.#valueWords[2 * at + HIGH]! : NAN_WORD;
    const kind = this.#kind[at]!;
    const place = this.#place[at]!;
    const peer = this.#peer[at]!;
    const subject = this.#subject[at]!;
    const cause = this.#cause[at]!;
    const span = this.#span[at]!;
    const detail = this.#detail[at]!;
    const wordA =
      (Math.imul(timeLow, 0x9e37_79b1) + Math.imul(timeHigh, 0x85eb_ca77)) ^
      (Math.imul(kind, 0xc2b2_ae3d) + Math.imul(place, 0x27d4_eb2f)) ^
      (Math.imul(peer, 0x1656_67b1) + Math.imul(subject, 0xd3a2_646d)) ^
      (Math.imul(cause, 0xfd70_46c5) + Math.imul(span, 0xb55a_4f09)) ^
      (Math.imul(valueLow, 0xe703_7ed1) + Math.imul(valueHigh, 0x8bb8_4b93)) ^
      Math.imul(detail, 0x4cf5_ad43);
    const wordB =
      (Math.imul(timeLow, 0xcc9e_2d51) + Math.imul(valueHigh, 0x1b87_3593)) ^
      (Math.imul(kind, 0xe654_6b65) + Math.imul(detail, 0x3c6e_f373)) ^
      (Math.imul(place, 0xa54f_f53b) + Math.imul(cause, 0x510e_527f)) ^
      (Math.imul(subject, 0x9b05_688d) + Math.imul(peer, 0x1f83_d9ab)) ^
      (Math.imul(span, 0x5be0_cd19) + Math.imul(timeHigh, 0xcbbb_9d5d)) ^
      Math.imul(valueLow, 0x629a_292b);
    this.#a = turnA(this.#a, wordA);
    this.#b = turnB(this.#b, wordB);
  }

  #absorbNames(): void {
    for (; this.#absorbed < this.names.size; this.#absorbed++) {
      this.#absorbName(this.#absorbed);
      this.#absorbedAt.push(this.#length);
    }
  }

  #absorbName(id: number): void {
    const mixture = absorbText(this.#mixture(), this.names.text(id));
    this.#a = mixture.a;
    this.#b = mixture.b;
  }

  #climb(): void {
    this.#rungs.push(this.#mixture());
    this.#ladder.push(this.fingerprint());
  }

  #checked(index: number): number {
    if (index >= 0 && index < this.#length) return index;
    throw new RangeError(`event ${index} is not among the ${this.#length} recorded`);
  }

  #grow(): void {
    if (this.#sealed) throw new Error('a sealed record takes no more events');
    this.#capacity *= 2;
    this.#time = grown(this.#time, new Float64Array(this.#capacity));
    this.#value = grown(this.#value, new Float64Array(this.#capacity));
    this.#valueWords = new Int32Array(this.#value.buffer);
    this.#kind = grown(this.#kind, new Uint16Array(this.#capacity));
    this.#place = grown(this.#place, new Int32Array(this.#capacity));
    this.#peer = grown(this.#peer, new Int32Array(this.#capacity));
    this.#subject = grown(this.#subject, new Int32Array(this.#capacity));
    this.#cause = grown(this.#cause, new Int32Array(this.#capacity));
    this.#span = grown(this.#span, new Int32Array(this.#capacity));
    this.#detail = grown(this.#detail, new Int32Array(this.#capacity));
  }
}

function grown<A extends Float64Array | Uint16Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
