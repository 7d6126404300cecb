import type { Micros } from '../../../kernel/time.ts';

/** A record as its producer made it. */
export interface DraftRecord {
  /** Null: none. */
  readonly key: string | null;
  /** Null is a tombstone; anything else is the application's business. */
  readonly value: unknown;
  readonly timestamp: Micros;
  /** Key, value and headers, in bytes. */
  readonly size: number;
}

/** What ends a transaction in a partition. */
export type Marker = 'COMMIT' | 'ABORT';

/** Stands where a batch has no producer id, epoch or sequence. */
export const NO_PRODUCER = -1;

/** A batch before a leader has given it offsets. */
export interface DraftBatch {
  /** -1 without idempotence. */
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Of its first record; -1 without idempotence. */
  readonly baseSequence: number;
  readonly transactional: boolean;
  /** Set on the control batches that coordinators write. */
  readonly marker: Marker | null;
  readonly records: readonly DraftRecord[];
  readonly bytes: number;
}

/** A record in a log. */
export interface LogRecord extends DraftRecord {
  readonly offset: number;
}

/** What a log holds, and what replicas and consumers are sent: it never changes, and replicas share it. */
export interface RecordBatch {
  readonly baseOffset: number;
  /** Stays when compaction takes records out. */
  readonly lastOffset: number;
  /** Of the leader that appended it. */
  readonly leaderEpoch: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly lastSequence: number;
  readonly transactional: boolean;
  readonly marker: Marker | null;
  readonly records: readonly LogRecord[];
  readonly bytes: number;
  readonly maxTimestamp: Micros;
  /** From when on a cleaner may drop its tombstones (`delete horizon`); null until a cleaner has passed. */
  readonly deleteHorizon: Micros | null;
}

/** What a batch takes beside its records (`DefaultRecordBatch.RECORD_BATCH_OVERHEAD`). */
export const BATCH_OVERHEAD = 61;
/** About what a record takes beside its key and value: lengths, deltas, attributes. */
export const RECORD_OVERHEAD = 8;

/** Sequence numbers begin at 0 again after 2^31 - 1. */
export const nextSequence = (sequence: number, by = 1): number => (sequence + by) % 0x8000_0000;

/** Gives a batch its offsets; `appendTime` takes the place of its timestamps where the topic says so. */
export function placed(
  draft: DraftBatch,
  baseOffset: number,
  leaderEpoch: number,
  appendTime: Micros | null,
): RecordBatch {
  const { records: drafts, baseSequence, bytes } = draft;
  const records: LogRecord[] = [];
  let maxTimestamp = 0;
  for (let i = 0; i < drafts.length; i++) {
    const { key, value, size, timestamp: created } = drafts[i]!;
    const timestamp = appendTime ?? created;
    if (timestamp > maxTimestamp) maxTimestamp = timestamp;
    records.push({ offset: baseOffset + i, timestamp, key, value, size });
  }
  return {
    baseOffset,
    lastOffset: baseOffset + records.length - 1,
    leaderEpoch,
    producerId: draft.producerId,
    producerEpoch: draft.producerEpoch,
    baseSequence,
    lastSequence: baseSequence < 0 ? NO_PRODUCER : nextSequence(baseSequence, records.length - 1),
    transactional: draft.transactional,
    marker: draft.marker,
    records,
    bytes,
    maxTimestamp,
    deleteHorizon: null,
  };
}
