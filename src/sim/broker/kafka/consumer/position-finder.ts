import type { Client } from '../client.ts';
import type { ClientMetadata } from '../client-metadata.ts';
import { NO_LEADER } from '../cluster/metadata.ts';
import type { CoordinatorLink } from '../coordinator-link.ts';
import type { ErrorCode } from '../errors.ts';
import { nameOf } from '../events.ts';
import type { OffsetEntry } from '../group/requests.ts';
import type { PartitionPosition, Positions } from './positions.ts';
import type { ConsumerSettings } from './settings.ts';

/** What comes of looking for positions: some are known now, or one is not to be had, which ends a poll. */
export interface PositionEvents {
  found(): void;
  missing(error: string): void;
}

/** What a leader says of its log's beginning or end. */
interface Found {
  readonly offset: number;
  /** Null before the first record: there is nothing of which another log could differ. */
  readonly epoch: number | null;
}

/** Finds out where to begin: at the committed offset, or where `auto.offset.reset` says. */
export class PositionFinder {
  readonly #client: Client;
  readonly #settings: ConsumerSettings;
  readonly #metadata: ClientMetadata;
  readonly #link: CoordinatorLink;
  readonly #positions: Positions;
  readonly #events: PositionEvents;
  #attempts = 0;

  constructor(
    client: Client,
    settings: ConsumerSettings,
    metadata: ClientMetadata,
    link: CoordinatorLink,
    positions: Positions,
    events: PositionEvents,
  ) {
    this.#client = client;
    this.#settings = settings;
    this.#metadata = metadata;
    this.#link = link;
    this.#positions = positions;
    this.#events = events;
  }

  /** Looks for every position that is missing. */
  find(): void {
    const missing = [...this.#positions.all].filter(
      ({ position, resolving }) => position === null && !resolving,
    );
    const fresh = missing.filter(({ reset }) => !reset);
    if (this.#settings['group.id'] === null) for (const place of fresh) place.reset = true;
    else if (fresh.length > 0) this.#fetchCommitted(fresh);
    for (const place of missing) if (place.reset && !place.resolving) this.#reset(place);
  }

  #fetchCommitted(places: readonly PartitionPosition[]): void {
    const group = this.#settings['group.id'] ?? '';
    for (const place of places) place.resolving = true;
    const partitions = places.map(({ topic, partition }) => ({ topic, partition }));
    const again = (): void => this.#later(places);
    this.#link.ask<readonly OffsetEntry[] | ErrorCode>(
      32 * places.length,
      (broker, respond) =>
        respond(
          this.#client.cluster
            .groupsOn(broker.id)
            .fetchOffsets(group, partitions, this.#settings['isolation.level'] === 'read_committed'),
          32 * places.length,
        ),
      (answer) => (typeof answer === 'string' ? answer : null),
      (answer) => {
        if (typeof answer === 'string') {
          again();
          return;
        }
        this.#attempts = 0;
        const committed = new Map(answer.map((entry) => [nameOf(entry), entry]));
        for (const place of places) {
          place.resolving = false;
          if (place.position !== null) continue; // sought meanwhile
          const entry = committed.get(place.key);
          if (entry) {
            place.position = entry.offset;
            place.epoch = entry.leaderEpoch ?? null;
          } else place.reset = true;
        }
        this.#events.found();
      },
      again,
    );
  }

  #reset(place: PartitionPosition): void {
    const policy = this.#settings['auto.offset.reset'];
    if (policy === 'none') {
      this.#events.missing('NoOffsetForPartitionException');
      return;
    }
    const leader = this.#metadata.leader(place.topic, place.partition);
    if (leader === NO_LEADER) {
      this.#metadata.refresh();
      return;
    }
    place.resolving = true;
    const again = (): void => {
      this.#metadata.refresh();
      this.#later([place]);
    };
    this.#client.ask<Found | ErrorCode>(
      leader,
      '',
      32,
      (broker, respond) => {
        const replica = broker.led(place);
        if (typeof replica === 'string') respond(replica, 16);
        else if (policy === 'earliest') respond({ offset: replica.log.startOffset, epoch: null }, 16);
        else {
          const offset = replica.limitFor(this.#settings['isolation.level']);
          const { latest } = replica.log.epochs;
          respond({ offset, epoch: latest < 0 ? null : latest }, 16);
        }
      },
      (answer) => {
        if (typeof answer === 'string') {
          again();
          return;
        }
        this.#attempts = 0;
        place.resolving = false;
        place.reset = false;
        if (place.position === null) {
          place.position = answer.offset;
          place.epoch = answer.epoch;
        }
        this.#events.found();
      },
      again,
    );
  }

  #later(places: readonly PartitionPosition[]): void {
    this.#client.later(this.#client.backoff(++this.#attempts), () => {
      for (const place of places) place.resolving = false;
      this.#events.found();
    });
  }
}
