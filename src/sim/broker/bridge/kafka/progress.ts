import type { ConsumerRecord } from '../../kafka/consumer/fetcher.ts';
import { nameOf, type TopicPartition } from '../../kafka/events.ts';
import type { OffsetEntry } from '../../kafka/group/requests.ts';
import type { Posting } from './posting.ts';

type Polled = ConsumerRecord<Posting>;

interface Slot {
  readonly record: Polled;
  done: boolean;
}

interface Part {
  /** By offset, rising; what is done leaves at the front. */
  readonly slots: Map<number, Slot>;
  /** The latest offset that has begun. */
  last: number;
}

/** How far a consumer is that works several records of a partition at once: up to the first that is not done. */
export class Progress {
  readonly #parts = new Map<string, Part>();
  /** What is to be committed, by partition. */
  readonly #offsets = new Map<string, OffsetEntry>();

  /** A record has been polled; gives what is to be called when it is done. What is read again begins anew. */
  began(record: Polled): () => void {
    const name = nameOf(record);
    let part = this.#parts.get(name);
    if (!part || part.last >= record.offset) {
      part = { slots: new Map(), last: -1 };
      this.#parts.set(name, part);
    }
    const slot: Slot = { record, done: false };
    part.slots.set(record.offset, slot);
    part.last = record.offset;
    const mine = part;
    return () => {
      slot.done = true;
      if (this.#parts.get(name) === mine) this.#advance(name, mine);
    };
  }

  /** Offsets that are further than those it gave before, of the partitions that the consumer still has. */
  take(assigned: readonly TopicPartition[]): OffsetEntry[] {
    const names = new Set(assigned.map(nameOf));
    for (const name of [...this.#parts.keys()]) if (!names.has(name)) this.#parts.delete(name);
    const offsets = [...this.#offsets].flatMap(([name, entry]) => (names.has(name) ? [entry] : []));
    this.#offsets.clear();
    return offsets;
  }

  #advance(name: string, { slots }: Part): void {
    for (const [at, { record, done }] of slots) {
      if (!done) return;
      slots.delete(at);
      const { topic, partition, offset, leaderEpoch } = record;
      this.#offsets.set(name, { topic, partition, offset: offset + 1, leaderEpoch });
    }
  }
}
