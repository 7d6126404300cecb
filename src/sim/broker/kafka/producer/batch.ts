import type { Micros } from '../../../kernel/time.ts';
import { BATCH_OVERHEAD, type DraftRecord, NO_PRODUCER } from '../log/batch.ts';

/** What became of a record, as its producer knows it. */
export type Delivery =
  | {
      readonly ok: true;
      readonly topic: string;
      readonly partition: number;
      /** -1 where the producer did not wait for it (`acks=0`). */
      readonly offset: number;
    }
  | {
      readonly ok: false;
      /** An error code, or the name of the client's own exception. */
      readonly error: string;
      /** The record may be in the log nevertheless. */
      readonly unknown: boolean;
    };

/** Records of one partition that travel together. */
export class ProducerBatch {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly records: DraftRecord[] = [];
  readonly #callbacks: ((delivery: Delivery) => void)[] = [];
  readonly createdAt: Micros;
  /** What it takes of `buffer.memory`. */
  readonly memory: number;
  bytes = BATCH_OVERHEAD;
  attempts = 0;
  /** Not sent again before that. */
  retryAt: Micros = 0;
  /** Takes no further records. */
  closed = false;
  finished = false;
  /** It was sent at least once, and the last try had no answer that told of its fate. */
  unknown = false;
  inFlight = false;
  producerId = NO_PRODUCER;
  producerEpoch = NO_PRODUCER;
  sequence = NO_PRODUCER;
  lingerTimer: number | null = null;
  deliveryTimer: number | null = null;

  constructor(topic: string, partition: number, createdAt: Micros, memory: number) {
    this.topic = topic;
    this.partition = partition;
    this.key = `${topic}-${partition}`;
    this.createdAt = createdAt;
    this.memory = memory;
  }

  add(record: DraftRecord, callback: (delivery: Delivery) => void, bytes: number): void {
    this.records.push(record);
    this.#callbacks.push(callback);
    this.bytes += bytes;
  }

  acknowledged(baseOffset: number): void {
    this.finished = true;
    const { topic, partition } = this;
    for (let i = 0; i < this.#callbacks.length; i++)
      this.#callbacks[i]!({ ok: true, topic, partition, offset: baseOffset < 0 ? -1 : baseOffset + i });
  }

  failed(error: string, unknown: boolean): void {
    this.finished = true;
    for (const callback of this.#callbacks) callback({ ok: false, error, unknown });
  }
}
