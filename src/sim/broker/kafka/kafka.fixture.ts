import { Luck } from '../../kernel/luck.ts';
import { Simulation } from '../../kernel/simulation.ts';
import { type Micros, ms } from '../../kernel/time.ts';
import { KafkaCluster } from './cluster/cluster.ts';
import type { Replica } from './cluster/replica.ts';
import { Consumer } from './consumer/consumer.ts';
import type { ConsumerRecord } from './consumer/fetcher.ts';
import type { ConsumerConfig } from './consumer/settings.ts';
import { type Assignment, type KafkaObserver, nameOf, type TopicPartition } from './events.ts';
import type { Delivery } from './producer/batch.ts';
import { Producer, type ProducerRecord } from './producer/producer.ts';
import type { ProducerConfig } from './producer/settings.ts';
import type { BrokerSettings, TopicSettings } from './settings.ts';
import type { Host, Wire } from './wire.ts';

/** A network for tests: every message takes the same time, and ways can be cut. */
class TestWire implements Wire {
  latency: Micros = ms(1);
  readonly #sim: Simulation;
  readonly #cut = new Set<string>();
  /** Messages sent so far. */
  sent = 0;

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  send(from: Host, to: Host, _bytes: number, arrive: () => void, lost: (how: 'vanished') => void): void {
    this.sent++;
    if (this.#cut.has(`${from.name} -> ${to.name}`)) this.#sim.after(this.latency, () => lost('vanished'));
    else this.#sim.after(this.latency, arrive);
  }

  /** What is sent from one to the other vanishes, in this direction only. */
  cutWay(from: string, to: string): void {
    this.#cut.add(`${from} -> ${to}`);
  }

  cut(a: string, b: string): void {
    this.cutWay(a, b);
    this.cutWay(b, a);
  }

  heal(): void {
    this.#cut.clear();
  }
}

interface KafkaTestOptions {
  readonly brokers?: number;
  readonly topics?: Readonly<Record<string, Partial<TopicSettings>>>;
  readonly settings?: Partial<BrokerSettings>;
  readonly seed?: string;
  readonly diskWrite?: Micros;
}

/** Three replicas of which two must be in sync. */
export const SAFE = { 'replication.factor': 3, 'min.insync.replicas': 2 } as const;

/** A cluster with one topic `orders`, and short ways to use it. */
export class TestKafka {
  readonly sim = new Simulation();
  readonly wire = new TestWire(this.sim);
  readonly cluster: KafkaCluster;
  readonly consumers: TestConsumer[] = [];
  /** Who was given what, round by round. */
  readonly rounds: Assignment[] = [];
  /** What the observer was told, in words; without what every record brings. */
  readonly seen: string[] = [];

  constructor({ topics = { orders: SAFE }, seed = 'any', ...options }: KafkaTestOptions = {}) {
    const luck = new Luck(seed).stream('kafka');
    this.cluster = new KafkaCluster({
      clock: this.sim,
      wire: this.wire,
      luck,
      topics,
      observer: this.#observer(),
      ...options,
    });
    this.pass(10);
  }

  /** Lets so many milliseconds pass. */
  pass(milliseconds: number): void {
    this.sim.run(this.sim.now + ms(milliseconds));
  }

  producer(config: ProducerConfig = {}, name = 'app'): TestProducer {
    return new TestProducer(new Producer<string>(this.cluster, { name }, config));
  }

  consumer(config: ConsumerConfig = {}, name = 'reader'): TestConsumer {
    const consumer = new TestConsumer(this, name, { 'group.id': 'g', 'client.id': name, ...config });
    this.consumers.push(consumer);
    return consumer;
  }

  /** Which consumer has each partition of a topic, by name; all of them, where there is more than one. */
  owners(topic = 'orders'): string[] {
    const count = this.cluster.configs.get(topic)?.partitions ?? 0;
    return Array.from({ length: count }, (_, partition) =>
      this.consumers
        .filter(({ consumer }) =>
          consumer.assignment.some((own) => own.topic === topic && own.partition === partition),
        )
        .map(({ name }) => name)
        .join('+'),
    );
  }

  /** The broker that leads a partition of `orders`. */
  leaderOf(partition = 0, topic = 'orders'): number {
    return this.cluster.state({ topic, partition }).leader;
  }

  followersOf(partition = 0, topic = 'orders'): number[] {
    const { replicas, leader } = this.cluster.state({ topic, partition });
    return replicas.filter((id) => id !== leader);
  }

  replica(broker: number, partition = 0, topic = 'orders'): Replica {
    const replica = this.cluster.broker(broker).replica({ topic, partition });
    if (!replica) throw new Error(`broker ${broker} has no replica of ${topic}-${partition}`);
    return replica;
  }

  /** The values in a broker's log of a partition; markers as COMMIT and ABORT. */
  log(broker: number, partition = 0, topic = 'orders'): unknown[] {
    const { log } = this.replica(broker, partition, topic);
    return log
      .read(log.startOffset, log.endOffset, Number.MAX_SAFE_INTEGER)
      .flatMap(({ records, marker }) => (marker ? [marker] : records.map(({ value }) => value)));
  }

  /** The values that consumers may read of a partition. */
  committed(partition = 0, topic = 'orders'): unknown[] {
    const replica = this.cluster.leader({ topic, partition });
    if (!replica) return [];
    return replica
      .read(replica.log.startOffset, 'read_uncommitted', Number.MAX_SAFE_INTEGER)
      .flatMap(({ records, marker }) => (marker ? [] : records.map(({ value }) => value)));
  }

  #observer(): KafkaObserver {
    const { seen, rounds } = this;
    return {
      refused: (partition, broker, error) => seen.push(`${nameOf(partition)} refused by ${broker}: ${error}`),
      deduplicated: (partition) => seen.push(`${nameOf(partition)} deduplicated`),
      isrShrank: (partition, isr, gone) => seen.push(`${nameOf(partition)} isr ${isr} without ${gone}`),
      isrExpanded: (partition, isr, joined) => seen.push(`${nameOf(partition)} isr ${isr} with ${joined}`),
      leaderChanged: (partition, leader, epoch, how) =>
        seen.push(`${nameOf(partition)} leader ${leader} epoch ${epoch} ${how}`),
      truncated: (partition, broker, to, lost) =>
        seen.push(
          `${nameOf(partition)} truncated on ${broker} to ${to}: ${lost.flatMap(({ records }) => records.map(({ value }) => value))}`,
        ),
      brokerDown: (broker, why) => seen.push(`broker ${broker} down: ${why}`),
      brokerUp: (broker) => seen.push(`broker ${broker} up`),
      deleted: (partition, before, records) =>
        seen.push(`${nameOf(partition)} deleted ${records} before ${before}`),
      compacted: (partition, records, tombstones) =>
        seen.push(`${nameOf(partition)} compacted ${records} and ${tombstones} tombstones`),
      throttled: (client, broker, wait) =>
        seen.push(`${client} throttled by ${broker} for ${wait / 1000} ms`),
      outOfRange: (client, partition, wanted, start) =>
        seen.push(`${client} wanted ${nameOf(partition)}@${wanted}, which begins at ${start}`),
      diverged: (client, partition, position, at) =>
        seen.push(`${client} had read ${nameOf(partition)} up to ${position}, which parts at ${at}`),
      commitRefused: (group, member, error) => seen.push(`${group}: commit of ${member} refused: ${error}`),
      commitLost: (group, partition, offset) =>
        seen.push(`${group}: commit ${nameOf(partition)}@${offset} lost`),
      offsetsExpired: (group) => seen.push(`${group}: offsets expired`),
      memberJoined: (group, member) => seen.push(`${group}: ${member} joined`),
      memberLeft: (group, member, reason) => seen.push(`${group}: ${member} left: ${reason}`),
      rebalanceStarted: (group, generation) =>
        seen.push(`${group}: rebalance after generation ${generation}`),
      rebalanceFinished: (group, generation, assignment) => {
        rounds.push(assignment);
        seen.push(`${group}: generation ${generation} of ${assignment.size}`);
      },
      producerFenced: (id, epoch) => seen.push(`${id} has epoch ${epoch}`),
      transactionEnded: (id, how) => seen.push(`${id} ${how}`),
    };
  }
}

/** A consumer for tests: polls, works, commits and polls again, as an application's loop does. */
export class TestConsumer {
  readonly name: string;
  readonly consumer: Consumer<string>;
  /** Values in the order in which it was done with them. */
  readonly got: string[] = [];
  /** `+` partitions assigned, `-` revoked, `!` lost, and errors. */
  readonly told: string[] = [];
  /** Milliseconds that each record takes. */
  takes = 0;
  /** When it commits, beside what is automatic. */
  commits: 'never' | 'before' | 'after' = 'never';
  readonly #world: TestKafka;
  #running = false;

  constructor(world: TestKafka, name: string, config: ConsumerConfig) {
    this.#world = world;
    this.name = name;
    const tell = (sign: string) => (partitions: readonly TopicPartition[]) => {
      if (partitions.length > 0) this.told.push(`${sign}${partitions.map(({ partition }) => partition)}`);
    };
    this.consumer = new Consumer<string>(world.cluster, { name }, config, {
      assigned: tell('+'),
      revoked: tell('-'),
      lost: tell('!'),
    });
  }

  /** Subscribes, and polls for ever. */
  run(topics: readonly string[] = ['orders']): this {
    this.consumer.subscribe(topics);
    return this.loop();
  }

  loop(): this {
    this.#running = true;
    this.#poll();
    return this;
  }

  stop(): void {
    this.#running = false;
    this.consumer.close();
  }

  kill(): void {
    this.#running = false;
    this.consumer.kill();
  }

  #poll(): void {
    if (!this.#running) return;
    this.consumer.poll(ms(100), (records, error) => {
      if (error !== null) {
        this.told.push(error); // an exception ends the loop
        return;
      }
      if (this.commits === 'before' && records.length > 0) this.consumer.commit(this.#note, undefined);
      this.#work(records, 0);
    });
  }

  #work(records: readonly ConsumerRecord<string>[], at: number): void {
    if (!this.#running) return;
    const record = records[at];
    if (!record) {
      if (this.commits === 'after' && records.length > 0) this.consumer.commit(this.#note);
      this.#poll();
      return;
    }
    const done = (): void => {
      if (!this.#running) return;
      this.got.push(record.value ?? 'null');
      this.#work(records, at + 1);
    };
    if (this.takes === 0) done();
    else this.#world.sim.after(ms(this.takes), done);
  }

  readonly #note = (error: string | null): void => {
    if (error !== null) this.told.push(error);
  };
}

/** A producer for tests: notes what became of each record. */
export class TestProducer {
  readonly producer: Producer<string>;
  /** `a -> 0@3` or `a: TimeoutException`, with a question mark where the fate is unknown. */
  readonly told: string[] = [];
  readonly accepted: string[] = [];

  constructor(producer: Producer<string>) {
    this.producer = producer;
  }

  send(value: string, more: Partial<ProducerRecord<string>> = {}): void {
    const record = { topic: 'orders', key: null, value, size: value.length, ...more };
    this.producer.send(
      record,
      (delivery) => this.told.push(`${value}${said(delivery)}`),
      () => this.accepted.push(value),
    );
  }

  /** Values whose producer was told that they are in the log. */
  get acknowledged(): string[] {
    return this.told.filter((text) => text.includes(' -> ')).map((text) => text.slice(0, text.indexOf(' ')));
  }
}

function said(delivery: Delivery): string {
  if (delivery.ok) return ` -> ${delivery.partition}@${delivery.offset}`;
  return `: ${delivery.error}${delivery.unknown ? '?' : ''}`;
}
