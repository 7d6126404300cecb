import type { Micros } from '../../../kernel/time.ts';
import { type Clock, MILLISECOND } from '../clock.ts';
import type { ErrorCode } from '../errors.ts';
import type { TopicPartition } from '../events.ts';
import type { RecordBatch } from '../log/batch.ts';
import type { AbortedTransaction } from '../log/producer-states.ts';
import type { IsolationLevel, Replica, Waiter } from './replica.ts';

/** What is asked of one partition. */
export interface FetchPart extends TopicPartition {
  readonly offset: number;
  readonly maxBytes: number;
  /** Of the last record that a follower has; null from consumers. */
  readonly lastEpoch: number | null;
  /** Under which leader a consumer believes to ask; null from followers. */
  readonly leaderEpoch: number | null;
}

export interface FetchRequest {
  /** The follower that asks, or null for a consumer. */
  readonly follower: number | null;
  /** `client.id`. */
  readonly client: string;
  readonly parts: readonly FetchPart[];
  readonly 'fetch.min.bytes': number;
  readonly 'fetch.max.bytes': number;
  readonly 'fetch.max.wait.ms': number;
  readonly 'isolation.level': IsolationLevel;
}

/** What a fetch found in one partition. */
export interface FetchedPart extends TopicPartition {
  readonly error: ErrorCode | null;
  readonly batches: readonly RecordBatch[];
  readonly aborted: readonly AbortedTransaction[];
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  /** Where a follower's log leaves the leader's: it has to truncate. */
  readonly diverging: { readonly epoch: number; readonly endOffset: number } | null;
}

export interface FetchAnswer {
  readonly parts: readonly FetchedPart[];
  readonly bytes: number;
}

/** What a fetch that failed says of a partition. */
function failedPart({ topic, partition }: TopicPartition, error: ErrorCode, replica?: Replica): FetchedPart {
  return {
    topic,
    partition,
    error,
    batches: [],
    aborted: [],
    highWatermark: replica?.highWatermark ?? -1,
    lastStableOffset: replica?.lastStableOffset ?? -1,
    logStartOffset: replica?.log.startOffset ?? -1,
    logEndOffset: replica?.log.endOffset ?? -1,
    diverging: null,
  };
}

/** What is wrong with a client's picture of who leads, if anything is (KIP-320). */
export function epochError(believed: number, epoch: number): ErrorCode | null {
  if (believed === epoch) return null;
  return believed < epoch ? 'FENCED_LEADER_EPOCH' : 'UNKNOWN_LEADER_EPOCH';
}

/** Reads one partition for a fetch, up to so many bytes. */
function readPart(
  part: FetchPart,
  request: FetchRequest,
  replica: Replica | undefined,
  maxBytes: number,
): FetchedPart {
  const { offset, lastEpoch, leaderEpoch } = part;
  if (!replica) return failedPart(part, 'UNKNOWN_TOPIC_OR_PARTITION');
  if (!replica.leadership) return failedPart(part, 'NOT_LEADER_OR_FOLLOWER');
  const other = leaderEpoch === null ? null : epochError(leaderEpoch, replica.leadership.epoch);
  if (other !== null) return failedPart(part, other);
  const { log } = replica;
  const forFollower = request.follower !== null;
  if (lastEpoch !== null && lastEpoch >= 0) {
    const ours = log.epochs.endOf(lastEpoch, log.endOffset);
    if (ours.epoch < lastEpoch || ours.endOffset < offset)
      return { ...failedPart(part, 'OFFSET_OUT_OF_RANGE', replica), error: null, diverging: ours };
  }
  const end = forFollower ? log.endOffset : replica.highWatermark;
  if (offset < log.startOffset || offset > Math.max(end, log.startOffset))
    return failedPart(part, 'OFFSET_OUT_OF_RANGE', replica);
  const isolation = forFollower ? null : request['isolation.level'];
  const batches = replica.read(offset, isolation, Math.min(part.maxBytes, maxBytes));
  return {
    topic: part.topic,
    partition: part.partition,
    error: null,
    batches,
    aborted: isolation === 'read_committed' ? replica.abortedIn(batches) : [],
    highWatermark: replica.highWatermark,
    lastStableOffset: replica.lastStableOffset,
    logStartOffset: log.startOffset,
    logEndOffset: log.endOffset,
    diverging: null,
  };
}

/** A fetch at the broker: answered as soon as there is enough, or when it has waited long enough. */
export class DelayedFetch implements Waiter {
  readonly #clock: Clock;
  readonly #request: FetchRequest;
  readonly #replicas: readonly (Replica | undefined)[];
  readonly #answer: (answer: FetchAnswer) => void;
  #timer: number | null = null;
  #over = false;

  constructor(
    clock: Clock,
    request: FetchRequest,
    replicas: readonly (Replica | undefined)[],
    answer: (answer: FetchAnswer) => void,
  ) {
    this.#clock = clock;
    this.#request = request;
    this.#replicas = replicas;
    this.#answer = answer;
  }

  start(): void {
    const wait: Micros = this.#request['fetch.max.wait.ms'] * MILLISECOND;
    this.look();
    if (this.#over) return;
    for (const replica of this.#replicas) replica?.waiters.add(this);
    this.#timer = this.#clock.timeout(wait, () => this.#end(this.#read()));
  }

  look(): void {
    if (this.#over || !this.#mayBeReady()) return;
    const answer = this.#read();
    const urgent = answer.parts.some(({ error, diverging }) => error !== null || diverging !== null);
    if (urgent || answer.bytes >= this.#request['fetch.min.bytes']) this.#end(answer);
  }

  /** Cheap: whether any partition has something for it to see. */
  #mayBeReady(): boolean {
    const { parts, follower } = this.#request;
    const isolation = follower !== null ? null : this.#request['isolation.level'];
    for (let i = 0; i < parts.length; i++) {
      const { offset } = parts[i]!;
      const replica = this.#replicas[i];
      if (!replica?.leadership) return true;
      if (replica.limitFor(isolation) !== offset || offset < replica.log.startOffset) return true;
    }
    return parts.length === 0 || this.#timer === null;
  }

  #read(): FetchAnswer {
    const { parts, 'fetch.max.bytes': most } = this.#request;
    const found: FetchedPart[] = [];
    let bytes = 0;
    for (let i = 0; i < parts.length; i++) {
      const left = Math.max(0, most - bytes);
      if (left === 0 && bytes > 0) break;
      const part = readPart(parts[i]!, this.#request, this.#replicas[i], left);
      for (const batch of part.batches) bytes += batch.bytes;
      found.push(part);
    }
    return { parts: found, bytes };
  }

  #end(answer: FetchAnswer): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#timer !== null) this.#clock.cancel(this.#timer);
    for (const replica of this.#replicas) replica?.waiters.delete(this);
    this.#answer(answer);
  }
}
