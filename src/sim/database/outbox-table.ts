import type { Envelope } from '../broker/envelope.ts';
import type { Micros } from '../kernel/time.ts';

/** One message that is durable with its order, and not yet sent. */
export interface OutboxRow {
  readonly id: number;
  readonly at: Micros;
  readonly envelope: Envelope;
  /** The record in which it became durable. */
  readonly record: number;
  claimedBy: number | null;
  /** How often a relay has tried to publish it. */
  tries: number;
}

/** Messages that were committed together with what they tell of. A relay publishes them, oldest first. */
export class OutboxTable {
  readonly #rows = new Map<number, OutboxRow>();
  #next = 1;

  add(at: Micros, envelope: Envelope, record: number): void {
    const id = this.#next++;
    this.#rows.set(id, { id, at, envelope, record, claimedBy: null, tries: 0 });
  }

  get size(): number {
    return this.#rows.size;
  }

  oldest(): OutboxRow | undefined {
    return this.#rows.values().next().value;
  }

  /** Up to `limit` rows that `wanted` lets through, oldest first. */
  take(limit: number, wanted: (row: OutboxRow) => boolean): OutboxRow[] {
    const taken: OutboxRow[] = [];
    for (const row of this.#rows.values()) {
      if (taken.length === limit) break;
      if (wanted(row)) taken.push(row);
    }
    return taken;
  }

  delete(row: OutboxRow): void {
    this.#rows.delete(row.id);
  }
}
