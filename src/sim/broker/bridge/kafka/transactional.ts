import type { Consumer } from '../../kafka/consumer/consumer.ts';
import type { OffsetEntry } from '../../kafka/group/requests.ts';
import type { Producer } from '../../kafka/producer/producer.ts';
import type { KafkaBroker } from './kafka-broker.ts';
import type { Posting } from './posting.ts';

/**
 * What a consumer writes while it works on a record, and its offset, as one transaction (Kafka's read-process-write).
 *
 * It belongs to one life of a process: the next one takes the same `transactional.id`, which fences this one.
 */
export class Transactional {
  readonly #bridge: KafkaBroker;
  readonly #id: string;
  readonly #producer: Producer<Posting>;
  #delivery = -1;

  constructor(bridge: KafkaBroker, id: string, producer: Producer<Posting>) {
    this.#bridge = bridge;
    this.#id = id;
    this.#producer = producer;
  }

  /** Takes the place of older producers of this id, and aborts what they have left open. */
  init(done: (error: string | null) => void): void {
    this.#producer.transactions.init(done);
  }

  /** From now on what the handler of this delivery publishes is in the transaction. */
  begin(delivery: number): void {
    this.#producer.transactions.begin();
    this.#delivery = delivery;
    this.#bridge.journal.transactions.began(this.#id, delivery);
    this.#bridge.writers.set(delivery, this);
  }

  /** Whether what is published belongs to the transaction: it is open still. */
  get open(): boolean {
    return this.#producer.transactions.open;
  }

  send(posting: Posting, send: (producer: Producer<Posting>) => void): void {
    this.#bridge.journal.transactions.sent(this.#id, posting);
    send(this.#producer);
  }

  /** Ends it together with the offsets, or tells why it cannot. */
  commit(
    consumer: Consumer<Posting>,
    offsets: readonly OffsetEntry[],
    cause: number,
    done: (error: string | null) => void,
  ): void {
    const { transactions } = this.#producer;
    this.#bridge.writers.delete(this.#delivery);
    if (!transactions.open) {
      done('a send failed');
      return;
    }
    this.#bridge.journal.transactions.commits(this.#id, cause);
    transactions.sendOffsets(offsets, consumer.groupMetadata, (error) => {
      if (error === null) transactions.commit(done);
      else done(error);
    });
  }

  /** Nobody who reads what is committed will see any of it. */
  abort(cause: number, done: (error: string | null) => void): void {
    this.#bridge.writers.delete(this.#delivery);
    this.#bridge.journal.transactions.aborts(this.#id, cause);
    this.#producer.transactions.abort(done);
  }

  /** The process has died: its transaction stays open until somebody ends it. */
  kill(): void {
    this.#bridge.writers.delete(this.#delivery);
    this.#producer.kill();
  }

  close(): void {
    this.#bridge.writers.delete(this.#delivery);
    this.#producer.close();
  }
}
