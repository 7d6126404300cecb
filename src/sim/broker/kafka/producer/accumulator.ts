import type { Micros } from '../../../kernel/time.ts';
import { type Clock, MILLISECOND } from '../clock.ts';
import { BATCH_OVERHEAD, type DraftRecord, RECORD_OVERHEAD } from '../log/batch.ts';
import { type Delivery, ProducerBatch } from './batch.ts';
import type { ProducerSettings } from './settings.ts';

interface Blocked {
  readonly memory: number;
  readonly granted: () => void;
  readonly timer: number;
}

/** Batches that wait to be sent, by partition, and the memory that they may take (`RecordAccumulator`, `BufferPool`). */
export class Accumulator {
  readonly #clock: Clock;
  readonly #settings: ProducerSettings;
  /** Called when a partition has something that may be sent. */
  readonly #ready: (key: string) => void;
  readonly #expired: (batch: ProducerBatch) => void;
  readonly #queues = new Map<string, ProducerBatch[]>();
  readonly #blocked: Blocked[] = [];
  #free: number;
  /** Sends what there is without lingering. */
  flushing = false;

  constructor(
    clock: Clock,
    settings: ProducerSettings,
    ready: (key: string) => void,
    expired: (batch: ProducerBatch) => void,
  ) {
    this.#clock = clock;
    this.#settings = settings;
    this.#ready = ready;
    this.#expired = expired;
    this.#free = settings['buffer.memory'];
  }

  /** Bytes of `buffer.memory` that are free. */
  get free(): number {
    return this.#free;
  }

  get queues(): ReadonlyMap<string, readonly ProducerBatch[]> {
    return this.#queues;
  }

  queued(topic: string, partition: number): number {
    return this.#queues.get(`${topic}-${partition}`)?.length ?? 0;
  }

  /** Whether the partition's newest batch takes another record of this size. */
  fits(topic: string, partition: number, size: number): boolean {
    const last = this.#queues.get(`${topic}-${partition}`)?.at(-1);
    return (
      last !== undefined &&
      !last.closed &&
      last.bytes + size + RECORD_OVERHEAD <= this.#settings['batch.size']
    );
  }

  /** The memory that a new batch takes, which begins with a record of this size. */
  memoryFor(size: number): number {
    return Math.max(this.#settings['batch.size'], BATCH_OVERHEAD + RECORD_OVERHEAD + size);
  }

  /** Takes memory as soon as there is enough, in the order of asking, or gives up after `max.block.ms`. */
  reserve(memory: number, waited: Micros, granted: () => void, refused: () => void): void {
    if (this.#blocked.length === 0 && this.#free >= memory) {
      this.#free -= memory;
      granted();
      return;
    }
    const patience = Math.max(0, this.#settings['max.block.ms'] * MILLISECOND - waited);
    const timer = this.#clock.after(patience, () => {
      const at = this.#blocked.indexOf(entry);
      if (at >= 0) this.#blocked.splice(at, 1);
      refused();
    });
    const entry: Blocked = { memory, granted, timer };
    this.#blocked.push(entry);
    for (const key of this.#queues.keys()) this.#ready(key); // who waits for memory hurries all others
  }

  /** Gives memory back that was reserved for nothing. */
  release(memory: number): void {
    this.#free += memory;
    while (this.#blocked.length > 0 && this.#blocked[0]!.memory <= this.#free) {
      const next = this.#blocked.shift()!; // there is one
      this.#clock.cancel(next.timer);
      this.#free -= next.memory;
      next.granted();
    }
  }

  /** Adds a record to the newest batch, or to a new one whose memory is reserved. */
  append(
    topic: string,
    partition: number,
    record: DraftRecord,
    callback: (delivery: Delivery) => void,
    reserved: number,
  ): void {
    const key = `${topic}-${partition}`;
    let queue = this.#queues.get(key);
    if (!queue) {
      queue = [];
      this.#queues.set(key, queue);
    }
    let batch = queue.at(-1);
    const size = record.size + RECORD_OVERHEAD;
    if (reserved > 0 || !batch) {
      if (batch) batch.closed = true;
      batch = this.#open(topic, partition, reserved);
      queue.push(batch);
    }
    batch.add(record, callback, size);
    if (batch.bytes >= this.#settings['batch.size']) batch.closed = true;
    if (batch.closed || queue.length > 1) this.#ready(key);
  }

  /** Whether a partition's next batch may leave now. */
  mayLeave(queue: readonly ProducerBatch[]): boolean {
    const batch = queue[0];
    if (!batch || batch.retryAt > this.#clock.now) return false;
    const lingered = this.#clock.now - batch.createdAt >= this.#settings['linger.ms'] * MILLISECOND;
    const pressed = this.#blocked.length > 0 || this.flushing;
    return batch.closed || queue.length > 1 || batch.attempts > 0 || lingered || pressed;
  }

  /** Takes a partition's next batch. */
  take(key: string): ProducerBatch | undefined {
    const batch = this.#queues.get(key)?.shift();
    if (batch) {
      batch.closed = true;
      this.#stopLinger(batch);
    }
    return batch;
  }

  /** Puts a batch back that has to be sent again: before others, and in the order of sequences if it has one. */
  putBack(batch: ProducerBatch, wait: Micros): void {
    const queue = this.#queues.get(batch.key) ?? [];
    this.#queues.set(batch.key, queue);
    let at = 0;
    if (batch.sequence >= 0)
      while (at < queue.length && queue[at]!.sequence >= 0 && queue[at]!.sequence < batch.sequence) at++;
    queue.splice(at, 0, batch);
    batch.retryAt = this.#clock.now + wait;
    this.#clock.after(wait, () => this.#ready(batch.key));
  }

  /** A batch is done with. */
  finished(batch: ProducerBatch): void {
    this.#stopLinger(batch);
    if (batch.deliveryTimer !== null) this.#clock.cancel(batch.deliveryTimer);
    batch.deliveryTimer = null;
    const queue = this.#queues.get(batch.key);
    const at = queue?.indexOf(batch) ?? -1;
    if (at >= 0) queue?.splice(at, 1);
    this.release(batch.memory);
  }

  /** Takes out all that waits to be sent, under way or not yet. */
  takeAll(): ProducerBatch[] {
    const all = [...this.#queues.values()].flat();
    for (const queue of this.#queues.values()) queue.length = 0;
    return all;
  }

  #open(topic: string, partition: number, memory: number): ProducerBatch {
    const { 'linger.ms': linger, 'delivery.timeout.ms': delivery } = this.#settings;
    const batch = new ProducerBatch(topic, partition, this.#clock.now, memory);
    batch.deliveryTimer = this.#clock.timeout(delivery * MILLISECOND, this.#expired, batch);
    batch.lingerTimer = this.#clock.timeout(linger * MILLISECOND, () => {
      batch.lingerTimer = null;
      this.#ready(batch.key);
    });
    return batch;
  }

  #stopLinger(batch: ProducerBatch): void {
    if (batch.lingerTimer !== null) this.#clock.cancel(batch.lingerTimer);
    batch.lingerTimer = null;
  }
}
