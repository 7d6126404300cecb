import type { Client } from '../client.ts';
import type { ClientMetadata } from '../client-metadata.ts';
import { NO_LEADER } from '../cluster/metadata.ts';
import type { ErrorCode } from '../errors.ts';
import type { EpochEnd } from '../log/epochs.ts';
import type { PositionEvents } from './position-finder.ts';
import type { PartitionPosition, Positions } from './positions.ts';
import type { ConsumerSettings } from './settings.ts';

/**
 * Holds positions against the log of a leader that is newer than the record before them (KIP-320).
 *
 * An unclean election can make a log the truth that lacks what a consumer has read; then the consumer goes back to where
 * the two part. Without this it would miss what was written there since.
 */
export class PositionValidator {
  readonly #client: Client;
  readonly #settings: ConsumerSettings;
  readonly #metadata: ClientMetadata;
  readonly #positions: Positions;
  readonly #events: PositionEvents;
  readonly #asking = new Set<PartitionPosition>();
  #attempts = 0;

  constructor(
    client: Client,
    settings: ConsumerSettings,
    metadata: ClientMetadata,
    positions: Positions,
    events: PositionEvents,
  ) {
    this.#client = client;
    this.#settings = settings;
    this.#metadata = metadata;
    this.#positions = positions;
    this.#events = events;
  }

  /** Doubts every position whose leader is a later one, and asks that. */
  check(): void {
    for (const place of this.#positions.all) {
      const { topic, partition, position, epoch, checkedUnder } = place;
      const current = this.#metadata.leaderEpoch(topic, partition);
      place.doubtful = position !== null && epoch !== null && current > Math.max(epoch, checkedUnder);
      if (position === null || epoch === null || !place.doubtful || this.#asking.has(place)) continue;
      const leader = this.#metadata.leader(topic, partition);
      if (leader === NO_LEADER) this.#metadata.refresh();
      else this.#ask(place, position, epoch, leader, current);
    }
  }

  #ask(place: PartitionPosition, position: number, epoch: number, leader: number, current: number): void {
    this.#asking.add(place);
    const again = (): void => {
      this.#metadata.refresh();
      this.#client.later(this.#client.backoff(++this.#attempts), () => {
        this.#asking.delete(place);
        this.#events.found();
      });
    };
    this.#client.ask<EpochEnd | ErrorCode>(
      leader,
      '',
      32,
      (broker, respond) => respond(broker.endOfEpoch(place, current, epoch), 32),
      (answer) => {
        if (typeof answer === 'string') {
          again();
          return;
        }
        this.#attempts = 0;
        this.#asking.delete(place);
        // Given up, or sought elsewhere, meanwhile: what was found out is about another position.
        const same =
          this.#positions.get(place) === place && place.position === position && place.epoch === epoch;
        if (same) this.#compare(place, position, answer, current);
        this.#events.found();
      },
      again,
    );
  }

  #compare(place: PartitionPosition, position: number, found: EpochEnd, current: number): void {
    const unknown = found.epoch < 0;
    if (!unknown && found.endOffset >= position) {
      place.checkedUnder = current;
      return;
    }
    const { observer } = this.#client.cluster;
    observer.diverged?.(this.#settings['client.id'], place, position, unknown ? -1 : found.endOffset);
    if (this.#settings['auto.offset.reset'] === 'none') {
      this.#events.missing('LogTruncationException');
      return;
    }
    place.checkedUnder = current;
    place.position = unknown ? null : found.endOffset;
    place.epoch = unknown ? null : found.epoch;
    place.reset = unknown;
  }
}
