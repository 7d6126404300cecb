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
  #seen = new Map<string, Seen<A>>();
  /** Those of the interval before, some of which still count. */
  #before = new Map<string, Seen<A>>();
  #turn: Micros = 0;

  /** What the sender of an id was answered within the interval. */
  first(id: string, now: Micros): A | undefined {
    const seen = this.#seen.get(id) ?? this.#before.get(id);
    return seen && now < seen.until ? seen.answer : undefined;
  }

  accepted(id: string, answer: A, now: Micros): void {
    if (now >= this.#turn) {
      this.#before = this.#seen;
      this.#seen = new Map();
      this.#turn = now + DEDUPLICATION_INTERVAL;
    }
    this.#seen.set(id, { answer, until: now + DEDUPLICATION_INTERVAL });
  }
}
