import type { Micros } from '../../kernel/time.ts';
import type { Client } from './client.ts';
import { MILLISECOND } from './clock.ts';
import type { TopicMetadata } from './cluster/broker.ts';
import { NO_LEADER, type PartitionState } from './cluster/metadata.ts';

/** What one client knows of topics: possibly old, renewed when something is wrong or it is `metadata.max.age.ms` old. */
export class ClientMetadata {
  readonly #client: Client;
  readonly #changed: () => void;
  readonly #wanted = new Set<string>();
  readonly #topics = new Map<string, readonly PartitionState[]>();
  #asking = false;
  #again = false;
  #next: number;
  #failures = 0;
  #askedAt: Micros = Number.NEGATIVE_INFINITY;
  #timer: number | null = null;

  /** `changed` is called after each renewal. */
  constructor(client: Client, changed: () => void) {
    this.#client = client;
    this.#changed = changed;
    this.#next = Math.floor(client.draw() * client.cluster.brokers.size);
  }

  /** The partitions of a topic; undefined while it is not known, which makes the client ask. */
  partitions(topic: string): readonly PartitionState[] | undefined {
    const known = this.#topics.get(topic);
    if (!known && !this.#wanted.has(topic)) {
      this.#wanted.add(topic);
      this.refresh();
    }
    return known;
  }

  /** The broker that leads a partition, as far as is known; -1 if none does. */
  leader(topic: string, partition: number): number {
    return this.partitions(topic)?.[partition]?.leader ?? NO_LEADER;
  }

  /** The epoch of that leader, as far as is known; -1 if it is not. */
  leaderEpoch(topic: string, partition: number): number {
    return this.partitions(topic)?.[partition]?.leaderEpoch ?? -1;
  }

  /** Asks again, but not more often than once in `retry.backoff.ms`. */
  refresh(): void {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    const { clock, settings } = this.#client;
    const soonest = this.#askedAt + settings['retry.backoff.ms'] * MILLISECOND;
    if (soonest > clock.now) this.#client.later(soonest - clock.now, () => this.#ask());
    else this.#ask();
  }

  #ask(): void {
    const { clock, cluster } = this.#client;
    this.#askedAt = clock.now;
    this.#again = false;
    const ids = [...cluster.brokers.keys()];
    const id = ids[this.#next % ids.length]!; // there is at least one broker
    const topics = [...this.#wanted];
    this.#client.ask<TopicMetadata>(
      id,
      '',
      topics.length * 16,
      (broker, respond) => respond(broker.metadata(topics), topics.length * 64),
      (answer) => this.#learn(answer),
      () => {
        this.#next++;
        this.#failures++;
        this.#client.later(this.#client.backoff(this.#failures), () => this.#ask());
      },
    );
  }

  #learn(answer: TopicMetadata): void {
    this.#asking = false;
    this.#failures = 0;
    let incomplete = this.#again;
    for (const [topic, states] of answer) {
      if (!states) {
        incomplete = true;
        continue;
      }
      const known = this.#topics.get(topic);
      // A broker may be behind: what is known of a later leader is not given up for it.
      this.#topics.set(
        topic,
        states.map((state, i) => {
          const before = known?.[i];
          return before && before.leaderEpoch > state.leaderEpoch ? before : state;
        }),
      );
      if (states.some(({ leader }) => leader === NO_LEADER)) incomplete = true;
    }
    this.#expire();
    this.#changed();
    if (incomplete) {
      this.#next++; // another broker may know better
      this.refresh();
    }
  }

  #expire(): void {
    const { clock, settings } = this.#client;
    if (this.#timer !== null) clock.cancel(this.#timer);
    this.#timer = this.#client.later(settings['metadata.max.age.ms'] * MILLISECOND, () => {
      this.#timer = null;
      this.refresh();
    });
  }
}
