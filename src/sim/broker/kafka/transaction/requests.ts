import type { ErrorCode } from '../errors.ts';
import type { TopicPartition } from '../events.ts';

/** Where coordinators keep what they know of transactions. */
export const TRANSACTIONS_TOPIC = '__transaction_state';

/** A producer as its transactions know it. */
export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

export interface InitRequest {
  readonly id: string;
  /** `transaction.timeout.ms`. */
  readonly timeout: number;
  /** Who it is already; null for a producer that has just begun. */
  readonly known: ProducerIdentity | null;
}

export interface InitAnswer extends ProducerIdentity {
  readonly error: ErrorCode | null;
}

interface TransactionRequest extends ProducerIdentity {
  readonly id: string;
}

export interface AddPartitionsRequest extends TransactionRequest {
  readonly partitions: readonly TopicPartition[];
}

export interface EndRequest extends TransactionRequest {
  readonly commit: boolean;
}

export type TransactionState =
  | 'Empty'
  | 'Ongoing'
  | 'PrepareCommit'
  | 'PrepareAbort'
  | 'CompleteCommit'
  | 'CompleteAbort';

/** A transactional id as it is written into the state topic. */
export interface StoredTransaction extends ProducerIdentity {
  readonly id: string;
  readonly timeout: number;
  readonly state: TransactionState;
  readonly partitions: readonly TopicPartition[];
  readonly startedAt: number;
}

/** Whether a record of the state topic is one of ours. */
export const isStoredTransaction = (value: unknown): value is StoredTransaction =>
  typeof value === 'object' && value !== null && 'producerEpoch' in value && 'state' in value;
