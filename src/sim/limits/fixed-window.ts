import type { Micros } from '../kernel/time.ts';
import { ALLOWED, type Decision, type Limit, refusedFor } from './limit.ts';

/**
 * So many requests in each window on the clock.
 *
 * Around the border of two windows twice as many come through in a moment.
 */
export class FixedWindow implements Limit {
  readonly #limit: number;
  readonly #window: Micros;
  #index = 0;
  #count = 0;

  constructor(limit: number, window: Micros) {
    this.#limit = limit;
    this.#window = window;
  }

  ask(now: Micros): Decision {
    this.#turn(now);
    if (this.#count >= this.#limit) return refusedFor(this.#end(now));
    this.#count++;
    return ALLOWED;
  }

  remaining(now: Micros): number {
    this.#turn(now);
    return this.#limit - this.#count;
  }

  reset(now: Micros): Micros {
    this.#turn(now);
    return this.#count === 0 ? 0 : this.#end(now);
  }

  #turn(now: Micros): void {
    const index = Math.floor(now / this.#window);
    if (index === this.#index) return;
    this.#index = index;
    this.#count = 0;
  }

  #end(now: Micros): Micros {
    return (this.#index + 1) * this.#window - now;
  }
}
