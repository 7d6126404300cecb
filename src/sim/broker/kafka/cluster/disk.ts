import type { Micros } from '../../../kernel/time.ts';
import type { Clock } from '../clock.ts';

/** Where a broker's logs are: one write after the other. Reads come from the page cache and take no time. */
export class Disk {
  /** How long the write of one batch takes: into the page cache. */
  readonly #write: Micros;
  readonly #clock: Clock;
  /** How many times slower than usual it is. A fault's business. */
  slowness = 1;
  #busyUntil: Micros = 0;

  constructor(clock: Clock, write: Micros) {
    this.#clock = clock;
    this.#write = write;
  }

  /** Does `then` when so many batches are written. */
  write(batches: number, then: () => void): void {
    const { now } = this.#clock;
    const time = this.#write * this.slowness * batches;
    if (time === 0 && this.#busyUntil <= now) {
      then();
      return;
    }
    this.#busyUntil = Math.max(now, this.#busyUntil) + time;
    this.#clock.after(this.#busyUntil - now, then);
  }
}
