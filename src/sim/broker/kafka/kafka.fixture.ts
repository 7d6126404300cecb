import { Luck } from '../../kernel/luck.ts';
import { Simulation } from '../../kernel/simulation.ts';
import { type Micros, ms } from '../../kernel/time.ts';
import { KafkaCluster } from './cluster/cluster.ts';
import type { Replica } from './cluster/replica.ts';
import { type KafkaObserver, nameOf } from './events.ts';
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
    const { seen } = this;
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
    };
  }
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
