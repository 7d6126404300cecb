import type { Limit } from '../limits/limit.ts';
import { Nonces } from '../security/signature.ts';

/** What a service's limits have counted, or one replica's: one counter for each limit and consumer. */
export class Counters {
  /** Signed requests that have come. */
  readonly nonces = new Nonces();
  readonly #limits = new Map<string, Limit>();

  /** The counter of a name, made when it is first asked for. */
  of(name: string, make: () => Limit): Limit {
    const known = this.#limits.get(name);
    if (known) return known;
    const limit = make();
    this.#limits.set(name, limit);
    return limit;
  }

  /** Forgets everything, as a restart does. */
  clear(): void {
    this.#limits.clear();
  }
}
