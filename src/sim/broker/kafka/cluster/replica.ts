import { nameOf, type TopicPartition } from '../events.ts';
import type { RecordBatch } from '../log/batch.ts';
import { Log } from '../log/log.ts';
import type { AbortedTransaction } from '../log/producer-states.ts';
import type { TopicSettings } from '../settings.ts';
import type { Leadership } from './leadership.ts';
import type { PartitionState } from './metadata.ts';

export type IsolationLevel = 'read_uncommitted' | 'read_committed';

/** Somebody who waits for records, or for their being committed. */
export interface Waiter {
  /** Looks again whether there is enough by now. */
  look(): void;
}

/** One broker's copy of one partition. */
export class Replica implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly log: Log;
  /** Offsets below it are committed; a follower learns of it with what it fetches. */
  highWatermark = 0;
  /** The newest of the controller's decisions that this broker knows. */
  state: PartitionState;
  /** Set while this broker leads the partition. */
  leadership: Leadership | null = null;
  /** Consumers and followers who are held up until there is something for them. */
  readonly waiters = new Set<Waiter>();

  constructor(state: PartitionState, settings: TopicSettings) {
    this.topic = state.topic;
    this.partition = state.partition;
    this.key = nameOf(state);
    this.log = new Log(settings);
    this.state = state;
  }

  /** LSO: records below it are committed, and so is the fate of their transactions. */
  get lastStableOffset(): number {
    return Math.min(this.highWatermark, this.log.producers.firstUnstable(this.highWatermark));
  }

  /** The end of what may be read: by followers everything, by consumers what is committed. */
  limitFor(isolation: IsolationLevel | null): number {
    if (isolation === null) return this.log.endOffset;
    return isolation === 'read_committed' ? this.lastStableOffset : this.highWatermark;
  }

  read(from: number, isolation: IsolationLevel | null, maxBytes: number): RecordBatch[] {
    return this.log.read(from, this.limitFor(isolation), maxBytes);
  }

  /** Aborted transactions among what a `read_committed` consumer is sent. */
  abortedIn(batches: readonly RecordBatch[]): AbortedTransaction[] {
    const last = batches.at(-1);
    return last ? this.log.producers.abortedWithin(batches[0]!.baseOffset, last.lastOffset + 1) : [];
  }

  wake(): void {
    for (const waiter of [...this.waiters]) waiter.look();
  }
}
