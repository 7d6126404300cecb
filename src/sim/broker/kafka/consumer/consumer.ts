import type { Micros } from '../../../kernel/time.ts';
import { Client } from '../client.ts';
import { ClientMetadata } from '../client-metadata.ts';
import { MILLISECOND, NO_TIMER } from '../clock.ts';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { NO_LEADER } from '../cluster/metadata.ts';
import { CoordinatorLink } from '../coordinator-link.ts';
import { type ErrorCode, isRetriable } from '../errors.ts';
import { nameOf, type TopicPartition } from '../events.ts';
import type { MemberIdentity, OffsetEntry } from '../group/requests.ts';
import type { Host } from '../wire.ts';
import { ConsumerFetcher, type ConsumerRecord } from './fetcher.ts';
import { Membership } from './membership.ts';
import { type PositionEvents, PositionFinder } from './position-finder.ts';
import { PositionValidator } from './position-validator.ts';
import { Positions } from './positions.ts';
import { type ConsumerConfig, type ConsumerSettings, consumerSettings } from './settings.ts';

/** Who is told when partitions come and go. All of it happens inside a poll. */
export interface RebalanceListener {
  assigned?(partitions: readonly TopicPartition[]): void;
  /** They are given up: now is the time to commit. */
  revoked?(partitions: readonly TopicPartition[]): void;
  /** They are another's already. */
  lost?(partitions: readonly TopicPartition[]): void;
}

type Polled<B> = (records: readonly ConsumerRecord<B>[], error: string | null) => void;

/** A consumer: polls records of the partitions that its group gives it, and commits how far it is. */
export class Consumer<B> {
  readonly settings: ConsumerSettings;
  readonly client: Client;
  readonly #listener: RebalanceListener;
  readonly #metadata: ClientMetadata;
  readonly #positions = new Positions();
  readonly #link: CoordinatorLink;
  readonly #membership: Membership | null;
  readonly #finder: PositionFinder;
  readonly #validator: PositionValidator;
  readonly #fetcher: ConsumerFetcher<B>;
  #counts = new Map<string, number>();
  #polling: Polled<B> | null = null;
  #pollEnds = NO_TIMER;
  #error: string | null = null;
  #committedAt: Micros;
  #stepping = false;
  #again = false;

  /** Throws a `ConfigException` if the settings contradict each other. */
  constructor(
    cluster: KafkaCluster,
    host: Host,
    config: ConsumerConfig = {},
    listener: RebalanceListener = {},
  ) {
    const settings = consumerSettings(config);
    this.settings = settings;
    this.client = new Client(cluster, host, settings);
    this.#listener = listener;
    this.#committedAt = cluster.clock.now;
    this.#metadata = new ClientMetadata(this.client, () => this.#metadataChanged());
    const group = settings['group.id'];
    this.#link = new CoordinatorLink(this.client, ({ id }) =>
      group === null ? NO_LEADER : cluster.groupsOn(id).find(group),
    );
    this.#membership =
      group === null
        ? null
        : new Membership(this.client, settings, this.#metadata, this.#link, {
            owned: () => this.#positions.partitions,
            revoke: (partitions, done) => this.#revoke(partitions, done),
            lose: () => this.#lose(),
            assign: (partitions) => this.#assign(partitions),
            wake: () => this.#step(),
          });
    const events: PositionEvents = {
      found: () => this.#step(),
      missing: (error) => {
        this.#error = error;
        this.#step();
      },
    };
    const positions = this.#positions;
    this.#finder = new PositionFinder(this.client, settings, this.#metadata, this.#link, positions, events);
    this.#validator = new PositionValidator(this.client, settings, this.#metadata, positions, events);
    this.#fetcher = new ConsumerFetcher(this.client, settings, this.#metadata, this.#positions, () =>
      this.#step(),
    );
  }

  /** The partitions that it has. */
  get assignment(): readonly TopicPartition[] {
    return this.#positions.partitions;
  }

  /** Joins its group for these topics, with the next poll. */
  subscribe(topics: readonly string[]): void {
    if (!this.#membership) throw new Error('To use the group management, group.id must be set');
    this.#membership.topics = topics;
    for (const topic of topics) this.#metadata.partitions(topic);
  }

  /** Reads these partitions, outside of any group's rounds. */
  assign(partitions: readonly TopicPartition[]): void {
    this.#positions.assign(partitions);
    for (const { topic } of partitions) this.#metadata.partitions(topic);
  }

  /** Waits for records up to `timeout`; `done` is given those that are there, at most `max.poll.records`. */
  poll(timeout: Micros, done: Polled<B>): void {
    if (this.#polling) throw new Error('a consumer polls once at a time');
    this.#polling = done;
    this.#pollEnds = this.client.later(timeout, () => this.#finish([]));
    if (this.#subscribed) this.#membership?.polled();
    this.#step();
  }

  /**
   * Commits offsets, by default of all that polls have given so far; tries again what can be tried again.
   *
   * `done` is given null, or why it was not taken: `ILLEGAL_GENERATION`, `UNKNOWN_MEMBER_ID` and
   * `REBALANCE_IN_PROGRESS` are what Kafka's `CommitFailedException` stands for.
   */
  commit(
    done: (error: ErrorCode | null) => void = () => {},
    offsets: readonly OffsetEntry[] = this.#positions.consumed(),
  ): void {
    const deadline = this.client.clock.now + this.settings['default.api.timeout.ms'] * MILLISECOND;
    this.#commit(offsets, done, deadline, 1);
  }

  /** Who it is in its group, and how far it is: what a transaction commits in its stead. */
  get groupMetadata(): MemberIdentity {
    return this.#membership && this.#subscribed ? this.#membership.identity : this.#anonymous;
  }

  /** Offsets behind all that polls have given so far. */
  consumed(): readonly OffsetEntry[] {
    return this.#positions.consumed();
  }

  /** The next offset that a poll gives of a partition; null while that is not known. */
  position(partition: TopicPartition): number | null {
    return this.#positions.get(partition)?.position ?? null;
  }

  /** Records that are there and that no poll has given yet, as of the last fetch; null before the first. */
  lag(partition: TopicPartition): number | null {
    const place = this.#positions.get(partition);
    return place && place.end >= 0 && place.position !== null
      ? Math.max(0, place.end - place.position)
      : null;
  }

  seek(partition: TopicPartition, offset: number): void {
    const place = this.#positions.get(partition);
    if (!place) throw new Error(`No current assignment for partition ${nameOf(partition)}`);
    place.position = offset;
    place.epoch = null; // nobody says of which log the application speaks
    place.reset = false;
  }

  /** Gives nothing of these until they are resumed; the consumer stays in its group. */
  pause(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#setPaused(partition, true);
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#setPaused(partition, false);
    this.#step();
  }

  /** Commits, if that is automatic, leaves the group and ends. */
  close(done: () => void = () => {}): void {
    this.client.clock.cancel(this.#pollEnds);
    this.#polling = null;
    const leave = (): void => {
      const end = (): void => {
        this.kill();
        done();
      };
      if (this.#membership) this.#membership.leave('closed', end);
      else end();
    };
    if (this.settings['enable.auto.commit']) this.commit(leave);
    else leave();
  }

  /** Ends without a word, as a process that is killed. */
  kill(): void {
    this.#polling = null;
    this.#positions.clear();
    this.client.close();
  }

  get #subscribed(): boolean {
    return (this.#membership?.topics.length ?? 0) > 0;
  }

  #setPaused(partition: TopicPartition, paused: boolean): void {
    const place = this.#positions.get(partition);
    if (place) place.paused = paused;
  }

  /** Does what a poll does, whenever something has changed; between polls nothing happens. */
  #step(): void {
    if (!this.#polling || this.client.closed) return;
    if (this.#stepping) {
      this.#again = true;
      return;
    }
    this.#stepping = true;
    do {
      this.#again = false;
      this.#pass();
    } while (this.#again && this.#polling);
    this.#stepping = false;
  }

  #pass(): void {
    const dividing = this.#subscribed && this.#membership?.advance() === true;
    if (!this.#polling) return;
    this.#autoCommit();
    if (dividing) return;
    this.#finder.find();
    this.#validator.check();
    const records = this.#fetcher.collect();
    this.#fetcher.send();
    if (records.length > 0 || this.#error !== null) this.#finish(records);
  }

  #finish(records: readonly ConsumerRecord<B>[]): void {
    const done = this.#polling;
    if (!done) return;
    const error = this.#error;
    this.#error = null;
    this.#polling = null;
    this.client.clock.cancel(this.#pollEnds);
    done(records, error);
  }

  /** In a poll, once in `auto.commit.interval.ms`: what earlier polls have given counts as done. */
  #autoCommit(): void {
    const { clock } = this.client;
    if (!this.settings['enable.auto.commit']) return;
    if (clock.now - this.#committedAt < this.settings['auto.commit.interval.ms'] * MILLISECOND) return;
    this.#committedAt = clock.now;
    const offsets = this.#positions.consumed();
    if (offsets.length > 0) this.#commit(offsets, () => {}, 0, 1);
  }

  #commit(
    offsets: readonly OffsetEntry[],
    done: (error: ErrorCode | null) => void,
    deadline: Micros,
    attempt: number,
  ): void {
    if (offsets.length === 0 || this.settings['group.id'] === null) {
      done(null);
      return;
    }
    const who = this.groupMetadata;
    if (this.#membership && this.#subscribed && who.generation < 0) {
      // It is no member any more, which it knows itself: the client says so without asking.
      this.client.cluster.observer.commitRefused?.(
        who.group,
        this.settings['client.id'],
        'UNKNOWN_MEMBER_ID',
      );
      done('UNKNOWN_MEMBER_ID');
      return;
    }
    const answered = (error: ErrorCode | null): void => {
      if (error !== null && isRetriable(error) && this.client.clock.now < deadline) {
        const wait = this.client.backoff(attempt);
        this.client.later(wait, () => this.#commit(offsets, done, deadline, attempt + 1));
        return;
      }
      if (error !== null && !isRetriable(error)) this.#membership?.fenced(error, who);
      done(error);
    };
    this.#link.ask<ErrorCode | null>(
      32 + 16 * offsets.length,
      (broker, respond) =>
        this.client.cluster.groupsOn(broker.id).commit({ ...who, offsets }, (error) => respond(error, 32)),
      (error) => error,
      answered,
      answered,
    );
  }

  get #anonymous() {
    return { group: this.settings['group.id'] ?? '', member: '', instance: null, generation: -1 };
  }

  #revoke(partitions: readonly TopicPartition[], done: () => void): void {
    const going = new Set(partitions.map(nameOf));
    const give = (): void => {
      this.#listener.revoked?.(partitions);
      this.#positions.assign(this.#positions.partitions.filter((partition) => !going.has(nameOf(partition))));
      done();
    };
    const offsets = this.#positions.consumed().filter((entry) => going.has(nameOf(entry)));
    if (this.settings['enable.auto.commit']) this.commit(give, offsets);
    else give();
  }

  #lose(): void {
    const { partitions } = this.#positions;
    this.#positions.clear();
    if (partitions.length > 0) this.#listener.lost?.(partitions);
  }

  #assign(partitions: readonly TopicPartition[]): void {
    const before = new Set(this.#positions.partitions.map(nameOf));
    this.#positions.assign(partitions);
    this.#listener.assigned?.(partitions.filter((partition) => !before.has(nameOf(partition))));
    this.#again = true;
  }

  /** A topic that has grown has to be divided anew; so has one that has appeared. */
  #metadataChanged(): void {
    if (this.#membership) {
      let changed = false;
      const counts = new Map<string, number>();
      for (const topic of this.#membership.topics) {
        const count = this.#metadata.partitions(topic)?.length ?? 0;
        counts.set(topic, count);
        if (this.#counts.has(topic) && this.#counts.get(topic) !== count) changed = true;
      }
      this.#counts = counts;
      if (changed) this.#membership.requestRejoin();
    }
    this.#step();
  }
}
