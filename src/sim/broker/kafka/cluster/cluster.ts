import { hashText, type Stream } from '../../../kernel/luck.ts';
import { type Micros, us } from '../../../kernel/time.ts';
import type { Clock } from '../clock.ts';
import type { KafkaObserver, TopicPartition } from '../events.ts';
import { GroupCoordinator } from '../group/coordinator.ts';
import { OFFSETS_TOPIC } from '../group/stored.ts';
import {
  BROKER_DEFAULTS,
  type BrokerSettings,
  TOPIC_DEFAULTS,
  type TopicSettings,
  topicSettings,
} from '../settings.ts';
import { TransactionCoordinator } from '../transaction/coordinator.ts';
import { TRANSACTIONS_TOPIC } from '../transaction/requests.ts';
import type { Wire } from '../wire.ts';
import { Broker, type BrokerContext } from './broker.ts';
import { Controller } from './controller.ts';
import type { PartitionState, TopicConfigs } from './metadata.ts';
import type { Quota } from './quota.ts';
import type { Replica } from './replica.ts';

/** What a cluster is made of. */
export interface ClusterOptions {
  readonly clock: Clock;
  readonly wire: Wire;
  /** Where its clients' draws come from: back-offs, sticky partitions. */
  readonly luck: Stream;
  /** Default: 3. Their ids are 1 to `brokers`. */
  readonly brokers?: number;
  readonly settings?: Partial<BrokerSettings>;
  /** Topics that are there from the beginning. */
  readonly topics?: Readonly<Record<string, Partial<TopicSettings>>>;
  readonly observer?: KafkaObserver;
  /** How long a broker takes to write one batch: into the page cache, since Kafka leaves flushing to the system. */
  readonly diskWrite?: Micros;
}

/** A Kafka-like cluster: brokers and a controller that follow Kafka's rules, and talk over a wire on a virtual clock. */
export class KafkaCluster {
  readonly clock: Clock;
  readonly wire: Wire;
  readonly luck: Stream;
  readonly settings: BrokerSettings;
  readonly observer: KafkaObserver;
  readonly controller: Controller;
  readonly configs: TopicConfigs = new Map();
  /** The group coordinator of each broker. */
  readonly groups = new Map<number, GroupCoordinator>();
  /** What clients may send and fetch, by `client.id`; may be changed at any time. */
  readonly quotas = new Map<string, Quota>();
  readonly #brokers = new Map<number, Broker>();
  readonly #transactions = new Map<number, TransactionCoordinator>();
  readonly #losingCommits = new Set<string>();
  #producerIds = 0;

  constructor({
    clock,
    wire,
    luck,
    brokers = 3,
    observer = {},
    diskWrite = us(50),
    ...given
  }: ClusterOptions) {
    this.clock = clock;
    this.wire = wire;
    this.luck = luck;
    this.settings = { ...BROKER_DEFAULTS, ...given.settings };
    this.observer = observer;
    const { settings, configs } = this;
    this.controller = new Controller(clock, wire, settings, observer, configs);
    const { controller } = this;
    const context: BrokerContext = {
      clock,
      wire,
      settings,
      observer,
      configs,
      controller,
      brokers: this.#brokers,
      autoCreate: (topic) => this.createTopic(topic),
      nextProducerId: () => this.#producerIds++,
      quotas: this.quotas,
      diskWrite,
    };
    for (let id = 1; id <= brokers; id++) {
      const broker = new Broker(id, context);
      this.#brokers.set(id, broker);
      this.#transactions.set(
        id,
        new TransactionCoordinator(broker, (partition) => this.#transactionState(partition)),
      );
      this.groups.set(
        id,
        new GroupCoordinator(broker, this.#losingCommits, (partition) => this.#offsets(partition)),
      );
    }
    for (const broker of this.#brokers.values()) controller.register(broker);
    for (const [topic, own] of Object.entries(given.topics ?? {})) this.createTopic(topic, own);
    for (const broker of this.#brokers.values()) {
      broker.start();
      broker.sync();
    }
  }

  get brokers(): ReadonlyMap<number, Broker> {
    return this.#brokers;
  }

  broker(id: number): Broker {
    const broker = this.#brokers.get(id);
    if (!broker) throw new Error(`there is no broker ${id}`);
    return broker;
  }

  /** Makes a topic, unless it is there; brokers learn of it from the controller. */
  createTopic(topic: string, given: Partial<TopicSettings> = {}): void {
    if (this.configs.has(topic)) return;
    const settings = topicSettings(given, this.#brokers.size);
    this.configs.set(topic, settings);
    this.#addPartitions(topic, 0, settings.partitions);
  }

  /** Raises the number of partitions. Records stay where they are, so a key may live in two partitions from now on. */
  addPartitions(topic: string, partitions: number): void {
    const settings = this.configs.get(topic) ?? TOPIC_DEFAULTS;
    if (partitions <= settings.partitions) throw new RangeError('the number of partitions can only rise');
    this.configs.set(topic, { ...settings, partitions });
    this.#addPartitions(topic, settings.partitions, partitions);
  }

  /** Changes a topic's settings from now on, but not its partitions. */
  configure(topic: string, given: Partial<TopicSettings>): void {
    const { partitions, 'replication.factor': factor } = this.configs.get(topic) ?? TOPIC_DEFAULTS;
    const settings = topicSettings(
      { ...this.configs.get(topic), ...given, partitions, 'replication.factor': factor },
      this.#brokers.size,
    );
    this.configs.set(topic, settings);
    for (const { replicas } of this.#brokers.values())
      for (const replica of replicas.values()) if (replica.topic === topic) replica.log.settings = settings;
  }

  /** Makes one partition of an internal topic, which has only those that are used. */
  ensureInternal(topic: string, partition: number, settings: Partial<TopicSettings>): void {
    if (!this.configs.has(topic)) {
      const factor = Math.min(this.settings['offsets.topic.replication.factor'], this.#brokers.size);
      this.configs.set(
        topic,
        topicSettings({ ...settings, 'replication.factor': factor }, this.#brokers.size),
      );
    }
    if (!this.controller.partitions.has(`${topic}-${partition}`))
      this.#addPartitions(topic, partition, partition + 1);
  }

  state({ topic, partition }: TopicPartition): PartitionState {
    const state = this.controller.partitions.get(`${topic}-${partition}`);
    if (!state) throw new Error(`there is no partition ${topic}-${partition}`);
    return state;
  }

  /** The replica that leads a partition now, as the controller sees it; undefined where none does. */
  leader(partition: TopicPartition): Replica | undefined {
    return this.#brokers.get(this.state(partition).leader)?.replica(partition);
  }

  /** Kills a broker's process. The controller finds out when its session ends, or when it is back. */
  crash(id: number): void {
    const broker = this.broker(id);
    if (!broker.up) return;
    this.observer.brokerDown?.(id, 'crash');
    broker.stop();
  }

  /** Stops a broker as an operator does: its leaderships go to others first. */
  shutDown(id: number, ended: () => void = () => {}): void {
    this.broker(id).shutDown(() => {
      this.observer.brokerDown?.(id, 'shutdown');
      ended();
    });
  }

  /** Starts a broker that is down. */
  start(id: number): void {
    const broker = this.broker(id);
    if (!broker.up) broker.start();
  }

  /** Makes a broker's disk so many times slower than usual. */
  slowDisk(id: number, times: number): void {
    this.broker(id).disk.slowness = times;
  }

  /** Keeps a broker from copying a partition, until it is let go on; its leader will take it out of the ISR. */
  holdReplica(partition: TopicPartition, id: number, held: boolean): void {
    this.broker(id).hold(`${partition.topic}-${partition.partition}`, held);
  }

  /** Deletes everything before an offset of a partition, on all its replicas. */
  deleteBefore(partition: TopicPartition, offset: number): void {
    for (const broker of this.#brokers.values()) {
      const replica = broker.replica(partition);
      if (replica) broker.logs.deleteBefore(replica, offset);
    }
  }

  /** The group coordinator on one broker. */
  groupsOn(id: number): GroupCoordinator {
    const coordinator = this.groups.get(id);
    if (!coordinator) throw new Error(`there is no broker ${id}`);
    return coordinator;
  }

  /** The transaction coordinator on one broker. */
  transactionsOn(id: number): TransactionCoordinator {
    const coordinator = this.#transactions.get(id);
    if (!coordinator) throw new Error(`there is no broker ${id}`);
    return coordinator;
  }

  /** The coordinator that a group has now; undefined while it has none. */
  coordinatorOf(group: string): GroupCoordinator | undefined {
    return [...this.groups.values()].find((coordinator) => coordinator.group(group) !== undefined);
  }

  /** Acknowledges a group's commits and forgets them, until it is told not to. */
  loseCommits(group: string, lose: boolean): void {
    if (lose) this.#losingCommits.add(group);
    else this.#losingCommits.delete(group);
  }

  /** Makes all members of a group join again. */
  rebalance(group: string, why = 'asked for'): void {
    this.coordinatorOf(group)?.group(group)?.group.rebalance(why);
  }

  /** How many records each partition has beyond what a group has committed; from its beginning where it has not. */
  lag(group: string, topic: string): number[] {
    const offsets = this.coordinatorOf(group)?.group(group)?.offsets;
    const partitions = this.configs.get(topic)?.partitions ?? 0;
    return Array.from({ length: partitions }, (_, partition) => {
      const log = this.leader({ topic, partition })?.log;
      const committed = offsets?.get(`${topic}-${partition}`)?.offset ?? log?.startOffset ?? 0;
      return Math.max(0, (log?.endOffset ?? 0) - committed);
    });
  }

  #offsets(partition: number): void {
    this.ensureInternal(OFFSETS_TOPIC, partition, {
      partitions: this.settings['offsets.topic.num.partitions'],
      'cleanup.policy': 'compact',
    });
  }

  #transactionState(partition: number): void {
    this.ensureInternal(TRANSACTIONS_TOPIC, partition, {
      partitions: this.settings['transaction.state.log.num.partitions'],
      'min.insync.replicas': this.settings['transaction.state.log.min.isr'],
      'cleanup.policy': 'compact',
    });
  }

  #addPartitions(topic: string, from: number, to: number): void {
    const { 'replication.factor': factor } = this.configs.get(topic) ?? TOPIC_DEFAULTS;
    const ids = [...this.#brokers.keys()];
    const shift = this.luck.below(ids.length, hashText(topic)); // as Kafka, which begins anywhere
    const states: PartitionState[] = [];
    for (let partition = from; partition < to; partition++) {
      const replicas: number[] = [];
      for (let i = 0; i < factor; i++) replicas.push(ids[(shift + partition + i) % ids.length]!); // within bounds
      const isr = replicas.filter((id) => this.controller.active(id));
      const leader = isr[0] ?? -1;
      states.push({
        topic,
        partition,
        replicas,
        isr,
        elr: [],
        leader,
        lastKnownLeader: leader,
        leaderEpoch: 0,
        partitionEpoch: 0,
      });
    }
    this.controller.create(states);
  }
}
