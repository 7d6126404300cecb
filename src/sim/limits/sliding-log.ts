import type { Micros } from '../kernel/time.ts';
import { ALLOWED, type Decision, type Limit, refusedFor } from './limit.ts';

/** The sliding log: exact, at the price of remembering when each request of the last window came. */
export class SlidingLog implements Limit {
  readonly #window: Micros;
  /** Times of the last requests, in a ring. */
  readonly #times: Micros[];
  #next = 0;

  constructor(limit: number, window: Micros) {
    this.#window = window;
    this.#times = new Array(limit).fill(Number.NEGATIVE_INFINITY);
  }

  ask(now: Micros): Decision {
    const oldest = this.#times[this.#next] as Micros; // the ring is full from the start
    if (now - oldest < this.#window) return refusedFor(oldest + this.#window - now);
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % this.#times.length;
    return ALLOWED;
  }

  remaining(now: Micros): number {
    return this.#times.filter((time) => now - time >= this.#window).length;
  }

  reset(now: Micros): Micros {
    const newest = this.#times[(this.#next + this.#times.length - 1) % this.#times.length] as Micros;
    return Math.max(0, newest + this.#window - now);
  }
}
