import type { Frame } from '../flow/frame.ts';
import type { Process } from '../kernel/process.ts';
import { Signal } from '../kernel/signal.ts';
import type { Simulation } from '../kernel/simulation.ts';

interface Held {
  readonly holder: object;
  readonly until: number;
  readonly token: number;
  readonly freed: Signal<true>;
}

/** Locks with leases: a holder that is paused or dead past its lease loses the lock to the next, whose token is higher. */
export class Leases {
  readonly #sim: Simulation;
  readonly #held = new Map<string, Held>();
  #tokens = 0;

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  /** Waits up to `patience` for the lock; its fencing token, or null. */
  *take(name: string, lease: number, patience: number, frame: Frame): Process<number | null> {
    const end = frame.now + patience;
    for (;;) {
      const held = this.#held.get(name);
      if (!held || held.until <= frame.now) {
        this.#tokens++;
        const holder = frame.request;
        this.#held.set(name, {
          holder,
          until: frame.now + lease,
          token: this.#tokens,
          freed: new Signal<true>(this.#sim),
        });
        return this.#tokens;
      }
      if (frame.now >= end) return null;
      yield* held.freed.waitUpTo(Math.min(end, held.until) - frame.now);
    }
  }

  /** Frees the lock if this request holds it. */
  free(name: string, frame: Frame): boolean {
    const held = this.#held.get(name);
    if (held?.holder !== frame.request) return false;
    this.#held.delete(name);
    held.freed.resolve(true);
    return true;
  }

  /** Frees everything that a request holds, when its flow ends. */
  freeAll(frame: Frame): void {
    for (const [name, held] of this.#held) if (held.holder === frame.request) this.free(name, frame);
  }
}
