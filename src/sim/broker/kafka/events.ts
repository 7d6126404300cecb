import type { Micros } from '../../kernel/time.ts';
import type { ErrorCode } from './errors.ts';
import type { RecordBatch } from './log/batch.ts';

/** One partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Partitions by the member that is to read them. */
export type Assignment = ReadonlyMap<string, readonly TopicPartition[]>;

/** Why a member is no longer in its group. */
export type LeaveReason =
  | 'closed'
  | 'session.timeout.ms exceeded'
  | 'max.poll.interval.ms exceeded'
  | 'did not rejoin in time'
  | 'replaced';

/** How a partition came by its new leader. */
export type ElectionKind = 'clean' | 'eligible' | 'last known' | 'unclean' | 'preferred' | 'none';

/** What happens inside a cluster, for whoever keeps a record of it. It may look, but not touch. */
export interface KafkaObserver {
  /** A leader has taken a batch into its log. */
  appended?(partition: TopicPartition, broker: number, batch: RecordBatch): void;
  /** A follower has copied up to but excluding `endOffset`. */
  replicated?(partition: TopicPartition, broker: number, endOffset: number): void;
  /** The controller has made a partition, which these brokers hold, all of them in sync. */
  created?(partition: TopicPartition, leader: number, replicas: readonly number[]): void;
  /** A broker has taken up the lead of a partition, with the log that it has. */
  led?(partition: TopicPartition, broker: number, endOffset: number, highWatermark: number): void;
  /** The high watermark of a leader rose: consumers may read up to but excluding it. */
  committed?(partition: TopicPartition, broker: number, highWatermark: number): void;
  /** A batch was not taken. */
  refused?(partition: TopicPartition, broker: number, error: ErrorCode): void;
  /** An idempotent producer's batch was here already, and is acknowledged without a second append. */
  deduplicated?(partition: TopicPartition, batch: RecordBatch): void;
  isrShrank?(partition: TopicPartition, isr: readonly number[], gone: readonly number[]): void;
  isrExpanded?(partition: TopicPartition, isr: readonly number[], joined: readonly number[]): void;
  /** `leader` -1: there is none, and nothing can be read or written. */
  leaderChanged?(partition: TopicPartition, leader: number, epoch: number, how: ElectionKind): void;
  /** A replica has dropped what its new leader does not have. */
  truncated?(partition: TopicPartition, broker: number, toOffset: number, lost: readonly RecordBatch[]): void;
  brokerDown?(broker: number, why: 'crash' | 'shutdown' | 'fenced'): void;
  brokerUp?(broker: number): void;
  /** Retention has deleted everything before an offset. */
  deleted?(partition: TopicPartition, beforeOffset: number, records: number): void;
  /** A cleaner has taken out older records of the same keys, and tombstones that were old enough. */
  compacted?(partition: TopicPartition, records: number, tombstones: number): void;
  /** A client is made to wait, because it was over its quota. */
  throttled?(client: string, broker: number, wait: Micros): void;
  /** A consumer was sent records. */
  fetched?(client: string, partition: TopicPartition, from: number, records: number): void;
  /** The log no longer, or not yet, has what a consumer asked for. */
  outOfRange?(client: string, partition: TopicPartition, wanted: number, start: number, end: number): void;
  /** A consumer was at `position`, and its new leader has another log from `at` on; -1 where nothing tells it where. */
  diverged?(client: string, partition: TopicPartition, position: number, at: number): void;
  /** A group's offset is stored: the next one to read. */
  offsetCommitted?(group: string, partition: TopicPartition, offset: number, member: string): void;
  /** A commit was not taken. */
  commitRefused?(group: string, member: string, error: ErrorCode): void;
  /** A commit was acknowledged, and lost: only a fault does that. */
  commitLost?(group: string, partition: TopicPartition, offset: number): void;
  /** A group was empty for so long that its offsets were deleted. */
  offsetsExpired?(group: string): void;
  memberJoined?(group: string, member: string): void;
  memberLeft?(group: string, member: string, reason: LeaveReason): void;
  rebalanceStarted?(group: string, generation: number, why: string): void;
  rebalanceFinished?(group: string, generation: number, assignment: Assignment): void;
  /** A producer of this transactional id got a new epoch; older ones are fenced. */
  producerFenced?(transactionalId: string, epoch: number): void;
  transactionEnded?(transactionalId: string, how: 'committed' | 'aborted' | 'timed out'): void;
}

/** The name of a partition, as Kafka writes it. */
export const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`;
