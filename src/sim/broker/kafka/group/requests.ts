import type { ErrorCode } from '../errors.ts';
import type { TopicPartition } from '../events.ts';
import type { AssignorName, MemberSubscription } from './assignors/assignor.ts';

/** What a member says of itself when it joins, for one way of assigning. */
export interface MemberMetadata {
  readonly topics: readonly string[];
  readonly owned: readonly TopicPartition[];
  readonly generation: number;
}

export interface MemberProtocol {
  readonly name: AssignorName;
  readonly metadata: MemberMetadata;
}

/** Who asks, in requests of members. */
export interface MemberIdentity {
  readonly group: string;
  /** Empty: it has none yet. */
  readonly member: string;
  readonly instance: string | null;
  readonly generation: number;
}

export interface JoinRequest extends Omit<MemberIdentity, 'generation'> {
  /** `client.id`, with which member ids begin. */
  readonly client: string;
  readonly 'session.timeout.ms': number;
  /** The member's `max.poll.interval.ms`: how long others wait for it in a rebalance. */
  readonly 'rebalance.timeout.ms': number;
  readonly protocols: readonly MemberProtocol[];
}

export interface JoinAnswer {
  readonly error: ErrorCode | null;
  readonly member: string;
  readonly generation: number;
  readonly protocol: AssignorName | null;
  readonly leader: string;
  /** For the leader only. */
  readonly members: readonly MemberSubscription[];
}

export interface SyncRequest extends MemberIdentity {
  /** From the leader; empty from others. */
  readonly assignments: ReadonlyMap<string, readonly TopicPartition[]>;
}

export interface SyncAnswer {
  readonly error: ErrorCode | null;
  readonly assignment: readonly TopicPartition[];
}

export interface OffsetEntry extends TopicPartition {
  /** The next offset to read. */
  readonly offset: number;
  /** Of the record before it: by that a later reader knows whether the log is still the one that was read. */
  readonly leaderEpoch?: number;
}

export interface CommitRequest extends MemberIdentity {
  readonly offsets: readonly OffsetEntry[];
}

/** The answer to a join that is not taken. */
export const joinRefused = (error: ErrorCode, member: string): JoinAnswer => ({
  error,
  member,
  generation: -1,
  protocol: null,
  leader: '',
  members: [],
});

/** The answer to a sync that is not taken. */
export const syncRefused = (error: ErrorCode): SyncAnswer => ({ error, assignment: [] });
