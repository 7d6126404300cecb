import { KIND } from '../../sim/kinds.ts';

/** How an instance stands, as its own machine knows it. */
export type Standing = 'serving' | 'not ready' | 'ending' | 'down' | 'standing still';

/** Follows how the instances of one service stand, record by record. */
export class Standings {
  /** A process that has just begun serves at once, unless a probe is to find it ready. */
  readonly #begins: Standing;
  readonly #now = new Map<string, Standing>();
  readonly #still = new Set<string>();

  constructor(hasReadinessProbe: boolean) {
    this.#begins = hasReadinessProbe ? 'not ready' : 'serving';
  }

  of(instance: string): Standing {
    if (this.#still.has(instance)) return 'standing still';
    return this.#now.get(instance) ?? 'serving';
  }

  /** Somebody who was not there before. */
  added(instance: string): void {
    this.#now.set(instance, this.#begins);
  }

  take(kind: number, instance: string, detail: string): void {
    if (kind === KIND.crash || kind === KIND.stopped) {
      this.#still.delete(instance);
      this.#now.set(instance, 'down');
    } else if (kind === KIND.restart) this.#now.set(instance, this.#begins);
    else if (kind === KIND.ready) this.#now.set(instance, detail === 'ready' ? 'serving' : 'not ready');
    else if (kind === KIND.terminating) this.#now.set(instance, 'ending');
    else if (kind === KIND.paused) this.#still.add(instance);
    else if (kind === KIND.resumed) this.#still.delete(instance);
  }
}
