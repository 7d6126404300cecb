import type { Micros } from '../../../kernel/time.ts';
import { Client } from '../client.ts';
import { ClientMetadata } from '../client-metadata.ts';
import { MILLISECOND } from '../clock.ts';
import type { KafkaCluster } from '../cluster/cluster.ts';
import type { PartitionState } from '../cluster/metadata.ts';
import { RECORD_OVERHEAD } from '../log/batch.ts';
import { partitionForKey } from '../murmur2.ts';
import type { Host } from '../wire.ts';
import { Accumulator } from './accumulator.ts';
import type { Delivery } from './batch.ts';
import { StickyPartitioner } from './partitioner.ts';
import { Sender } from './sender.ts';
import { Sequences } from './sequences.ts';
import { type ProducerConfig, type ProducerSettings, producerSettings } from './settings.ts';
import { Transaction } from './transaction.ts';

/** A record as an application sends it. */
export interface ProducerRecord<B> {
  readonly topic: string;
  /** Null or absent: by the key, or wherever the producer is at the moment. */
  readonly partition?: number | null;
  readonly key: string | null;
  /** Null is a tombstone. */
  readonly value: B | null;
  /** Key, value and headers, in bytes. */
  readonly size: number;
  readonly timestamp?: Micros;
}

interface Sending<B> {
  readonly record: ProducerRecord<B>;
  readonly done: (delivery: Delivery) => void;
  readonly accepted: () => void;
  readonly since: Micros;
}

/** A producer: gathers records into batches, and sees to it that they reach the leaders of their partitions. */
export class Producer<B> {
  readonly settings: ProducerSettings;
  readonly client: Client;
  readonly #metadata: ClientMetadata;
  readonly #accumulator: Accumulator;
  readonly #sequences: Sequences | null;
  readonly #sender: Sender;
  readonly #transaction: Transaction | null;
  readonly #partitioner: StickyPartitioner;
  /** Records that came first to a topic whose partitions are not known yet, or behind one that waits for memory. */
  #held: Sending<B>[] = [];
  #reserving = false;
  #identifying = false;
  #unfinished = 0;
  #flushed: (() => void)[] = [];

  /** Throws a `ConfigException` if the settings contradict each other. */
  constructor(cluster: KafkaCluster, host: Host, config: ProducerConfig = {}) {
    const settings = producerSettings(config);
    this.settings = settings;
    this.client = new Client(cluster, host, settings);
    this.#metadata = new ClientMetadata(this.client, () => {
      this.#proceed();
      this.#sender.wakeAll();
    });
    const id = settings['transactional.id'];
    this.#sequences = settings['enable.idempotence'] ? new Sequences(id === null) : null;
    this.#accumulator = new Accumulator(
      this.client.clock,
      settings,
      (key) => this.#ready(key),
      (batch) => this.#sender.expired(batch),
    );
    this.#transaction =
      id === null || this.#sequences === null
        ? null
        : new Transaction(this.client, settings, id, this.#sequences, {
            wake: () => this.#sender.wakeAll(),
            drop: (error) => this.#sender.drop(error),
            flush: (done) => this.flush(done),
          });
    this.#sender = new Sender(
      this.client,
      settings,
      this.#metadata,
      this.#accumulator,
      this.#sequences,
      this.#transaction,
    );
    this.#partitioner = new StickyPartitioner(
      settings,
      () => this.client.draw(),
      (topic, partition) => this.#accumulator.queued(topic, partition),
    );
  }

  /** Bytes of `buffer.memory` that are free. */
  get freeMemory(): number {
    return this.#accumulator.free;
  }

  /**
   * Sends a record; `done` is called when its fate is known.
   *
   * `accepted` is called when it is in the buffer: until then a caller's thread would be blocked.
   */
  send(record: ProducerRecord<B>, done: (delivery: Delivery) => void, accepted: () => void = () => {}): void {
    if (this.client.closed) throw new Error('Cannot perform operation after producer has been closed');
    if (this.#transaction && !this.#transaction.open) throw new Error('no transaction is open');
    this.#unfinished++;
    const finish = (delivery: Delivery): void => {
      this.#unfinished--;
      done(delivery);
      if (this.#unfinished === 0) this.#settleFlush();
    };
    const most = Math.min(this.settings['max.request.size'], this.settings['buffer.memory']);
    if (record.size + RECORD_OVERHEAD > most) {
      finish({ ok: false, error: 'RecordTooLargeException', unknown: false });
      return;
    }
    this.#held.push({ record, done: finish, accepted, since: this.client.clock.now });
    if (this.#held.length === 1) this.#proceed();
  }

  /** Sends what there is without lingering; `done` is called when nothing is unfinished. */
  flush(done: () => void): void {
    this.#flushed.push(done);
    this.#accumulator.flushing = true;
    this.#sender.wakeAll();
    if (this.#unfinished === 0) this.#settleFlush();
  }

  /** The transactions of a producer with a `transactional.id`. */
  get transactions(): Transaction {
    if (!this.#transaction) throw new Error('Cannot use transactional methods without a transactional.id');
    return this.#transaction;
  }

  /** Sends what there is, and ends. */
  close(done: () => void = () => {}): void {
    this.flush(() => {
      this.client.close();
      done();
    });
  }

  /** Ends without a word: what is in the buffer is lost, and nobody is told. */
  kill(): void {
    this.client.close();
  }

  #settleFlush(): void {
    const waiting = this.#flushed;
    this.#flushed = [];
    this.#accumulator.flushing = false;
    for (const done of waiting) done();
  }

  /** Lets held records go on, in order, as far as their topics are known and there is memory. */
  #proceed(): void {
    while (!this.#reserving && this.#held.length > 0) {
      const sending = this.#held[0]!; // there is one
      const partitions = this.#metadata.partitions(sending.record.topic);
      if (!partitions) {
        this.#awaitMetadata(sending);
        return;
      }
      this.#place(sending, partitions);
    }
  }

  #awaitMetadata(sending: Sending<B>): void {
    const patience = this.settings['max.block.ms'] * MILLISECOND;
    this.client.later(Math.max(0, sending.since + patience - this.client.clock.now), () => {
      const at = this.#held.indexOf(sending);
      if (at < 0 || this.#metadata.partitions(sending.record.topic)) return;
      this.#held.splice(at, 1);
      sending.accepted();
      sending.done({ ok: false, error: 'TimeoutException', unknown: false });
      this.#proceed();
    });
  }

  #place(sending: Sending<B>, partitions: readonly PartitionState[]): void {
    const { record, since } = sending;
    const { clock } = this.client;
    const partition = this.#choose(record, partitions);
    if (this.#accumulator.fits(record.topic, partition, record.size)) {
      this.#held.shift();
      this.#append(sending, partition, 0);
      return;
    }
    const memory = this.#accumulator.memoryFor(record.size);
    this.#reserving = true;
    this.#accumulator.reserve(
      memory,
      clock.now - since,
      () => {
        this.#reserving = false;
        this.#held.shift();
        this.#append(sending, partition, memory);
        this.#proceed();
      },
      () => {
        this.#reserving = false;
        this.#held.shift();
        sending.accepted();
        sending.done({ ok: false, error: 'TimeoutException', unknown: false });
        this.#proceed();
      },
    );
  }

  #choose({ topic, partition, key }: ProducerRecord<B>, partitions: readonly PartitionState[]): number {
    if (partition !== undefined && partition !== null) return partition;
    if (key !== null && !this.settings['partitioner.ignore.keys'])
      return partitionForKey(key, partitions.length);
    return this.#partitioner.partition(topic, partitions);
  }

  #append({ record, done, accepted }: Sending<B>, partition: number, reserved: number): void {
    const { topic, key, value, size, timestamp = this.client.clock.now } = record;
    const sticky =
      (record.partition ?? null) === null && (key === null || this.settings['partitioner.ignore.keys']);
    this.#accumulator.append(topic, partition, { key, value, timestamp, size }, done, reserved);
    if (sticky) {
      const open = this.#accumulator.fits(topic, partition, 0);
      this.#partitioner.produced(topic, size + RECORD_OVERHEAD, !open);
    }
    accepted();
  }

  #ready(key: string): void {
    if (this.client.closed) return;
    if (this.#sequences && !this.#sequences.ready && !this.#transaction) this.#identify(this.#sequences, 1);
    else this.#sender.wake(key);
  }

  /** Asks any broker for a producer id. */
  #identify(sequences: Sequences, attempt: number): void {
    if (this.#identifying && attempt === 1) return;
    this.#identifying = true;
    const ids = [...this.client.cluster.brokers.keys()];
    const broker = ids[Math.floor(this.client.draw() * ids.length)]!; // there is at least one
    this.client.ask<number>(
      broker,
      '',
      32,
      (server, respond) => respond(server.context.nextProducerId(), 32),
      (producerId) => {
        this.#identifying = false;
        sequences.identify(producerId, 0);
        this.#sender.wakeAll();
      },
      () => this.client.later(this.client.backoff(attempt), () => this.#identify(sequences, attempt + 1)),
    );
  }
}
