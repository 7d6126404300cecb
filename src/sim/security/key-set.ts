import { Signal } from '../kernel/signal.ts';
import type { Simulation } from '../kernel/simulation.ts';
import type { Micros } from '../kernel/time.ts';

interface Settings {
  readonly cacheDuration: Micros;
  readonly refetch: boolean;
}

/** Between two fetches for the sake of a key that is not in the set. */
const THROTTLE: Micros = 30_000_000;
/** After a fetch that failed: Envoy's `failed_refetch_duration`. */
const PAUSE: Micros = 1_000_000;

/** A JWK set as one process has fetched it: believed for a while, then fetched anew. */
export class KeySet {
  readonly #sim: Simulation;
  readonly #settings: Settings;
  #kids: ReadonlySet<string> = new Set();
  #fetched: Micros = Number.NEGATIVE_INFINITY;
  #failed: Micros = Number.NEGATIVE_INFINITY;
  /** The record of why the last fetch failed, if one tells. */
  failure: number | null = null;
  #fetching: Signal<null> | null = null;

  constructor(sim: Simulation, settings: Settings) {
    this.#sim = sim;
    this.#settings = settings;
  }

  /** The fetch that is under way, which all who need it share. */
  get fetching(): Signal<null> | null {
    return this.#fetching;
  }

  /** Whether there is a set that may still be believed. */
  get usable(): boolean {
    return this.#sim.now - this.#fetched < this.#settings.cacheDuration;
  }

  has(kid: string): boolean {
    return this.usable && this.#kids.has(kid);
  }

  /** Whether a token of this key can be judged only after a fetch. */
  wants(kid: string): boolean {
    const { now } = this.#sim;
    if (now - this.#failed < PAUSE) return false;
    if (!this.usable) return true;
    return this.#settings.refetch && !this.#kids.has(kid) && now - this.#fetched >= THROTTLE;
  }

  begin(): void {
    this.#fetching = new Signal<null>(this.#sim);
  }

  /** Ends the fetch: with the keys that came, or with nothing, as a record may tell. */
  end(kids: ReadonlySet<string> | null, cause: number | null = null): void {
    this.failure = kids ? null : cause;
    if (kids) {
      this.#kids = kids;
      this.#fetched = this.#sim.now;
    } else this.#failed = this.#sim.now;
    const { fetching } = this;
    this.#fetching = null;
    fetching?.resolve(null);
  }
}
