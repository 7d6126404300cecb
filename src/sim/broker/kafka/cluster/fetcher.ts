import { MILLISECOND } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { RecordBatch } from '../log/batch.ts';
import type { Broker } from './broker.ts';
import type { FetchAnswer, FetchedPart, FetchPart } from './delayed-fetch.ts';
import type { Replica } from './replica.ts';

/** A follower's thread that copies from one leader all partitions it leads, round after round. */
export class Fetcher {
  readonly #broker: Broker;
  readonly #leader: Broker;
  readonly #connection: Connection;
  readonly #replicas = new Map<string, Replica>();
  #busy = false;
  #stopped = false;

  constructor(broker: Broker, leader: Broker) {
    this.#broker = broker;
    this.#leader = leader;
    this.#connection = broker.connectTo(leader);
  }

  add(replica: Replica): void {
    this.#replicas.set(replica.key, replica);
    this.#broker.clock.after(0, () => this.#fetch()); // so that one request asks for all that are added together
  }

  remove(replica: Replica): void {
    this.#replicas.delete(replica.key);
  }

  /** The broker's process is gone. */
  stop(): void {
    this.#stopped = true;
    this.#connection.close();
  }

  #fetch(): void {
    const { settings, held } = this.#broker;
    if (this.#busy || this.#stopped) return;
    const parts: FetchPart[] = [];
    for (const { topic, partition, log, key } of this.#replicas.values())
      if (!held.has(key))
        parts.push({
          topic,
          partition,
          offset: log.endOffset,
          maxBytes: settings['replica.fetch.max.bytes'],
          lastEpoch: log.epochs.latest,
          leaderEpoch: null,
        });
    if (parts.length === 0) return;
    this.#busy = true;
    const wait = settings['replica.fetch.wait.max.ms'];
    this.#connection.request<FetchAnswer>(
      parts.length * 32,
      (wait + 30_000) * MILLISECOND, // replica.socket.timeout.ms
      (respond) =>
        this.#leader.fetch(
          {
            follower: this.#broker.id,
            client: this.#broker.host.name,
            parts,
            'fetch.min.bytes': 1,
            'fetch.max.bytes': 10 * settings['replica.fetch.max.bytes'],
            'fetch.max.wait.ms': wait,
            'isolation.level': 'read_uncommitted',
          },
          respond,
        ),
      (answer) => this.#take(answer),
      () => this.#later(),
    );
  }

  #take({ parts }: FetchAnswer): void {
    const arrived = parts.reduce((sum, { batches }) => sum + batches.length, 0);
    this.#broker.disk.write(arrived, () => {
      if (this.#stopped) return;
      const failed = parts.some((part) => !this.#takePart(part));
      this.#busy = false;
      if (failed) this.#later();
      else this.#fetch();
    });
  }

  #later(): void {
    if (this.#stopped) return;
    this.#busy = true;
    this.#broker.clock.after(this.#broker.settings['replica.fetch.backoff.ms'] * MILLISECOND, () => {
      this.#busy = false;
      this.#fetch();
    });
  }

  /** True unless this partition had better be asked for again only after a while. */
  #takePart(part: FetchedPart): boolean {
    const replica = this.#replicas.get(`${part.topic}-${part.partition}`);
    if (!replica || replica.leadership || replica.state.leader !== this.#leader.id) return true;
    const { log } = replica;
    if (part.diverging) {
      const { epoch, endOffset } = part.diverging;
      this.#truncate(replica, Math.min(endOffset, log.epochs.endOf(epoch, log.endOffset).endOffset));
      return true;
    }
    if (part.error === 'OFFSET_OUT_OF_RANGE') {
      if (part.logEndOffset < log.endOffset) this.#truncate(replica, part.logEndOffset);
      else log.restartAt(part.logStartOffset);
      return true;
    }
    if (part.error !== null) return false;
    this.#append(replica, part.batches);
    replica.highWatermark = Math.max(replica.highWatermark, Math.min(part.highWatermark, log.endOffset));
    if (part.logStartOffset > log.startOffset) log.deleteBefore(part.logStartOffset);
    return true;
  }

  #append(replica: Replica, batches: readonly RecordBatch[]): void {
    const { clock, observer, id } = this.#broker;
    const before = replica.log.endOffset;
    for (const batch of batches)
      if (batch.baseOffset >= replica.log.endOffset) replica.log.copy(batch, clock.now);
    if (replica.log.endOffset > before) observer.replicated?.(replica, id, replica.log.endOffset);
  }

  #truncate(replica: Replica, offset: number): void {
    const lost = replica.log.truncate(offset);
    replica.highWatermark = Math.min(replica.highWatermark, replica.log.endOffset);
    if (lost.length > 0)
      this.#broker.observer.truncated?.(replica, this.#broker.id, replica.log.endOffset, lost);
  }
}
