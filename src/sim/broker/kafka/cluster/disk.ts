import type { Micros } from '../../../kernel/time.ts';
import type { Clock } from '../clock.ts';

/** Where a broker's logs are: one write after the other. Reads come from the page cache and take no time. */
export class Disk {
  /** How long the write of one batch takes: into the page cache. */
  readonly #write: Micros;
  readonly #clock: Clock;
  /** How many times slower than usual it is. A fault's business. */
  slowness = 1;
  /** Told what a write would take, each says what it takes: for whom, and for the how-manieth write. A fault's business. */
  readonly stretches: ((key: number, write: number, time: Micros) => Micros)[] = [];
  readonly #key: number;
  #writes = 0;
  #busyUntil: Micros = 0;

  /** `key`: by what draws tell this disk from others. */
  constructor(clock: Clock, write: Micros, key: number) {
    this.#key = key;
    this.#clock = clock;
    this.#write = write;
  }

  /** Does `then` when so many batches are written. */
  write(batches: number, then: () => void): void {
    const { now } = this.#clock;
    let time = this.#write * this.slowness * batches;
    if (batches > 0 && this.stretches.length > 0) {
      this.#writes++;
      for (const stretch of this.stretches) time = stretch(this.#key, this.#writes, time);
    }
    if (time === 0 && this.#busyUntil <= now) {
      then();
      return;
    }
    this.#busyUntil = Math.max(now, this.#busyUntil) + time;
    this.#clock.after(this.#busyUntil - now, then);
  }
}
