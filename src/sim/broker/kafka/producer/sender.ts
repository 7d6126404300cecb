import type { Client } from '../client.ts';
import type { ClientMetadata } from '../client-metadata.ts';
import { MILLISECOND } from '../clock.ts';
import type { ProducedPart, ProducePart } from '../cluster/broker.ts';
import { NO_LEADER } from '../cluster/metadata.ts';
import { isRetriable, isStaleMetadata } from '../errors.ts';
import type { Accumulator } from './accumulator.ts';
import type { ProducerBatch } from './batch.ts';
import type { Sequences } from './sequences.ts';
import type { ProducerSettings } from './settings.ts';

/** What a transaction has to say about batches. */
export interface BatchGate {
  /** Whether batches of this partition may be sent; if not yet, it sees to it that they may be soon. */
  maySend(topic: string, partition: number): boolean;
  /** A batch was given up for good. */
  batchFailed(error: string): void;
}

/** Errors after which the batch is surely not in the log. */
const NOT_APPENDED: ReadonlySet<string> = new Set(['MESSAGE_TOO_LARGE', 'UNKNOWN_TOPIC_OR_PARTITION']);

/** Sends batches to the leaders of their partitions, and tries again what failed (`Sender`). */
export class Sender {
  readonly #client: Client;
  readonly #settings: ProducerSettings;
  readonly #metadata: ClientMetadata;
  readonly #accumulator: Accumulator;
  /** Null without idempotence. */
  readonly #sequences: Sequences | null;
  readonly #gate: BatchGate | null;
  /** With acks=0: brokers to which a connection is open. */
  readonly #open = new Set<number>();
  /** From which partition on a broker's next request is filled, so that none starves. */
  #turn = 0;

  constructor(
    client: Client,
    settings: ProducerSettings,
    metadata: ClientMetadata,
    accumulator: Accumulator,
    sequences: Sequences | null,
    gate: BatchGate | null,
  ) {
    this.#client = client;
    this.#settings = settings;
    this.#metadata = metadata;
    this.#accumulator = accumulator;
    this.#sequences = sequences;
    this.#gate = gate;
  }

  /** A partition may have something to send. */
  wake(key: string): void {
    const batch = this.#accumulator.queues.get(key)?.[0];
    if (!batch) return;
    const leader = this.#metadata.leader(batch.topic, batch.partition);
    if (leader === NO_LEADER) this.#metadata.refresh();
    else this.#drain(leader);
  }

  wakeAll(): void {
    for (const key of this.#accumulator.queues.keys()) this.wake(key);
  }

  /** `delivery.timeout.ms` is over. */
  expired(batch: ProducerBatch): void {
    if (batch.finished || this.#client.closed) return;
    this.#give(batch, 'TimeoutException', batch.unknown || batch.inFlight);
    this.wake(batch.key);
  }

  /** Gives up all that is not under way. */
  drop(error: string): void {
    for (const batch of this.#accumulator.takeAll()) this.#give(batch, error, batch.unknown);
  }

  #drain(broker: number): void {
    const most = this.#settings['max.in.flight.requests.per.connection'];
    const connection = this.#client.connection(broker);
    while (connection.inFlight < most) {
      const batches = this.#collect(broker);
      if (batches.length === 0) return;
      this.#send(broker, batches);
    }
  }

  /** One batch of each partition that this broker leads, up to `max.request.size`. */
  #collect(broker: number): ProducerBatch[] {
    const { queues } = this.#accumulator;
    const chosen: ProducerBatch[] = [];
    const keys = [...queues.keys()];
    let bytes = 0;
    this.#turn++;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[(this.#turn + i) % keys.length]!; // within bounds
      const queue = queues.get(key)!; // its own key
      const batch = queue[0];
      if (!batch || this.#metadata.leader(batch.topic, batch.partition) !== broker) continue;
      if (!this.#accumulator.mayLeave(queue)) continue;
      if (this.#gate && !this.#gate.maySend(batch.topic, batch.partition)) continue;
      if (this.#sequences && !this.#sequences.maySend(batch)) continue;
      if (chosen.length > 0 && bytes + batch.bytes > this.#settings['max.request.size']) break;
      this.#accumulator.take(key);
      this.#sequences?.assign(batch);
      bytes += batch.bytes;
      chosen.push(batch);
    }
    return chosen;
  }

  #send(broker: number, batches: readonly ProducerBatch[]): void {
    const { acks, 'request.timeout.ms': timeout, 'client.id': client } = this.#settings;
    const transactional = this.#gate !== null;
    let bytes = 0;
    const parts: ProducePart[] = [];
    for (const batch of batches) {
      bytes += batch.bytes;
      batch.inFlight = true;
      const { topic, partition, producerId, producerEpoch, sequence, records } = batch;
      const draft = {
        producerId,
        producerEpoch,
        baseSequence: sequence,
        transactional,
        marker: null,
        records,
        bytes: batch.bytes,
      };
      parts.push({ topic, partition, draft });
    }
    const request = { client, acks, timeout: timeout * MILLISECOND, parts };
    if (acks === 0) {
      this.#connected(broker, batches, () => {
        const connection = this.#client.connection(broker);
        const server = this.#client.cluster.broker(broker);
        const serve = (): void =>
          server.produce(request, (answers) => {
            // All that a broker can say where no answer is wanted: the producer asks who leads now.
            if (answers.some(({ error }) => error !== null)) connection.reset();
          });
        connection.tell(bytes, serve, () => {
          this.#open.delete(broker);
          if (!this.#client.closed) this.#metadata.refresh();
        });
        for (const batch of batches) this.#acknowledge(batch, -1);
      });
      return;
    }
    this.#client.ask<readonly ProducedPart[]>(
      broker,
      '',
      bytes,
      (server, respond) =>
        server.produce(request, (answers, mute) => respond(answers, answers.length * 32, mute)),
      (answers) => {
        for (const [i, { error, baseOffset }] of answers.entries()) {
          const batch = batches[i]!; // one answer for each
          if (error === null) this.#acknowledge(batch, baseOffset);
          else this.#failed(batch, error, false);
        }
        this.wakeAll();
      },
      (error) => {
        this.#metadata.refresh();
        for (const batch of batches) this.#failed(batch, error, true);
        this.wakeAll();
      },
    );
  }

  /** Without answers, a producer sends only over a connection that is open; until then its batches wait. */
  #connected(broker: number, batches: readonly ProducerBatch[], act: () => void): void {
    if (this.#open.has(broker)) {
      act();
      return;
    }
    this.#client.ask<null>(
      broker,
      '',
      0,
      (_server, respond) => respond(null, 0),
      () => {
        this.#open.add(broker);
        act();
        this.wakeAll();
      },
      (error) => {
        this.#metadata.refresh();
        for (const batch of batches) this.#failed(batch, error, false);
        this.wakeAll();
      },
    );
  }

  #acknowledge(batch: ProducerBatch, baseOffset: number): void {
    batch.inFlight = false;
    if (batch.finished) {
      this.#sequences?.acknowledged(batch); // its time was up, but here it is
      return;
    }
    this.#sequences?.acknowledged(batch);
    batch.acknowledged(baseOffset);
    this.#accumulator.finished(batch);
  }

  #failed(batch: ProducerBatch, error: string, unknown: boolean): void {
    batch.inFlight = false;
    if (batch.finished) return;
    if (isStaleMetadata(error)) this.#metadata.refresh();
    batch.unknown ||=
      unknown || error === 'REQUEST_TIMED_OUT' || error === 'NOT_ENOUGH_REPLICAS_AFTER_APPEND';
    if (this.#mayRetry(batch, error)) {
      batch.attempts++;
      this.#accumulator.putBack(batch, this.#client.backoff(batch.attempts));
      return;
    }
    this.#give(batch, error, batch.unknown);
  }

  #mayRetry(batch: ProducerBatch, error: string): boolean {
    if (batch.attempts >= this.#settings.retries) return false;
    // Out of order because one before it is still to come: then it will be in order later.
    if (error === 'OUT_OF_ORDER_SEQUENCE_NUMBER')
      return this.#sequences !== null && !this.#sequences.isNext(batch);
    return isRetriable(error);
  }

  #give(batch: ProducerBatch, error: string, unknown: boolean): void {
    const sequences = this.#sequences;
    if (sequences && batch.sequence >= 0) {
      if (NOT_APPENDED.has(error) && !unknown) sequences.dropped(batch);
      else if (error === 'OUT_OF_ORDER_SEQUENCE_NUMBER' || error === 'INVALID_PRODUCER_EPOCH') {
        sequences.lost(batch);
        if (this.#gate === null) sequences.bump(batch.key);
      } else if (unknown || batch.attempts > 0) sequences.lost(batch);
      else sequences.dropped(batch);
    }
    this.#accumulator.finished(batch);
    this.#gate?.batchFailed(error);
    batch.failed(error, unknown);
  }
}
