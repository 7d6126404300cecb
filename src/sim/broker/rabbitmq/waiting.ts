import { OrderHeap } from '../order-heap.ts';
import { Fifo } from './fifo.ts';
import type { Entry } from './message.ts';

/** The messages of a queue that wait: first in, first out within a level, the highest level first. */
interface Waiting {
  readonly length: number;
  /** Bytes of their bodies. */
  readonly bytes: number;
  /** A new message. */
  add(entry: Entry): void;
  /** A message that was out. */
  giveBack(entry: Entry): void;
  /** The one that is next. */
  readonly first: Entry | undefined;
  /** Takes the next one out. */
  take(): Entry | undefined;
  /** Takes all out; how many there were. */
  clear(): number;
  /** All of them, in order; for a restart of the node. */
  drain(): Entry[];
}

/** What is common to all kinds: how many there are, how large, and the highest level that is not empty. */
class Tally {
  length = 0;
  bytes = 0;
  /** No level above this one has any. */
  top = 0;

  in({ level, message }: Entry): void {
    this.length++;
    this.bytes += message.size;
    if (level > this.top) this.top = level;
  }

  out({ message }: Entry): void {
    this.length--;
    this.bytes -= message.size;
  }

  clear(): number {
    const count = this.length;
    this.length = 0;
    this.bytes = 0;
    this.top = 0;
    return count;
  }
}

interface Level {
  readonly arrived: Fifo<Entry>;
  readonly returned: OrderHeap<Entry>;
}

/** A classic queue's: what comes back goes to its old place, which is before all that has never been out. */
export class ClassicWaiting implements Waiting {
  readonly #tally = new Tally();
  readonly #levels: readonly Level[];

  /** `levels`: how many priorities it tells apart, at least 1. */
  constructor(levels: number) {
    this.#levels = Array.from({ length: levels }, () => ({
      arrived: new Fifo(),
      returned: new OrderHeap(),
    }));
  }

  get length(): number {
    return this.#tally.length;
  }

  get bytes(): number {
    return this.#tally.bytes;
  }

  add(entry: Entry): void {
    this.#tally.in(entry);
    this.#levels[entry.level]!.arrived.push(entry);
  }

  giveBack(entry: Entry): void {
    this.#tally.in(entry);
    this.#levels[entry.level]!.returned.push(entry);
  }

  get first(): Entry | undefined {
    if (this.#tally.length === 0) return undefined;
    const { arrived, returned } = this.#top();
    return returned.first ?? arrived.first;
  }

  take(): Entry | undefined {
    if (this.#tally.length === 0) return undefined;
    const { arrived, returned } = this.#top();
    const entry = returned.take() ?? arrived.take();
    if (entry) this.#tally.out(entry);
    return entry;
  }

  clear(): number {
    for (const { arrived, returned } of this.#levels) {
      arrived.clear();
      returned.clear();
    }
    return this.#tally.clear();
  }

  drain(): Entry[] {
    const all: Entry[] = [];
    for (let entry = this.take(); entry; entry = this.take()) all.push(entry);
    return all;
  }

  /** The highest level that has any; there is one. */
  #top(): Level {
    let level = this.#levels[this.#tally.top]!;
    while (level.arrived.length === 0 && level.returned.length === 0)
      level = this.#levels[--this.#tally.top]!;
    return level;
  }
}

/** A quorum queue's: what comes back is next, in the order in which it came back, whatever its priority. */
export class QuorumWaiting implements Waiting {
  readonly #tally = new Tally();
  readonly #returned = new Fifo<Entry>();
  readonly #levels: readonly Fifo<Entry>[];

  constructor(levels: number) {
    this.#levels = Array.from({ length: levels }, () => new Fifo());
  }

  get length(): number {
    return this.#tally.length;
  }

  get bytes(): number {
    return this.#tally.bytes;
  }

  add(entry: Entry): void {
    this.#tally.in(entry);
    this.#levels[entry.level]!.push(entry);
  }

  giveBack(entry: Entry): void {
    this.#tally.in(entry);
    this.#returned.push(entry);
  }

  get first(): Entry | undefined {
    return this.#next()?.first;
  }

  take(): Entry | undefined {
    const entry = this.#next()?.take();
    if (entry) this.#tally.out(entry);
    return entry;
  }

  clear(): number {
    this.#returned.clear();
    for (const level of this.#levels) level.clear();
    return this.#tally.clear();
  }

  drain(): Entry[] {
    const all: Entry[] = [];
    for (let entry = this.take(); entry; entry = this.take()) all.push(entry);
    return all;
  }

  /** The line whose first is next. */
  #next(): Fifo<Entry> | undefined {
    if (this.#returned.length > 0) return this.#returned;
    if (this.#tally.length === 0) return undefined;
    while (this.#levels[this.#tally.top]!.length === 0) this.#tally.top--;
    return this.#levels[this.#tally.top];
  }
}
