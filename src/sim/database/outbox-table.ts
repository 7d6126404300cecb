import type { Envelope } from '../broker/envelope.ts';
import { Signal } from '../kernel/signal.ts';
import type { Simulation } from '../kernel/simulation.ts';
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
  /** The relay that reads the commit log; null: none does. */
  reader: number | null = null;
  /** How far a reader of the commit log has noted that it has come: the last row it need not read again. */
  position = 0;
  readonly #rows = new Map<number, OutboxRow>();
  #next = 1;
  #news: Signal<void> | null = null;

  add(at: Micros, envelope: Envelope, record: number): void {
    const id = this.#next++;
    this.#rows.set(id, { id, at, envelope, record, claimedBy: null, tries: 0 });
    this.#news?.resolve();
    this.#news = null;
  }

  /** Comes with the next row. */
  news(sim: Simulation): Signal<void> {
    this.#news ??= new Signal(sim);
    return this.#news;
  }

  /** Up to `limit` rows that were committed after one, in the order of their commits. */
  after(position: number, limit: number): OutboxRow[] {
    const rows: OutboxRow[] = [];
    for (let id = position + 1; id < this.#next && rows.length < limit; id++) {
      const row = this.#rows.get(id);
      if (row) rows.push(row);
    }
    return rows;
  }

  /** Stores how far a reader of the log has come: rows up to there are needed no more. */
  forget(position: number): void {
    for (let id = this.position + 1; id <= position; id++) this.#rows.delete(id);
    this.position = position;
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
