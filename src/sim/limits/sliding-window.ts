import type { Micros } from '../kernel/time.ts';
import { ALLOWED, type Decision, type Limit, refusedFor } from './limit.ts';

/**
 * The sliding window counter: two counters, of which the older weighs as much as it still overlaps the last window.
 *
 * An estimate: it takes the requests of the older window as evenly spread.
 */
export class SlidingWindow implements Limit {
  readonly #limit: number;
  readonly #window: Micros;
  #index = 0;
  #before = 0;
  #count = 0;

  constructor(limit: number, window: Micros) {
    this.#limit = limit;
    this.#window = window;
  }

  ask(now: Micros): Decision {
    if (this.#scaled(now) > (this.#limit - 1) * this.#window) return refusedFor(this.#wait(now));
    this.#count++;
    return ALLOWED;
  }

  /** Requests in the last window, as estimated at this time. */
  estimate(now: Micros): number {
    return this.#scaled(now) / this.#window;
  }

  remaining(now: Micros): number {
    return Math.max(0, Math.floor(this.#limit - this.estimate(now)));
  }

  reset(now: Micros): Micros {
    this.#turn(now);
    const start = this.#index * this.#window;
    if (this.#count > 0) return start + 2 * this.#window - now;
    return this.#before > 0 ? start + this.#window - now : 0;
  }

  /** The estimate times the window's length, which is a whole number. */
  #scaled(now: Micros): number {
    this.#turn(now);
    const overlap = (this.#index + 1) * this.#window - now;
    return this.#before * overlap + this.#count * this.#window;
  }

  /** Until the estimate has fallen far enough: in this window, or in the next, where this one's count fades. */
  #wait(now: Micros): Micros {
    const room = this.#limit - 1;
    const end = (this.#index + 1) * this.#window;
    if (this.#count <= room) {
      const overlap = Math.floor(((room - this.#count) * this.#window) / this.#before);
      return end - overlap - now;
    }
    const overlap = Math.floor((room * this.#window) / this.#count);
    return end + this.#window - overlap - now;
  }

  #turn(now: Micros): void {
    const index = Math.floor(now / this.#window);
    if (index === this.#index) return;
    this.#before = index === this.#index + 1 ? this.#count : 0;
    this.#count = 0;
    this.#index = index;
  }
}
