import { MILLISECOND } from '../clock.ts';
import type { Broker } from '../cluster/broker.ts';
import type { Connection } from '../connection.ts';
import type { ErrorCode } from '../errors.ts';
import { nameOf, type TopicPartition } from '../events.ts';
import { BATCH_OVERHEAD, type DraftBatch, type Marker, NO_PRODUCER } from '../log/batch.ts';
import type { ProducerIdentity } from './requests.ts';

/** A control record: type and coordinator epoch. */
const MARKER_BYTES = BATCH_OVERHEAD + 17;
const RETRY = 100 * MILLISECOND;
const TIMEOUT = 30_000 * MILLISECOND;

/** Writes the end of a transaction into each of its partitions, and does not give up. */
export class MarkerSender {
  readonly #broker: Broker;
  readonly #connections = new Map<number, Connection>();

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** `done` is called when every partition has it. */
  send(
    partitions: readonly TopicPartition[],
    { producerId, producerEpoch }: ProducerIdentity,
    marker: Marker,
    done: () => void,
  ): void {
    const { clock } = this.#broker;
    let open = partitions.length;
    if (open === 0) {
      clock.after(0, done);
      return;
    }
    const draft: DraftBatch = {
      producerId,
      producerEpoch,
      baseSequence: NO_PRODUCER,
      transactional: true,
      marker,
      records: [{ key: null, value: marker, timestamp: clock.now, size: MARKER_BYTES - BATCH_OVERHEAD }],
      bytes: MARKER_BYTES,
    };
    for (const partition of partitions)
      this.#write(partition, draft, () => {
        if (--open === 0) done();
      });
  }

  #write(partition: TopicPartition, draft: DraftBatch, done: () => void): void {
    const broker = this.#broker;
    const again = (): void => {
      broker.clock.after(RETRY, () => {
        if (broker.up) this.#write(partition, draft, done);
      });
    };
    const leader = broker.context.brokers.get(broker.image.partitions.get(nameOf(partition))?.leader ?? -1);
    if (!leader) {
      again();
      return;
    }
    this.#connection(leader).request<ErrorCode | null>(
      MARKER_BYTES,
      TIMEOUT,
      (respond) => leader.writeMarker(partition, draft, (error) => respond(error, 16)),
      (error) => {
        if (error === null || error === 'INVALID_PRODUCER_EPOCH') done();
        else again();
      },
      again,
    );
  }

  #connection(leader: Broker): Connection {
    let connection = this.#connections.get(leader.id);
    if (!connection) {
      connection = this.#broker.connectTo(leader);
      this.#connections.set(leader.id, connection);
    }
    return connection;
  }
}
