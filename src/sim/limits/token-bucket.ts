import type { Micros } from '../kernel/time.ts';
import { ALLOWED, type Decision, type Limit, refusedFor } from './limit.ts';

/**
 * A token bucket that is refilled continuously: a burst of `capacity`, then one request for each `interval`.
 *
 * Its level is kept in microseconds of refill, so that it is a whole number and nothing is rounded.
 */
export class TokenBucket implements Limit {
  readonly #interval: Micros;
  readonly #full: Micros;
  #level: Micros;
  #at: Micros = 0;

  /** `capacity` is at least 1; `interval` is what one token takes to grow, at least 1 µs. The bucket starts full. */
  constructor(capacity: number, interval: Micros) {
    this.#interval = interval;
    this.#full = capacity * interval;
    this.#level = this.#full;
  }

  ask(now: Micros): Decision {
    this.#refill(now);
    if (this.#level < this.#interval) return refusedFor(this.#interval - this.#level);
    this.#level -= this.#interval;
    return ALLOWED;
  }

  /** Tokens at this time, parts of one included. */
  tokens(now: Micros): number {
    this.#refill(now);
    return this.#level / this.#interval;
  }

  remaining(now: Micros): number {
    return Math.floor(this.tokens(now));
  }

  reset(now: Micros): Micros {
    this.#refill(now);
    return this.#full - this.#level;
  }

  #refill(now: Micros): void {
    this.#level = Math.min(this.#full, this.#level + now - this.#at);
    this.#at = now;
  }
}
