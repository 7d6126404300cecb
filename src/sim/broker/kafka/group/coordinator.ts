import { MILLISECOND, NO_TIMER } from '../clock.ts';
import type { Broker, LeadershipListener } from '../cluster/broker.ts';
import { NO_LEADER } from '../cluster/metadata.ts';
import type { Replica } from '../cluster/replica.ts';
import type { ErrorCode } from '../errors.ts';
import { nameOf, type TopicPartition } from '../events.ts';
import { type DraftBatch, NO_PRODUCER } from '../log/batch.ts';
import { javaHash } from '../murmur2.ts';
import type { ProducerIdentity } from '../transaction/requests.ts';
import { Group, type GroupHost } from './group.ts';
import {
  type CommitRequest,
  type JoinAnswer,
  type JoinRequest,
  joinRefused,
  type MemberIdentity,
  type OffsetEntry,
  type SyncAnswer,
  type SyncRequest,
  syncRefused,
} from './requests.ts';
import { type GroupEntry, isGroupEntry, OFFSETS_TOPIC, sizeOf } from './stored.ts';

/** How long a commit may wait for the replicas of the offsets topic (`offsets.commit.timeout.ms`). */
const COMMIT_TIMEOUT = 5_000 * MILLISECOND;

/** What a coordinator holds of one group. */
interface Held {
  readonly group: Group;
  readonly offsets: Map<string, OffsetEntry>;
  /** Offsets of transactions that are open, by producer id. */
  readonly pending: Map<number, OffsetEntry[]>;
  expiry: number;
}

/** The groups whose partition of the offsets topic this broker leads (`GroupCoordinator`). */
export class GroupCoordinator implements GroupHost, LeadershipListener {
  readonly #broker: Broker;
  readonly #ensure: (partition: number) => void;
  readonly #partitions = new Map<number, Map<string, Held>>();
  /** A fault's business: commits of a group that are acknowledged and forgotten. */
  readonly losing: ReadonlySet<string>;

  /** `ensure` makes a partition of the offsets topic. */
  constructor(broker: Broker, losing: ReadonlySet<string>, ensure: (partition: number) => void) {
    this.#broker = broker;
    this.losing = losing;
    this.#ensure = ensure;
    broker.listeners.push(this);
  }

  get clock() {
    return this.#broker.clock;
  }

  get settings() {
    return this.#broker.settings;
  }

  get observer() {
    return this.#broker.observer;
  }

  /** The partition of the offsets topic that a group belongs to. */
  partitionFor(group: string): number {
    return (javaHash(group) & 0x7fff_ffff) % this.settings['offsets.topic.num.partitions'];
  }

  /** The broker that coordinates a group, as far as this one knows; -1 if there is none yet. */
  find(group: string): number {
    const partition = this.partitionFor(group);
    const known = this.#broker.image.partitions.get(nameOf({ topic: OFFSETS_TOPIC, partition }));
    if (!known) this.#ensure(partition);
    return known?.leader ?? NO_LEADER;
  }

  join(request: JoinRequest, respond: (answer: JoinAnswer) => void): void {
    const held = this.#held(request.group, true);
    if (held) held.group.join(request, respond);
    else respond(joinRefused('NOT_COORDINATOR', request.member));
  }

  sync(request: SyncRequest, respond: (answer: SyncAnswer) => void): void {
    const held = this.#held(request.group);
    if (held) held.group.sync(request, respond);
    else respond(syncRefused('NOT_COORDINATOR'));
  }

  heartbeat(who: MemberIdentity): ErrorCode | null {
    const held = this.#held(who.group);
    return held ? held.group.heartbeat(who) : 'NOT_COORDINATOR';
  }

  leave(group: string, member: string, reason: 'closed' | 'max.poll.interval.ms exceeded'): ErrorCode | null {
    const held = this.#held(group);
    return held ? held.group.leave(member, reason) : 'NOT_COORDINATOR';
  }

  /** Stores offsets, if whoever asks may do that; `done` is called when they are as safe as any record. */
  commit(request: CommitRequest, done: (error: ErrorCode | null) => void): void {
    const held = this.#held(request.group, true);
    const error = held ? this.#mayCommit(held.group, request) : 'NOT_COORDINATOR';
    if (!held || error !== null) {
      if (error !== null) this.observer.commitRefused?.(request.group, request.member, error);
      done(error);
      return;
    }
    const { group, member, offsets } = request;
    if (this.losing.has(group)) {
      for (const entry of offsets) this.observer.commitLost?.(group, entry, entry.offset);
      done(null);
      return;
    }
    this.#append(
      group,
      offsets.map((entry) => ({ kind: 'offset', group, ...entry })),
      (failed) => {
        if (failed === null)
          for (const entry of offsets) {
            held.offsets.set(nameOf(entry), entry);
            this.observer.offsetCommitted?.(group, entry, entry.offset, member);
          }
        done(failed);
      },
    );
  }

  /** Stores offsets as a part of a transaction: they hold once it is committed. */
  commitInTransaction(
    request: CommitRequest,
    producer: ProducerIdentity,
    done: (error: ErrorCode | null) => void,
  ): void {
    const { group, offsets } = request;
    const held = this.#held(group, true);
    const error = held ? this.#mayCommit(held.group, request) : 'NOT_COORDINATOR';
    if (!held || error !== null) {
      if (error !== null) this.observer.commitRefused?.(group, request.member, error);
      done(error);
      return;
    }
    const entries = offsets.map((entry): GroupEntry => ({ kind: 'offset', group, ...entry }));
    const finish = (failed: ErrorCode | null): void => {
      if (failed === null)
        held.pending.set(producer.producerId, [...(held.pending.get(producer.producerId) ?? []), ...offsets]);
      done(failed);
    };
    this.#append(group, entries, finish, producer);
  }

  /** Committed offsets of some partitions; those without are left out, and open transactions are waited for if asked. */
  fetchOffsets(
    group: string,
    partitions: readonly TopicPartition[],
    requireStable: boolean,
  ): readonly OffsetEntry[] | ErrorCode {
    const held = this.#held(group, true);
    if (!held) return 'NOT_COORDINATOR';
    const wanted = new Set(partitions.map(nameOf));
    if (requireStable)
      for (const entries of held.pending.values())
        if (entries.some((entry) => wanted.has(nameOf(entry)))) return 'UNSTABLE_OFFSET_COMMIT';
    return partitions.flatMap((partition) => held.offsets.get(nameOf(partition)) ?? []);
  }

  /** All that a group has committed, and the group itself; undefined where it is another broker's. */
  group(
    name: string,
  ): { readonly group: Group; readonly offsets: ReadonlyMap<string, OffsetEntry> } | undefined {
    return this.#held(name);
  }

  /** As `kafka-consumer-groups.sh --reset-offsets`; only for a group without members. */
  resetOffsets(
    group: string,
    offsets: readonly OffsetEntry[],
    done: (error: ErrorCode | null) => void,
  ): void {
    this.commit({ group, member: '', instance: null, generation: -1, offsets }, done);
  }

  elected(replica: Replica): void {
    if (replica.topic === OFFSETS_TOPIC) this.#load(replica);
  }

  resigned({ topic, partition }: Replica): void {
    if (topic !== OFFSETS_TOPIC) return;
    const groups = this.#partitions.get(partition);
    this.#partitions.delete(partition);
    for (const { group, expiry } of groups?.values() ?? []) {
      this.clock.cancel(expiry);
      group.end();
    }
  }

  marked({ topic, partition }: Replica, { producerId, marker }: DraftBatch): void {
    if (topic !== OFFSETS_TOPIC) return;
    for (const held of this.#partitions.get(partition)?.values() ?? [])
      this.#settle(held, producerId, marker === 'COMMIT');
  }

  stored(group: Group, done: (error: ErrorCode | null) => void): void {
    this.#append(group.name, [{ kind: 'group', group: group.name, ...group.stored() }], done);
    const held = this.#held(group.name);
    if (held) this.#watchExpiry(held);
  }

  #held(group: string, create = false): Held | undefined {
    const groups = this.#partitions.get(this.partitionFor(group));
    let held = groups?.get(group);
    if (groups && !held && create) {
      held = this.#newlyHeld(group);
      groups.set(group, held);
    }
    return held;
  }

  #settle({ group, offsets, pending }: Held, producerId: number, committed: boolean): void {
    const entries = pending.get(producerId) ?? [];
    pending.delete(producerId);
    if (!committed) return;
    for (const entry of entries) {
      offsets.set(nameOf(entry), entry);
      this.observer.offsetCommitted?.(group.name, entry, entry.offset, '');
    }
  }

  #mayCommit(group: Group, request: CommitRequest): ErrorCode | null {
    if (request.generation < 0 && request.member === '')
      return group.state === 'Empty' ? null : 'UNKNOWN_MEMBER_ID';
    const wrong = group.wrong(request);
    if (wrong) return wrong;
    group.heartbeat(request);
    return group.state === 'CompletingRebalance' ? 'REBALANCE_IN_PROGRESS' : null;
  }

  #append(
    group: string,
    entries: readonly GroupEntry[],
    done: (error: ErrorCode | null) => void,
    producer: ProducerIdentity = { producerId: NO_PRODUCER, producerEpoch: NO_PRODUCER },
  ): void {
    const replica = this.#broker.led({ topic: OFFSETS_TOPIC, partition: this.partitionFor(group) });
    if (typeof replica === 'string' || !replica.leadership) {
      done('NOT_COORDINATOR');
      return;
    }
    const { now } = this.clock;
    const records = entries.map((entry) => ({ ...sizeOf(entry), value: entry, timestamp: now }));
    const draft = {
      ...producer,
      baseSequence: NO_PRODUCER,
      transactional: producer.producerId !== NO_PRODUCER,
      marker: null,
      records,
      bytes: records.reduce((sum, { size }) => sum + size, 61),
    };
    replica.leadership.append(draft, -1, COMMIT_TIMEOUT, ({ error }) =>
      done(error === null ? null : mapped(error)),
    );
  }

  /** Reads the partition from its beginning: what was agreed on and committed under other coordinators. */
  #load({ partition, log }: Replica): void {
    const groups = new Map<string, Held>();
    this.#partitions.set(partition, groups);
    for (const batch of log.read(log.startOffset, log.endOffset, Number.MAX_SAFE_INTEGER)) {
      if (batch.marker !== null)
        for (const held of groups.values()) this.#settle(held, batch.producerId, batch.marker === 'COMMIT');
      for (const { value } of batch.records)
        if (isGroupEntry(value)) this.#restore(groups, value, batch.transactional ? batch.producerId : null);
    }
    for (const held of groups.values()) this.#watchExpiry(held);
  }

  /** Takes in one record of the offsets topic; those of a transaction hold once it is committed. */
  #restore(groups: Map<string, Held>, entry: GroupEntry, producerId: number | null): void {
    const held = groups.get(entry.group) ?? this.#newlyHeld(entry.group);
    groups.set(entry.group, held);
    if (entry.kind === 'expired') held.offsets.clear();
    else if (entry.kind === 'group') {
      held.group.end();
      const group = new Group(entry.group, this);
      group.restore(entry);
      groups.set(entry.group, { ...held, group });
    } else if (producerId === null) held.offsets.set(nameOf(entry), entry);
    else held.pending.set(producerId, [...(held.pending.get(producerId) ?? []), entry]);
  }

  #newlyHeld(group: string): Held {
    return { group: new Group(group, this), offsets: new Map(), pending: new Map(), expiry: NO_TIMER };
  }

  /** A group that has been empty for `offsets.retention.minutes` loses its offsets, at the next look. */
  #watchExpiry(held: Held): void {
    const { clock, settings } = this;
    clock.cancel(held.expiry);
    if (held.group.state !== 'Empty') return;
    const look = settings['offsets.retention.check.interval.ms'] * MILLISECOND;
    const retention = settings['offsets.retention.minutes'] * 60_000 * MILLISECOND;
    const due = held.group.emptySince + retention;
    const wait = Math.max(look, Math.floor((due - clock.now) / look + 1) * look);
    held.expiry = clock.after(wait, () => {
      const { group, offsets } = held;
      if (group.state !== 'Empty' || offsets.size === 0) return;
      offsets.clear();
      this.observer.offsetsExpired?.(group.name);
      this.#append(group.name, [{ kind: 'expired', group: group.name }], () => {});
    });
  }
}

/** What a coordinator makes of a failed write to its own topic (`CoordinatorOperationExceptionHelper`). */
function mapped(error: ErrorCode): ErrorCode {
  if (error === 'NOT_LEADER_OR_FOLLOWER') return 'NOT_COORDINATOR';
  return error === 'MESSAGE_TOO_LARGE' ? error : 'COORDINATOR_NOT_AVAILABLE';
}
