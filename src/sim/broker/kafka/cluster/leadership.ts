import type { Micros } from '../../../kernel/time.ts';
import { type Clock, MILLISECOND, NO_TIMER } from '../clock.ts';
import type { ErrorCode } from '../errors.ts';
import type { KafkaObserver } from '../events.ts';
import type { DraftBatch, RecordBatch } from '../log/batch.ts';
import type { Verdict } from '../log/producer-states.ts';
import type { BrokerSettings } from '../settings.ts';
import { type MetadataImage, minIsrOf, type PartitionState } from './metadata.ts';
import type { Replica } from './replica.ts';

/** `acks`: 0 does not wait, 1 waits for the leader, -1 (`all`) for all in-sync replicas. */
export type Acks = 0 | 1 | -1;

/** What a producer is told of one batch. */
export interface Appended {
  readonly error: ErrorCode | null;
  /** -1 where nothing was appended. */
  readonly baseOffset: number;
}

/** What a leader needs of its broker. */
export interface LeaderHost {
  readonly id: number;
  readonly clock: Clock;
  readonly settings: BrokerSettings;
  readonly observer: KafkaObserver;
  readonly image: MetadataImage;
  /** Asks the controller for another ISR; the answer is the state that holds then, or null. */
  alterIsr(
    state: PartitionState,
    isr: readonly number[],
    answered: (state: PartitionState | null) => void,
  ): void;
}

interface Follower {
  /** Its LEO as of its last fetch; -1: not known since this leader began. */
  endOffset: number;
  fetchedAt: Micros;
  leaderEndAtFetch: number;
  caughtUpAt: Micros;
}

interface PendingProduce {
  readonly required: number;
  readonly baseOffset: number;
  readonly done: (appended: Appended) => void;
  timer: number;
}

const failure = (error: ErrorCode): Appended => ({ error, baseOffset: -1 });

/** What a broker does while it leads a partition: appends, watches its followers, moves the high watermark. */
export class Leadership {
  readonly epoch: number;
  readonly #host: LeaderHost;
  readonly #replica: Replica;
  readonly #followers = new Map<number, Follower>();
  readonly #epochStart: number;
  #isr: ReadonlySet<number>;
  /** An ISR that the controller has been asked for. */
  #proposed: ReadonlySet<number> | null = null;
  #pending: PendingProduce[] = [];

  constructor(host: LeaderHost, replica: Replica) {
    const { state, log } = replica;
    this.#host = host;
    this.#replica = replica;
    this.epoch = state.leaderEpoch;
    this.#epochStart = log.endOffset;
    this.#isr = new Set(state.isr);
    const { now } = host.clock;
    for (const id of state.replicas)
      if (id !== host.id)
        this.#followers.set(id, {
          endOffset: -1,
          fetchedAt: now,
          leaderEndAtFetch: log.endOffset,
          caughtUpAt: this.#isr.has(id) ? now : 0,
        });
    host.observer.led?.(replica, host.id, log.endOffset, replica.highWatermark);
    this.#advance(); // a leader without followers has committed all it has
  }

  get isr(): ReadonlySet<number> {
    return this.#isr;
  }

  /** Takes a batch; `done` is called when it is as safe as `acks` asks for. */
  append(draft: DraftBatch, acks: Acks, timeout: Micros, done: (appended: Appended) => void): void {
    const { log } = this.#replica;
    const { clock, observer, id } = this.#host;
    const verdict = this.#judge(draft, acks);
    if (verdict.kind === 'refuse') {
      observer.refused?.(this.#replica, id, verdict.error);
      done(failure(verdict.error));
      return;
    }
    let batch: RecordBatch;
    if (verdict.kind === 'duplicate') {
      batch = verdict.of;
      observer.deduplicated?.(this.#replica, batch);
    } else {
      batch = log.append(draft, this.epoch, clock.now);
      observer.appended?.(this.#replica, id, batch);
    }
    const { baseOffset } = batch;
    const required = batch.lastOffset + 1;
    if (acks === -1 && required > this.#replica.highWatermark) {
      const pending: PendingProduce = { required, baseOffset, done, timer: NO_TIMER };
      pending.timer = clock.timeout(timeout, () => this.#expire(pending));
      let at = this.#pending.length;
      while (at > 0 && this.#pending[at - 1]!.required > required) at--; // a duplicate may wait for less
      this.#pending.splice(at, 0, pending);
    } else done({ error: null, baseOffset });
    if (verdict.kind === 'append') {
      this.#advance();
      this.#replica.wake();
    }
  }

  /** A follower asks for what comes from `offset`: it has everything before. */
  followerAt(id: number, offset: number): void {
    const follower = this.#followers.get(id);
    if (!follower) return;
    const { log, highWatermark } = this.#replica;
    const { now } = this.#host.clock;
    follower.endOffset = offset;
    if (offset >= log.endOffset) follower.caughtUpAt = now;
    else if (offset >= follower.leaderEndAtFetch)
      follower.caughtUpAt = Math.max(follower.caughtUpAt, follower.fetchedAt);
    follower.leaderEndAtFetch = log.endOffset;
    follower.fetchedAt = now;
    if (!this.#isr.has(id) && offset >= highWatermark && offset >= this.#epochStart && this.#mayJoin(id))
      this.#propose(new Set([...this.#isr, id]));
    this.#advance();
  }

  /** Asks to take followers out of the ISR that have not been caught up for `replica.lag.time.max.ms`. */
  checkLag(): void {
    const gone = [...this.#followers]
      .filter(([id, follower]) => this.#isr.has(id) && !this.#caughtUp(follower))
      .map(([id]) => id);
    if (gone.length > 0) this.#propose(new Set([...this.#isr].filter((id) => !gone.includes(id))));
  }

  /** The controller has decided on another ISR. */
  stateChanged({ isr }: PartitionState): void {
    this.#isr = new Set(isr);
    this.#advance();
  }

  /** Another broker leads now, or this one is gone: whoever waits is told, if there is anybody to tell. */
  end(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const { timer, done } of pending) {
      this.#host.clock.cancel(timer);
      done(failure('NOT_LEADER_OR_FOLLOWER'));
    }
  }

  #judge(draft: DraftBatch, acks: Acks): Verdict {
    const { log } = this.#replica;
    if (draft.bytes > log.settings['max.message.bytes'])
      return { kind: 'refuse', error: 'MESSAGE_TOO_LARGE' };
    if (acks === -1 && this.#isr.size < this.#minIsr) return { kind: 'refuse', error: 'NOT_ENOUGH_REPLICAS' };
    return log.producers.check(draft);
  }

  /** Whether the high watermark stands still below `min.insync.replicas`, as it does since KIP-966. */
  get #strict(): boolean {
    return this.#host.settings['eligible.leader.replicas.version'] === 1;
  }

  get #minIsr(): number {
    return minIsrOf(this.#replica.state, this.#replica.log.settings);
  }

  #caughtUp({ endOffset, caughtUpAt }: Follower): boolean {
    const lag = this.#host.settings['replica.lag.time.max.ms'] * MILLISECOND;
    return endOffset === this.#replica.log.endOffset || this.#host.clock.now - caughtUpAt <= lag;
  }

  #mayJoin(id: number): boolean {
    return !this.#host.image.fenced.has(id);
  }

  #propose(isr: ReadonlySet<number>): void {
    if (this.#proposed) return;
    this.#proposed = isr;
    const { state } = this.#replica;
    this.#host.alterIsr(
      state,
      state.replicas.filter((id) => isr.has(id)),
      () => {
        this.#proposed = null;
        this.#advance();
      },
    );
  }

  /** Moves the high watermark to what every replica has that is, or may become, in sync. */
  #advance(): void {
    const replica = this.#replica;
    if (this.#strict && this.#isr.size < this.#minIsr) return;
    let committed = replica.log.endOffset;
    for (const [id, follower] of this.#followers) {
      if (follower.endOffset >= committed) continue;
      const counts =
        this.#isr.has(id) || this.#proposed?.has(id) || (this.#mayJoin(id) && this.#caughtUp(follower));
      if (counts) committed = follower.endOffset;
    }
    if (committed <= replica.highWatermark) return;
    replica.highWatermark = committed;
    this.#host.observer.committed?.(replica, this.#host.id, committed);
    this.#complete();
    replica.wake();
  }

  #complete(): void {
    const { highWatermark } = this.#replica;
    const enough = this.#isr.size >= this.#minIsr;
    while (this.#pending.length > 0 && this.#pending[0]!.required <= highWatermark) {
      const { timer, done, baseOffset } = this.#pending.shift()!; // there is one
      this.#host.clock.cancel(timer);
      done({ error: enough ? null : 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', baseOffset });
    }
  }

  #expire(pending: PendingProduce): void {
    this.#pending = this.#pending.filter((each) => each !== pending);
    pending.done(failure('REQUEST_TIMED_OUT'));
  }
}
