import type { Micros } from '../kernel/time.ts';
import { ALLOWED, type Decision, type Limit, refusedFor } from './limit.ts';

/**
 * The generic cell rate algorithm: all its state is one time, that at which the next request is due in theory.
 *
 * It lets the same requests through as a token bucket of `1 + tolerance / interval` tokens (ITU-T I.371).
 */
export class Gcra implements Limit {
  readonly #interval: Micros;
  readonly #tolerance: Micros;
  #due: Micros = 0;

  /** One request for each `interval`; a request may come up to `tolerance` before it is due. */
  constructor(interval: Micros, tolerance: Micros) {
    this.#interval = interval;
    this.#tolerance = tolerance;
  }

  /** The theoretical arrival time (TAT) of the next request. */
  get due(): Micros {
    return this.#due;
  }

  ask(now: Micros): Decision {
    const due = Math.max(now, this.#due);
    const early = due - this.#tolerance;
    if (now < early) return refusedFor(early - now);
    this.#due = due + this.#interval;
    return ALLOWED;
  }

  remaining(now: Micros): number {
    const room = this.#tolerance + this.#interval - this.reset(now);
    return Math.max(0, Math.floor(room / this.#interval));
  }

  reset(now: Micros): Micros {
    return Math.max(0, this.#due - now);
  }
}
