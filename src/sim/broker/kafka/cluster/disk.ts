import type { Micros } from '../../../kernel/time.ts';
import type { Clock } from '../clock.ts';

/** What is to be written for one request, and what follows. */
interface Write {
  /** Batches that are not written yet. */
  left: number;
  readonly then: () => void;
}

/** Where a broker's logs are: one batch after the other. Reads come from the page cache and take no time. */
export class Disk {
  /** How many times slower than usual it is, from the next batch on. A fault's business. */
  slowness = 1;
  /** Told what a batch would take, each says what it takes: for whom, and for the how-manieth batch. A fault's business. */
  readonly stretches: ((key: number, batch: number, time: Micros) => Micros)[] = [];
  /** How long the write of one batch takes: into the page cache. */
  readonly #write: Micros;
  readonly #clock: Clock;
  readonly #key: number;
  #batches = 0;
  /** In the order of asking; the first is being written. */
  readonly #queue: Write[] = [];
  #busy = false;

  /** `key`: by what draws tell this disk from others. */
  constructor(clock: Clock, write: Micros, key: number) {
    this.#key = key;
    this.#clock = clock;
    this.#write = write;
  }

  /** Does `then` when so many batches are written. */
  write(batches: number, then: () => void): void {
    this.#queue.push({ left: batches, then });
    if (!this.#busy) this.#work();
  }

  /** Writes on. What a batch takes is known when it begins, so a disk that is well again is quick at once. */
  #work(): void {
    this.#busy = true;
    while (this.#queue.length > 0) {
      const first = this.#queue[0]!; // there is one
      if (first.left === 0) {
        this.#queue.shift();
        first.then();
        continue;
      }
      const healthy = this.slowness === 1 && this.stretches.length === 0;
      const batches = healthy ? first.left : 1;
      first.left -= batches;
      const time = this.#timeOf(batches);
      if (time === 0) continue;
      this.#clock.after(time, () => this.#work());
      return;
    }
    this.#busy = false;
  }

  #timeOf(batches: number): Micros {
    this.#batches += batches;
    let time = this.#write * this.slowness * batches;
    for (const stretch of this.stretches) time = stretch(this.#key, this.#batches, time);
    return time;
  }
}
