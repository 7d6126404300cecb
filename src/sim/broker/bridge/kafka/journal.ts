import { Name, NONE } from '../../../recorder.ts';
import type { System } from '../../../system.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type {
  Assignment,
  ElectionKind,
  KafkaObserver,
  LeaveReason,
  TopicPartition,
} from '../../kafka/events.ts';
import type { RecordBatch } from '../../kafka/log/batch.ts';
import { Accounts } from './accounts.ts';
import { Meters } from './meters.ts';
import { Posting } from './posting.ts';
import { Transactions } from './transactions.ts';

/** A record in a member's hands. */
export interface InHand {
  readonly posting: Posting;
  readonly consumer: Name;
  /** The record of its delivery. */
  readonly record: number;
  /** What settled it; its delivery until then. */
  cause: number;
  /** It is given up once its offset is committed. */
  givenUp?: boolean;
}

/** Writes what happens inside the cluster into the run's record, with what led to it. */
export class Journal implements KafkaObserver {
  readonly accounts: Accounts;
  readonly transactions: Transactions;
  readonly #meters: Meters;
  readonly #system: System;
  readonly #product: string;
  readonly #names = new Map<string, Name>();
  /** What groups have in hand, by group and partition, by offset. */
  readonly #hands = new Map<string, Map<number, InHand>>();
  /** What each member was last given. */
  readonly #lastDelivery = new Map<string, number>();
  /** Why the last round of a group began, and its beginning. */
  readonly #rounds = new Map<string, number>();
  readonly #left = new Map<string, number>();
  /** Why each broker is down, and each partition's latest change. */
  readonly #down = new Map<number, number>();
  readonly #changes = new Map<string, number>();
  #cause = NONE;

  constructor(system: System, product: string) {
    this.#system = system;
    this.#product = product;
    this.accounts = new Accounts(product);
    this.transactions = new Transactions(system, (text) => this.name(text));
    this.#meters = new Meters(system.gauges, (partition) => this.partition(partition).text);
  }

  /** Does something to the cluster whose direct consequences have this cause. */
  because(cause: number, act: () => void): void {
    const before = this.#cause;
    this.#cause = cause;
    try {
      act();
    } finally {
      this.#cause = before;
    }
  }

  name(text: string): Name {
    let name = this.#names.get(text);
    if (!name) {
      name = new Name(text);
      this.#names.set(text, name);
    }
    return name;
  }

  channel(topic: string): Name {
    return this.name(`${this.#product}/${topic}`);
  }

  partition({ topic, partition }: TopicPartition): Name {
    return this.name(`${this.#product}/${topic}[${partition}]`);
  }

  delivered(group: string, member: string, partition: TopicPartition, offset: number, hand: InHand): void {
    const key = `${group} ${partition.topic}-${partition.partition}`;
    let hands = this.#hands.get(key);
    if (!hands) {
      hands = new Map();
      this.#hands.set(key, hands);
    }
    hands.set(offset, hand);
    this.#lastDelivery.set(member, hand.record);
    this.accounts.delivered(partition.topic, group, partition.partition, offset);
  }

  /** What happens to a partition next has this cause, unless it has one of its own. */
  expect(partition: TopicPartition, cause: number): void {
    this.#changes.set(this.partition(partition).text, cause);
  }

  /** A fault has made the broker forget what it has confirmed. */
  dropped(posting: Posting, cause: number): void {
    const { envelope } = posting;
    const record = this.#published(posting, undefined);
    const name = this.name(envelope.channel);
    this.#system.log.note('dropped', name, envelope.thing?.recorded, cause, record, envelope.id, 'drop');
  }

  created(partition: TopicPartition, leader: number, replicas: readonly number[]): void {
    if (!isInternal(partition)) this.#meters.created(partition, leader, replicas);
  }

  led(partition: TopicPartition, broker: number, endOffset: number, highWatermark: number): void {
    this.#meters.ends(partition, broker, endOffset);
    this.#meters.committed(partition, broker, highWatermark);
  }

  committed(partition: TopicPartition, broker: number, highWatermark: number): void {
    this.#meters.committed(partition, broker, highWatermark);
  }

  appended(partition: TopicPartition, broker: number, batch: RecordBatch): void {
    const { records, baseOffset, lastOffset, leaderEpoch, marker } = batch;
    this.#meters.ends(partition, broker, lastOffset + 1);
    if (marker !== null) return;
    const name = this.partition(partition);
    for (const [i, { value }] of records.entries()) {
      if (!(value instanceof Posting)) continue;
      this.accounts.appended(partition.topic, partition.partition, baseOffset + i, value);
      value.appendedAs(this.#published(value, name), name, baseOffset + i, leaderEpoch);
    }
  }

  deduplicated(partition: TopicPartition, { records }: RecordBatch): void {
    for (const { value } of records)
      if (value instanceof Posting) {
        const { envelope, record } = value;
        const subject = envelope.thing?.recorded;
        this.#system.log.note(
          'deduplicated',
          this.channel(partition.topic),
          subject,
          record,
          record,
          envelope.id,
        );
      }
  }

  refused(partition: TopicPartition, broker: number, error: ErrorCode): void {
    const cause = this.#changes.get(this.partition(partition).text) ?? NONE;
    this.#note('produceRefused', this.partition(partition), cause, broker, error);
  }

  leaderChanged(partition: TopicPartition, leader: number, _epoch: number, how: ElectionKind): void {
    if (isInternal(partition)) return;
    this.#meters.leads(partition, leader);
    const name = this.partition(partition);
    const record = this.#note('leaderChanged', name, this.#reasonFor(name), leader, how);
    this.#changes.set(name.text, record);
  }

  isrShrank(partition: TopicPartition, isr: readonly number[], gone: readonly number[]): void {
    if (isInternal(partition)) return;
    this.#meters.inSync(partition, gone, false);
    const name = this.partition(partition);
    const cause = gone.map((id) => this.#down.get(id)).find((record) => record !== undefined);
    const record = this.#note('isrShrank', name, cause ?? this.#reasonFor(name), isr.length, gone.join(', '));
    this.#changes.set(name.text, record);
  }

  isrExpanded(partition: TopicPartition, isr: readonly number[], joined: readonly number[]): void {
    if (isInternal(partition)) return;
    this.#meters.inSync(partition, joined, true);
    const name = this.partition(partition);
    this.#note('isrExpanded', name, this.#cause, isr.length, joined.join(', '));
  }

  truncated(
    partition: TopicPartition,
    broker: number,
    _toOffset: number,
    lost: readonly RecordBatch[],
  ): void {
    if (isInternal(partition)) return;
    const name = this.partition(partition);
    const count = lost.reduce((sum, { records }) => sum + records.length, 0);
    const cause = this.#note('truncated', name, this.#reasonFor(name), count, `broker ${broker}`);
    for (const { records, leaderEpoch } of lost)
      for (const { value, offset } of records) {
        if (!(value instanceof Posting) || value.offset < 0) continue;
        const elsewhere = value.leaderEpoch > leaderEpoch; // its producer has sent it again, to a later leader
        if (!elsewhere || value.offset !== offset)
          this.accounts.truncated(partition.topic, partition.partition, offset, value);
        if (elsewhere) continue;
        value.offset = -1;
        this.#lost(value, name, cause, 'truncated');
      }
  }

  brokerDown(broker: number, why: 'crash' | 'shutdown' | 'fenced'): void {
    const known = this.#down.get(broker);
    const cause = this.#cause === NONE ? (known ?? NONE) : this.#cause;
    this.#down.set(broker, this.#note('brokerDown', this.name(this.#product), cause, broker, why));
  }

  brokerUp(broker: number): void {
    const cause = this.#cause === NONE ? (this.#down.get(broker) ?? NONE) : this.#cause;
    this.#down.delete(broker);
    this.#note('brokerUp', this.name(this.#product), cause, broker);
  }

  deleted(partition: TopicPartition, beforeOffset: number, records: number): void {
    this.#meters.starts(partition, beforeOffset);
    const name = this.partition(partition);
    const cause = this.#note('retained', name, this.#cause, records, `before offset ${beforeOffset}`);
    for (const posting of this.accounts.deleted(partition.topic, partition.partition, beforeOffset))
      this.#lost(posting, name, cause, 'retention');
  }

  compacted(partition: TopicPartition, records: number, tombstones: number): void {
    if (!isInternal(partition))
      this.#note('compacted', this.partition(partition), NONE, records, `${tombstones} tombstones`);
  }

  throttled(client: string, broker: number, wait: number): void {
    this.#note('throttled', this.name(client), NONE, wait, `broker ${broker}`);
  }

  outOfRange(client: string, partition: TopicPartition, wanted: number): void {
    this.#note('outOfRange', this.name(client), this.#cause, wanted, undefined, this.partition(partition));
  }

  diverged(client: string, partition: TopicPartition, position: number, at: number): void {
    const name = this.partition(partition);
    this.#note('diverged', this.name(client), this.#reasonFor(name), at, `${position}`, name);
  }

  offsetCommitted(group: string, { topic, partition }: TopicPartition, offset: number): void {
    this.#meters.read(group, { topic, partition }, offset);
    const hands = this.#hands.get(`${group} ${topic}-${partition}`);
    for (const [at, { givenUp }] of hands ?? [])
      if (givenUp && at < offset) this.accounts.gaveUp(topic, group, partition, at);
    this.accounts.committed(topic, group, partition, offset);
    for (const [at, { posting, consumer, record, cause }] of hands ?? []) {
      if (at >= offset) continue;
      hands?.delete(at);
      const { envelope } = posting;
      const subject = envelope.thing?.recorded;
      this.#system.log.note(
        'ack',
        consumer,
        subject,
        cause,
        record,
        envelope.id,
        undefined,
        this.channel(topic),
      );
    }
  }

  commitRefused(group: string, member: string, error: ErrorCode): void {
    const cause = this.#rounds.get(group) ?? NONE;
    this.#note('commitRefused', this.name(group), cause, 0, error, this.name(replicaOf(member)));
  }

  commitLost(group: string, partition: TopicPartition, offset: number): void {
    this.#note('commitLost', this.name(group), this.#cause, offset, undefined, this.partition(partition));
  }

  offsetsExpired(group: string): void {
    this.#meters.forgotten(group);
    this.#note('offsetsExpired', this.name(group), NONE, 0);
  }

  memberJoined(group: string, member: string): void {
    const record = this.#note(
      'memberJoined',
      this.name(group),
      NONE,
      0,
      undefined,
      this.name(replicaOf(member)),
    );
    this.#left.set(group, record);
  }

  memberLeft(group: string, member: string, reason: LeaveReason): void {
    const replica = replicaOf(member);
    const cause =
      reason === 'max.poll.interval.ms exceeded' ? (this.#lastDelivery.get(replica) ?? NONE) : NONE;
    const record = this.#note('memberLeft', this.name(group), cause, 0, reason, this.name(replica));
    this.#left.set(group, record);
  }

  rebalanceStarted(group: string, generation: number, why: string): void {
    const cause = this.#cause === NONE ? (this.#left.get(group) ?? NONE) : this.#cause;
    this.#rounds.set(group, this.#note('rebalanceStarted', this.name(group), cause, generation, why));
  }

  rebalanceFinished(group: string, generation: number, assignment: Assignment): void {
    const who = [...assignment].map(
      ([member, own]) => `${replicaOf(member)}: ${own.map(short).join(' ') || 'none'}`,
    );
    this.#note(
      'rebalanceFinished',
      this.name(group),
      this.#rounds.get(group) ?? NONE,
      generation,
      who.join(', '),
    );
  }

  producerFenced(id: string, epoch: number): void {
    this.transactions.fenced(id, epoch);
  }

  transactionEnded(id: string, how: 'committed' | 'aborted' | 'timed out'): void {
    this.transactions.ended(id, how);
  }

  #published(posting: Posting, partition: Name | undefined): number {
    const { envelope, cause } = posting;
    const { log, counted } = this.#system;
    counted.messages++;
    const place = this.name(envelope.channel);
    const type = envelope.type ?? undefined;
    return log.note('publish', place, envelope.thing?.recorded, cause, cause, envelope.id, type, partition);
  }

  #lost({ envelope, record }: Posting, place: Name, cause: number, why: string): void {
    this.#system.log.note('dropped', place, envelope.thing?.recorded, cause, record, envelope.id, why);
  }

  /** What is behind a change of a partition: what is being done, or the last broker that went. */
  #reasonFor(partition: Name): number {
    if (this.#cause !== NONE) return this.#cause;
    return this.#changes.get(partition.text) ?? [...this.#down.values()].at(-1) ?? NONE;
  }

  #note(
    kind: Parameters<System['log']['note']>[0],
    place: Name,
    cause: number,
    value: number,
    detail?: string,
    peer?: Name,
  ): number {
    return this.#system.log.note(kind, place, undefined, cause, NONE, value, detail, peer);
  }
}

const isInternal = ({ topic }: TopicPartition): boolean => topic.startsWith('__');

/** `shipping[1]` of member `shipping[1]-3`. */
const replicaOf = (member: string): string => member.replace(/-\d+$/, '');

const short = ({ topic, partition }: TopicPartition): string => `${topic}[${partition}]`;
