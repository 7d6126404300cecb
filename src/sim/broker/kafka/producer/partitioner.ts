import type { PartitionState } from '../cluster/metadata.ts';
import { NO_LEADER } from '../cluster/metadata.ts';

interface Sticky {
  partition: number;
  produced: number;
}

/** What the choice of a partition depends on, beside the topic. */
export interface PartitionerSettings {
  readonly 'batch.size': number;
  readonly 'partitioner.adaptive.partitioning.enable': boolean;
}

/**
 * Keeps records without a key on one partition until about `batch.size` bytes went there, then moves on.
 *
 * The next one is drawn; with adaptive partitioning, partitions with fewer waiting batches are drawn more often.
 * After Kafka's `BuiltInPartitioner`.
 */
export class StickyPartitioner {
  readonly #settings: PartitionerSettings;
  readonly #draw: () => number;
  readonly #queued: (topic: string, partition: number) => number;
  readonly #sticky = new Map<string, Sticky>();

  /** `queued` tells how many batches wait for a partition. */
  constructor(
    settings: PartitionerSettings,
    draw: () => number,
    queued: (topic: string, partition: number) => number,
  ) {
    this.#settings = settings;
    this.#draw = draw;
    this.#queued = queued;
  }

  /** Where the next record goes. */
  partition(topic: string, partitions: readonly PartitionState[]): number {
    const known = this.#sticky.get(topic);
    if (known) return known.partition;
    const partition = this.#next(topic, partitions);
    this.#sticky.set(topic, { partition, produced: 0 });
    return partition;
  }

  /** A record went to the sticky partition; `batchDone` tells that no open batch is left behind there. */
  produced(topic: string, bytes: number, batchDone: boolean): void {
    const sticky = this.#sticky.get(topic);
    if (!sticky) return;
    sticky.produced += bytes;
    const enough = this.#settings['batch.size'];
    // A batch that is still open is filled first, so as not to leave small ones behind, but not without end.
    if ((sticky.produced >= enough && batchDone) || sticky.produced >= 2 * enough) this.#sticky.delete(topic);
  }

  #next(topic: string, partitions: readonly PartitionState[]): number {
    const led = partitions.filter(({ leader }) => leader !== NO_LEADER);
    const candidates = led.length > 0 ? led : partitions;
    const draw = this.#draw();
    if (this.#settings['partitioner.adaptive.partitioning.enable'] && led.length > 0) {
      const queues = candidates.map(({ partition }) => this.#queued(topic, partition));
      const most = Math.max(...queues) + 1;
      if (queues.some((size) => size !== queues[0])) {
        const total = queues.reduce((sum, size) => sum + most - size, 0);
        let left = Math.floor(draw * total);
        for (let i = 0; i < queues.length; i++) {
          left -= most - queues[i]!;
          if (left < 0) return candidates[i]!.partition;
        }
      }
    }
    return candidates[Math.floor(draw * candidates.length)]!.partition; // a topic has at least one
  }
}
