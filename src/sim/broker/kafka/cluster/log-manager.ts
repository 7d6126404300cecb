import { MILLISECOND, NO_TIMER } from '../clock.ts';
import { clean } from '../log/cleaner.ts';
import { recordsBefore, retentionPoint } from '../log/retention.ts';
import type { Broker } from './broker.ts';
import type { Replica } from './replica.ts';

/** A broker's housekeeping: deletes what is beyond retention, and compacts, each at its own pace. */
export class LogManager {
  readonly #broker: Broker;
  #retention = NO_TIMER;
  #cleaner = NO_TIMER;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  start(): void {
    this.#watchRetention();
    this.#watchCleaner();
  }

  stop(): void {
    this.#broker.clock.cancel(this.#retention);
    this.#broker.clock.cancel(this.#cleaner);
  }

  /** Deletes everything before an offset, as far as it is committed: what retention does, and `kafka-delete-records.sh`. */
  deleteBefore(replica: Replica, offset: number): void {
    const { log, highWatermark } = replica;
    const point = Math.min(offset, highWatermark);
    if (point <= log.startOffset) return;
    const records = recordsBefore(log, point);
    log.deleteBefore(point);
    if (replica.leadership) this.#broker.observer.deleted?.(replica, point, records);
    replica.wake();
  }

  #watchRetention(): void {
    const { clock, settings, replicas } = this.#broker;
    this.#retention = clock.after(settings['log.retention.check.interval.ms'] * MILLISECOND, () => {
      for (const replica of replicas.values())
        if (replica.log.settings['cleanup.policy'] !== 'compact')
          this.deleteBefore(replica, retentionPoint(replica.log, replica.highWatermark, clock.now));
      this.#watchRetention();
    });
  }

  #watchCleaner(): void {
    const { clock, settings, replicas, observer } = this.#broker;
    this.#cleaner = clock.after(settings['log.cleaner.backoff.ms'] * MILLISECOND, () => {
      for (const replica of replicas.values()) {
        if (replica.log.settings['cleanup.policy'] === 'delete') continue;
        const cleaned = clean(replica.log, replica.lastStableOffset, clock.now);
        if (cleaned && replica.leadership) observer.compacted?.(replica, cleaned.records, cleaned.tombstones);
      }
      this.#watchCleaner();
    });
  }
}
