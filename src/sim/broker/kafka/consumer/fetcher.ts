import type { Micros } from '../../../kernel/time.ts';
import type { Client } from '../client.ts';
import type { ClientMetadata } from '../client-metadata.ts';
import type { FetchAnswer, FetchedPart, FetchPart } from '../cluster/delayed-fetch.ts';
import { NO_LEADER } from '../cluster/metadata.ts';
import { isStaleMetadata } from '../errors.ts';
import { nameOf, type TopicPartition } from '../events.ts';
import type { LogRecord } from '../log/batch.ts';
import type { PartitionPosition, Positions } from './positions.ts';
import type { ConsumerSettings } from './settings.ts';

/** A record as an application reads it. */
export interface ConsumerRecord<B> extends TopicPartition {
  readonly offset: number;
  readonly timestamp: Micros;
  readonly key: string | null;
  /** Null: a tombstone. */
  readonly value: B | null;
  readonly size: number;
  /** Of the leader that wrote it. */
  readonly leaderEpoch: number;
}

/** What came of one partition, not yet given to the application. */
interface Completed {
  readonly key: string;
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
  /** The leader epoch of each of them, and in the end that of the last batch. */
  readonly epochs: readonly number[];
  /** Where the reader is once it has all of it: behind markers and aborted records, too. */
  readonly nextOffset: number;
  taken: number;
}

/** Fetches ahead what the application will poll, and hands it out in order (`Fetcher`). */
export class ConsumerFetcher<B> {
  readonly #client: Client;
  readonly #settings: ConsumerSettings;
  readonly #metadata: ClientMetadata;
  readonly #positions: Positions;
  readonly #arrived: () => void;
  readonly #completed: Completed[] = [];
  readonly #asking = new Set<number>();

  /** `arrived` is called when there is something new to hand out, or to do. */
  constructor(
    client: Client,
    settings: ConsumerSettings,
    metadata: ClientMetadata,
    positions: Positions,
    arrived: () => void,
  ) {
    this.#client = client;
    this.#settings = settings;
    this.#metadata = metadata;
    this.#positions = positions;
    this.#arrived = arrived;
  }

  /** Asks each leader for what is not here yet; one request at a time to each. */
  send(): void {
    const buffered = new Set(this.#completed.map(({ key }) => key));
    const parts = new Map<number, FetchPart[]>();
    for (const { topic, partition, key, position, paused, doubtful } of this.#positions.all) {
      if (position === null || paused || doubtful || buffered.has(key)) continue;
      const leader = this.#metadata.leader(topic, partition);
      if (leader === NO_LEADER) {
        this.#metadata.refresh();
        continue;
      }
      if (this.#asking.has(leader)) continue;
      const part = {
        topic,
        partition,
        offset: position,
        maxBytes: this.#settings['max.partition.fetch.bytes'],
        lastEpoch: null,
        leaderEpoch: this.#metadata.leaderEpoch(topic, partition),
      };
      const known = parts.get(leader);
      if (known) known.push(part);
      else parts.set(leader, [part]);
    }
    for (const [leader, each] of parts) this.#ask(leader, each);
  }

  /** Takes up to `max.poll.records` that are here. */
  collect(): ConsumerRecord<B>[] {
    const records: ConsumerRecord<B>[] = [];
    const most = this.#settings['max.poll.records'];
    for (let i = 0; i < this.#completed.length && records.length < most; ) {
      const fetch = this.#completed[i]!; // within bounds
      const place = this.#positions.get(fetch);
      if (place?.paused) {
        i++; // kept until it goes on
        continue;
      }
      if (place && !place.doubtful && place.position === expected(fetch))
        this.#take(fetch, place, records, most);
      else fetch.taken = fetch.records.length; // given up, sought elsewhere, or of another leader, meanwhile
      if (fetch.taken >= fetch.records.length) this.#completed.splice(i, 1);
      else i++;
    }
    return records;
  }

  /** Whether something is here that can be handed out. */
  get ready(): boolean {
    return this.#completed.some((fetch) => this.#positions.get(fetch)?.paused === false);
  }

  #take(fetch: Completed, place: PartitionPosition, into: ConsumerRecord<B>[], most: number): void {
    const { topic, partition, records, epochs } = fetch;
    while (fetch.taken < records.length && into.length < most) {
      const leaderEpoch = epochs[fetch.taken]!; // one for each
      const { offset, timestamp, key, value, size } = records[fetch.taken++]!; // within bounds
      // What is in a topic is what its producers put there: their business, and that of who reads it.
      into.push({ topic, partition, offset, timestamp, key, value: value as B | null, size, leaderEpoch });
    }
    const more = fetch.taken < records.length;
    place.position = more ? records[fetch.taken]!.offset : fetch.nextOffset;
    place.epoch = epochs[more ? fetch.taken - 1 : records.length]!; // taken at least one
  }

  #ask(leader: number, parts: readonly FetchPart[]): void {
    const settings = this.#settings;
    this.#asking.add(leader);
    const later = (): void => {
      this.#client.later(this.#client.backoff(1), () => {
        this.#asking.delete(leader);
        this.#arrived();
      });
    };
    this.#client.ask<FetchAnswer>(
      leader,
      '',
      parts.length * 32,
      (broker, respond) =>
        broker.fetch(
          {
            follower: null,
            client: settings['client.id'],
            parts,
            'fetch.min.bytes': settings['fetch.min.bytes'],
            'fetch.max.bytes': settings['fetch.max.bytes'],
            'fetch.max.wait.ms': settings['fetch.max.wait.ms'],
            'isolation.level': settings['isolation.level'],
          },
          respond,
        ),
      (answer) => {
        const failed = answer.parts.some((part, i) => !this.#learn(part, parts[i]!.offset));
        if (failed) {
          this.#metadata.refresh();
          later();
        } else {
          this.#asking.delete(leader);
          this.#arrived();
        }
      },
      () => {
        this.#metadata.refresh();
        later();
      },
    );
  }

  /** Takes in what came of one partition; false if it had better be asked for again later. */
  #learn(part: FetchedPart, from: number): boolean {
    const place = this.#positions.get(part);
    if (!place || place.position !== from) return true; // not ours any more, or sought elsewhere
    if (part.error === 'OFFSET_OUT_OF_RANGE') {
      this.#client.cluster.observer.outOfRange?.(
        this.#settings['client.id'],
        part,
        from,
        part.logStartOffset,
        part.highWatermark,
      );
      place.position = null;
      place.reset = true;
      return true;
    }
    if (part.error !== null) return !isStaleMetadata(part.error);
    place.end =
      this.#settings['isolation.level'] === 'read_committed' ? part.lastStableOffset : part.highWatermark;
    place.start = part.logStartOffset;
    const last = part.batches.at(-1);
    if (!last) return true;
    const { records, epochs } = this.#visible(part, from);
    this.#client.cluster.observer.fetched?.(this.#settings['client.id'], part, from, records.length);
    const { topic, partition } = part;
    const [first] = records;
    if (!first) {
      place.position = last.lastOffset + 1;
      place.epoch = last.leaderEpoch;
    } else {
      place.position = first.offset;
      this.#completed.push({
        key: nameOf(part),
        topic,
        partition,
        records,
        epochs: [...epochs, last.leaderEpoch],
        nextOffset: last.lastOffset + 1,
        taken: 0,
      });
    }
    return true;
  }

  /** Leaves out markers, what comes before the place asked for, and for `read_committed` what was aborted. */
  #visible({ batches, aborted }: FetchedPart, from: number): { records: LogRecord[]; epochs: number[] } {
    const records: LogRecord[] = [];
    const epochs: number[] = [];
    for (const { marker, transactional, producerId, baseOffset, leaderEpoch, records: all } of batches) {
      if (marker !== null) continue;
      const dropped =
        transactional &&
        aborted.some(
          ({ producerId: id, firstOffset, lastOffset }) =>
            id === producerId && baseOffset >= firstOffset && baseOffset < lastOffset,
        );
      if (dropped) continue;
      for (const record of all) {
        if (record.offset < from) continue;
        records.push(record);
        epochs.push(leaderEpoch);
      }
    }
    return { records, epochs };
  }
}

const expected = ({ records, taken, nextOffset }: Completed): number => records[taken]?.offset ?? nextOffset;
