import { nameOf, type TopicPartition } from '../events.ts';
import type { OffsetEntry } from '../group/requests.ts';

/** Where a consumer is in one partition that it reads. */
export interface PartitionPosition extends TopicPartition {
  readonly key: string;
  /** The next offset that the application is given; null until it is known. */
  position: number | null;
  /** The leader epoch of the record before the position; null where that is not known. */
  epoch: number | null;
  /** The newest leader epoch under which the position was held against the leader's log; -1 before the first. */
  checkedUnder: number;
  /** The position may be of a log that is no longer: nothing is read until it was held against the leader's. */
  doubtful: boolean;
  paused: boolean;
  /** A look-up of the position is under way. */
  resolving: boolean;
  /** There is no committed offset, or it is out of range: `auto.offset.reset` decides. */
  reset: boolean;
  /** What the last fetch told, in offsets; -1 before the first. */
  end: number;
  start: number;
}

/** The partitions that a consumer reads, and how far it is in each (`SubscriptionState`). */
export class Positions {
  readonly #partitions = new Map<string, PartitionPosition>();

  get all(): Iterable<PartitionPosition> {
    return this.#partitions.values();
  }

  get partitions(): TopicPartition[] {
    return [...this.#partitions.values()].map(({ topic, partition }) => ({ topic, partition }));
  }

  get(partition: TopicPartition): PartitionPosition | undefined {
    return this.#partitions.get(nameOf(partition));
  }

  /** Reads exactly these from now on; what stays keeps its place. */
  assign(partitions: readonly TopicPartition[]): void {
    const wanted = new Set(partitions.map(nameOf));
    for (const key of [...this.#partitions.keys()]) if (!wanted.has(key)) this.#partitions.delete(key);
    for (const { topic, partition } of partitions) {
      const key = nameOf({ topic, partition });
      if (this.#partitions.has(key)) continue;
      this.#partitions.set(key, {
        topic,
        partition,
        key,
        position: null,
        epoch: null,
        checkedUnder: -1,
        doubtful: false,
        paused: false,
        resolving: false,
        reset: false,
        end: -1,
        start: -1,
      });
    }
  }

  clear(): void {
    this.#partitions.clear();
  }

  /** All places, as offsets to commit. */
  consumed(): OffsetEntry[] {
    const offsets: OffsetEntry[] = [];
    for (const { topic, partition, position, epoch } of this.#partitions.values())
      if (position !== null)
        offsets.push({
          topic,
          partition,
          offset: position,
          ...(epoch !== null && { leaderEpoch: epoch }),
        });
    return offsets;
  }
}
