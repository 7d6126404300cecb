import type { Destination, Outgoing } from '../../../calls/send.ts';
import type { Host } from '../../../flow/host.ts';
import { type Micros, ms } from '../../../kernel/time.ts';
import type { End } from '../../../net/network.ts';
import { failed, type Outcome, success } from '../../../outcome.ts';
import type { QueueReport } from '../../../run.ts';
import type { System } from '../../../system.ts';
import type { Kafka } from '../../../world/schema/brokers/kafka.ts';
import type { World } from '../../../world/schema/world.ts';
import type { Envelope } from '../../envelope.ts';
import { KafkaCluster } from '../../kafka/cluster/cluster.ts';
import { Consumer } from '../../kafka/consumer/consumer.ts';
import type { ConsumerConfig } from '../../kafka/consumer/settings.ts';
import type { TopicPartition } from '../../kafka/events.ts';
import type { Delivery } from '../../kafka/producer/batch.ts';
import { Producer } from '../../kafka/producer/producer.ts';
import type { ProducerConfig } from '../../kafka/producer/settings.ts';
import {
  type Attachment,
  type ChannelInterceptor,
  type DiskSlowdown,
  type Listener,
  type MessageBroker,
  nameIn,
} from '../../message-broker.ts';
import { Journal } from './journal.ts';
import { NetworkWire } from './network-wire.ts';
import { Posting } from './posting.ts';
import { ProcessClock } from './process-clock.ts';
import { Reader } from './reader.ts';
import { brokerSettings, definedOf, failureOf, producerOf } from './settings.ts';
import { Transactional } from './transactional.ts';

/** A vote, or a confirm by a fault: about what a produce request with acks=all takes. */
const PRODUCE: Micros = ms(3);

/** Kafka in a running world: brokers and client libraries by Kafka's rules, over the world's network. */
export class KafkaBroker implements MessageBroker {
  readonly product = 'kafka';
  readonly system: System;
  readonly cluster: KafkaCluster;
  readonly journal: Journal;
  /** Who works on a record in a transaction, by the record of its delivery. */
  readonly writers = new Map<number, Transactional>();
  readonly #wire: NetworkWire;
  #world: World;
  readonly #producers = new Map<Host, Producer<Posting>>();
  /** Sends what the broker's own side promised, or a consumer gave up. */
  readonly #own: Producer<Posting>;
  readonly #interceptors: { readonly name: string; readonly interceptor: ChannelInterceptor }[] = [];
  /** How often each group was handed a posting. */
  readonly #handed = new Map<string, Map<Posting, number>>();
  #clients = 0;

  constructor(system: System, settings: Kafka) {
    this.system = system;
    this.#world = system.world;
    this.#wire = new NetworkWire(system, system.brokers.end(this.product));
    this.journal = new Journal(system, this.product);
    this.cluster = new KafkaCluster({
      clock: system.sim,
      wire: this.#wire,
      luck: system.luck.stream(this.product),
      brokers: settings.brokers,
      settings: brokerSettings(settings),
      topics: Object.fromEntries(
        Object.entries(settings.topics).map(([name, topic]) => [name, definedOf(topic)]),
      ),
      observer: this.journal,
      diskWrite: settings.write,
    });
    this.#own = this.#producer('kafka-relay', system.brokers.end(this.product));
    this.#account(settings);
  }

  apply(world: World): void {
    const settings = world.brokers.kafka;
    if (!settings) return;
    const before = this.#world;
    this.#world = world;
    for (const [name, topic] of Object.entries(settings.topics)) {
      const known = this.cluster.configs.get(name);
      if (!known) this.cluster.createTopic(name, definedOf(topic));
      else {
        const { partitions = known.partitions } = topic;
        if (partitions > known.partitions) this.cluster.addPartitions(name, partitions);
        this.cluster.configure(name, definedOf(topic));
      }
    }
    this.#account(settings);
    for (const [host, producer] of [...this.#producers]) {
      const { owner } = host.end;
      if (JSON.stringify(producerOf(before, owner)) === JSON.stringify(producerOf(world, owner))) continue;
      producer.close();
      this.#producers.delete(host); // new settings are for new producers
    }
  }

  destination(host: Host, envelope: Envelope, appended: (record: number) => void): Destination {
    return { carry: (outgoing) => this.#carry(host, envelope, appended, outgoing) };
  }

  append(envelope: Envelope, cause: number): number {
    this.#send(this.#own, new Posting(envelope, cause), () => {});
    return cause;
  }

  /** Puts a message where it belongs as a part of a transaction. */
  write(writer: Transactional, envelope: Envelope, cause: number): void {
    const posting = new Posting(envelope, cause);
    writer.send(posting, (own) => this.#send(own, posting, () => {}));
  }

  attach(listener: Listener): Attachment {
    return new Reader(this, listener);
  }

  intercept(channel: string, interceptor: ChannelInterceptor): void {
    this.#interceptors.push({ name: nameIn(channel), interceptor });
  }

  confirmTime(): Micros {
    return PRODUCE;
  }

  reports(): Iterable<QueueReport> {
    return this.journal.accounts.reports();
  }

  /** A broker dies, or all of them, by its id. */
  crash(node: number | null, cause: number, downFor: Micros | null): void {
    const { sim } = this.system;
    for (const { id, up } of this.cluster.brokers.values()) {
      if (!up || (node !== null && node !== id)) continue;
      const bringBack = this.takeDown(id, false, cause);
      if (downFor !== null) sim.after(downFor, () => bringBack(cause));
    }
  }

  stretch(slowdown: DiskSlowdown): void {
    for (const { disk } of this.cluster.brokers.values()) disk.stretches.push(slowdown);
  }

  /** A record that a consumer gave up is in another topic, as a new one: there is no way back that Kafka knows. */
  redrive(): number {
    return 0;
  }

  hostLost(host: Host): void {
    this.#producers.get(host)?.kill();
    this.#producers.delete(host);
  }

  /** A consumer for a replica, which stands where its replica does. */
  consumer({ member, end, whenRunning }: Listener, config: ConsumerConfig): Consumer<Posting> {
    const clock = new ProcessClock(this.system.sim, whenRunning);
    const host = { name: `${member.text}#${++this.#clients}`, clock };
    this.#wire.place(host, end);
    return new Consumer<Posting>(this.cluster, host, config);
  }

  /** A producer whose writes are in the transactions of one replica's consumer; its id tells it from the other replicas'. */
  transactional({ member, end, whenRunning, settings }: Listener): Transactional | null {
    const { 'transactional.id': id, 'transaction.timeout.ms': timeout } = settings;
    if (id === undefined) return null;
    const own = `${id}-${member.text}`;
    const producer = this.#producer(member.text, end, whenRunning, {
      'transactional.id': own,
      ...(timeout !== undefined && { 'transaction.timeout.ms': timeout }),
    });
    return new Transactional(this, own, producer);
  }

  /** The how-manieth time it is that a group is handed a message, by whichever member, from 1. */
  handed(group: string, posting: Posting): number {
    let all = this.#handed.get(group);
    if (!all) {
      all = new Map();
      this.#handed.set(group, all);
    }
    const times = (all.get(posting) ?? 0) + 1;
    all.set(posting, times);
    return times;
  }

  /** Whether the cluster has such a partition. */
  has(topic: string, partition: number): boolean {
    return this.cluster.configs.has(topic) && this.cluster.controller.partitions.has(`${topic}-${partition}`);
  }

  /** Takes a broker down; returns the way to bring it back. A clean stop hands its leaderships over first. */
  takeDown(id: number, clean: boolean, cause: number): (cause: number) => void {
    this.journal.because(cause, () => {
      if (clean) this.cluster.shutDown(id);
      else this.cluster.crash(id);
    });
    return (healed) => this.journal.because(healed, () => this.cluster.start(id));
  }

  /** Keeps a broker from copying a partition, or lets it go on. */
  hold(partition: TopicPartition, broker: number, held: boolean, cause: number): void {
    if (held) this.journal.expect(partition, cause);
    this.cluster.holdReplica(partition, broker, held);
  }

  /** Numbers of a topic's partitions. */
  partitionsOf(topic: string): number[] {
    return Array.from(
      { length: this.cluster.configs.get(topic)?.partitions ?? 0 },
      (_, partition) => partition,
    );
  }

  #account({ topics, quotas }: Kafka): void {
    for (const topic of Object.keys(topics)) this.journal.accounts.open(topic, null);
    this.cluster.quotas.clear();
    for (const [client, quota] of Object.entries(quotas)) this.cluster.quotas.set(client, definedOf(quota));
  }

  #producer(
    name: string,
    end: End,
    whenRunning?: Listener['whenRunning'],
    more: ProducerConfig = {},
  ): Producer<Posting> {
    const { sim } = this.system;
    const clock = whenRunning && new ProcessClock(sim, whenRunning);
    const host = { name: `${name}#${++this.#clients}`, ...(clock && { clock }) };
    this.#wire.place(host, end);
    return new Producer<Posting>(this.cluster, host, {
      ...definedOf(producerOf(this.#world, end.owner)),
      'client.id': name,
      ...more,
    });
  }

  #carry(host: Host, envelope: Envelope, appended: (record: number) => void, outgoing: Outgoing): void {
    const posting = new Posting(envelope, outgoing.cause, appended);
    const settle = (outcome: Outcome): void =>
      outgoing.settle(outcome, posting.record < 0 ? outgoing.cause : posting.record);
    if (this.#isLost(posting)) {
      this.system.sim.after(PRODUCE, () => settle(success({ confirmed: true, id: envelope.id })));
      return;
    }
    const done = (delivery: Delivery): void => settle(outcomeOf(delivery, envelope));
    const writer = this.#writerFor(outgoing.cause);
    if (writer) {
      if (writer.open) writer.send(posting, (own) => this.#send(own, posting, done));
      else settle(failed('rejected', 503, 'never')); // its transaction can only be aborted
      return;
    }
    let producer = this.#producers.get(host);
    if (!producer) {
      producer = this.#producer(host.name.text, host.end, (action) => host.scope.whenRunning(action));
      this.#producers.set(host, producer);
    }
    this.#send(producer, posting, done);
  }

  /** A call belongs to a request, and a request to the delivery that it works on. */
  #writerFor(call: number): Transactional | undefined {
    if (this.writers.size === 0) return undefined;
    const { record } = this.system.log;
    const request = record.spanAt(call);
    return request < 0 ? undefined : this.writers.get(record.spanAt(request));
  }

  #send(producer: Producer<Posting>, posting: Posting, done: (delivery: Delivery) => void): void {
    const { channel, key, size, createdAt: timestamp } = posting.envelope;
    producer.send({ topic: nameIn(channel), key, value: posting, size, timestamp }, done);
  }

  /** Lets faults have a message that is published; true where it is confirmed and forgotten. */
  #isLost(posting: Posting): boolean {
    let lost = false;
    for (const { name, interceptor } of this.#interceptors) {
      const { envelope } = posting;
      if (name !== nameIn(envelope.channel)) continue;
      const effect = interceptor(envelope, posting.cause);
      if (!effect) continue;
      for (const delay of effect.copies)
        this.system.sim.after(delay, () =>
          this.#send(this.#own, new Posting(envelope, effect.cause, undefined, 1), () => {}),
        );
      if (!effect.drop) continue;
      lost = true;
      this.journal.dropped(posting, effect.cause);
    }
    return lost;
  }
}

function outcomeOf(delivery: Delivery, { id }: Envelope): Outcome {
  if (!delivery.ok) {
    const { reason, status } = failureOf(delivery.error);
    return failed(reason, status, delivery.unknown ? 'maybe' : 'never');
  }
  const { offset, partition } = delivery;
  return success({ confirmed: offset >= 0, id, offset, partition });
}
