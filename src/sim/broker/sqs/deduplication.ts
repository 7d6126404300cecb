import type { Micros } from '../../kernel/time.ts';
import { DEDUPLICATION_INTERVAL } from './quotas.ts';

interface Seen<A> {
  readonly answer: A;
  readonly until: Micros;
}

/**
 * The deduplication ids of the last five minutes.
 *
 * An id is counted from when it was first accepted, whatever has become of its message since, and a repeat does not
 * count anew.
 */
export class Deduplication<A> {
  /** In the order in which they are forgotten, which is that in which they came. */
  readonly #seen = new Map<string, Seen<A>>();

  /** What the sender of an id was answered within the interval. */
  first(id: string, now: Micros): A | undefined {
    for (const [old, { until }] of this.#seen) {
      if (until > now) break;
      this.#seen.delete(old);
    }
    return this.#seen.get(id)?.answer;
  }

  accepted(id: string, answer: A, now: Micros): void {
    this.#seen.set(id, { answer, until: now + DEDUPLICATION_INTERVAL });
  }
}
