import type { Micros } from '../../../kernel/time.ts';
import type { Client } from '../client.ts';
import type { ClientMetadata } from '../client-metadata.ts';
import { MILLISECOND, NO_TIMER } from '../clock.ts';
import type { CoordinatorLink } from '../coordinator-link.ts';
import { type ErrorCode, isRetriable } from '../errors.ts';
import { nameOf, type TopicPartition } from '../events.ts';
import type { RebalanceProtocol } from '../group/assignors/assignor.ts';
import { assignors } from '../group/assignors/index.ts';
import type { JoinAnswer, MemberIdentity, MemberProtocol, SyncAnswer } from '../group/requests.ts';
import type { ConsumerSettings } from './settings.ts';

/** What a membership asks of its consumer. */
export interface MembershipHost {
  /** Partitions that it has now. */
  owned(): readonly TopicPartition[];
  /** It has to give these up; `done` when it has. */
  revoke(partitions: readonly TopicPartition[], done: () => void): void;
  /** These are no longer its own, and it is too late to do anything about it. */
  lose(): void;
  /** It has exactly these from now on. */
  assign(partitions: readonly TopicPartition[]): void;
  /** There is something to do in the next `poll`, or in the present one. */
  wake(): void;
}

/** A consumer's part in its group: it joins, shows that it lives, and leaves (`ConsumerCoordinator`). */
export class Membership {
  readonly #client: Client;
  readonly #settings: ConsumerSettings;
  readonly #metadata: ClientMetadata;
  readonly #link: CoordinatorLink;
  readonly #host: MembershipHost;
  readonly #group: string;
  readonly #protocol: RebalanceProtocol;
  topics: readonly string[] = [];
  #member = '';
  #generation = -1;
  #joined = false;
  #rejoin = true;
  #busy = false;
  /** Counts tries to join: what belongs to an earlier one means nothing. */
  #round = 0;
  /** An assignment that is taken over in the next poll. */
  #received: readonly TopicPartition[] | null = null;
  #lost = false;
  #heartbeat = NO_TIMER;
  #pollTimer = NO_TIMER;
  #polledAt: Micros = 0;
  #heardAt: Micros = 0;
  #attempts = 0;

  constructor(
    client: Client,
    settings: ConsumerSettings,
    metadata: ClientMetadata,
    link: CoordinatorLink,
    host: MembershipHost,
  ) {
    this.#client = client;
    this.#settings = settings;
    this.#metadata = metadata;
    this.#link = link;
    this.#host = host;
    this.#group = settings['group.id'] ?? '';
    const all = settings['partition.assignment.strategy'].map((name) => assignors[name].protocols);
    this.#protocol = all.every((protocols) => protocols.includes('cooperative')) ? 'cooperative' : 'eager';
  }

  get identity(): MemberIdentity {
    const instance = this.#settings['group.instance.id'];
    return { group: this.#group, member: this.#member, instance, generation: this.#generation };
  }

  /** The application polls: its next time to do so counts from now. */
  polled(): void {
    const { clock } = this.#client;
    this.#polledAt = clock.now;
    if (this.#pollTimer === NO_TIMER) this.#watchPolls();
  }

  /** In a poll: does what is due. True while partitions may not be read, since they are being divided. */
  advance(): boolean {
    if (this.#lost) {
      this.#lost = false;
      this.#host.lose();
    }
    if (this.#received !== null && !this.#busy) this.#takeOver(this.#received);
    if (this.#rejoin && !this.#busy) this.#prepare();
    return this.#protocol === 'eager' && (this.#busy || !this.#joined);
  }

  /** The subscription or the topics have changed. */
  requestRejoin(): void {
    this.#rejoin = true;
    this.#host.wake();
  }

  /** Leaves in an orderly way; a static member just goes, and keeps its place for its session. */
  leave(reason: 'closed' | 'max.poll.interval.ms exceeded', done: () => void = () => {}): void {
    const { member, group, instance } = this.identity;
    this.#stopHeartbeat();
    if (reason === 'closed') this.#client.clock.cancel(this.#pollTimer);
    if (member === '' || instance !== null) {
      this.#forget();
      done();
      return;
    }
    this.#forget();
    this.#link.ask<ErrorCode | null>(
      64,
      (broker, respond) => respond(this.#client.cluster.groupsOn(broker.id).leave(group, member, reason), 32),
      (error) => error,
      done,
      done,
    );
  }

  /** The coordinator does not know `who`, member of a generation: if it still is that, its partitions are another's. */
  fenced(error: ErrorCode, who: MemberIdentity): void {
    if (who.member !== this.#member || who.generation !== this.#generation) return; // news of the past
    if (error === 'REBALANCE_IN_PROGRESS') {
      this.requestRejoin();
      return;
    }
    if (error === 'FENCED_INSTANCE_ID') {
      this.#stopHeartbeat(); // another process has its place, for good
      return;
    }
    if (error === 'UNKNOWN_MEMBER_ID') this.#member = '';
    this.#generation = -1;
    this.#joined = false;
    this.#received = null;
    this.#busy = false;
    this.#round++;
    this.#lost = true;
    this.requestRejoin();
  }

  #forget(): void {
    this.#member = '';
    this.#generation = -1;
    this.#joined = false;
    this.#rejoin = true;
    this.#busy = false;
    this.#round++;
    this.#received = null;
  }

  #watchPolls(): void {
    const { clock } = this.#client;
    const due = this.#polledAt + this.#settings['max.poll.interval.ms'] * MILLISECOND;
    this.#pollTimer = this.#client.later(Math.max(0, due - clock.now), () => {
      this.#pollTimer = NO_TIMER;
      const late = clock.now - this.#polledAt >= this.#settings['max.poll.interval.ms'] * MILLISECOND;
      if (!late) this.#watchPolls();
      else if (this.#member !== '') {
        this.#lost = true;
        this.leave('max.poll.interval.ms exceeded');
      }
    });
  }

  /** Gives up what has to be given up before it joins. */
  #prepare(): void {
    const round = ++this.#round;
    const join = (): void => {
      if (round === this.#round) this.#join();
    };
    this.#busy = true;
    this.#rejoin = false;
    const owned = this.#host.owned();
    const going =
      this.#protocol === 'eager' ? owned : owned.filter(({ topic }) => !this.topics.includes(topic));
    if (going.length === 0) join();
    else this.#host.revoke(going, join);
  }

  #join(): void {
    const settings = this.#settings;
    const round = this.#round;
    const { member, group, instance } = this.identity;
    const rebalance = settings['max.poll.interval.ms'];
    const protocols: MemberProtocol[] = settings['partition.assignment.strategy'].map((name) => ({
      name,
      metadata: { topics: this.topics, owned: this.#host.owned(), generation: this.#generation },
    }));
    this.#link.ask<JoinAnswer>(
      128,
      (broker, respond) =>
        this.#client.cluster.groupsOn(broker.id).join(
          {
            group,
            member,
            instance,
            client: settings['client.id'],
            'session.timeout.ms': settings['session.timeout.ms'],
            'rebalance.timeout.ms': rebalance,
            protocols,
          },
          (answer) => respond(answer, 64 + 64 * answer.members.length),
        ),
      ({ error }) => error,
      (answer) => {
        if (round === this.#round) this.#joinAnswered(answer);
      },
      (error) => this.#again(error, round),
      Math.max(settings['request.timeout.ms'], rebalance + 5_000) * MILLISECOND,
    );
  }

  #joinAnswered(answer: JoinAnswer): void {
    const { error, member, generation, protocol, leader, members } = answer;
    const round = this.#round;
    if (error === 'MEMBER_ID_REQUIRED') {
      this.#member = member;
      this.#join();
      return;
    }
    if (error !== null) {
      this.#again(error, round);
      return;
    }
    this.#member = member;
    this.#generation = generation;
    this.#beat();
    const counts = new Map<string, number>();
    if (leader === member && protocol !== null)
      for (const topic of new Set(members.flatMap(({ topics }) => topics))) {
        const partitions = this.#metadata.partitions(topic);
        if (partitions) counts.set(topic, partitions.length);
      }
    const assignments =
      leader === member && protocol !== null ? assignors[protocol].assign(counts, members) : new Map();
    const who = this.identity;
    this.#link.ask<SyncAnswer>(
      64 + 64 * assignments.size,
      (broker, respond) =>
        this.#client.cluster
          .groupsOn(broker.id)
          .sync({ ...who, assignments }, (synced) => respond(synced, 32 + 16 * synced.assignment.length)),
      (synced) => synced.error,
      (synced) => {
        if (round !== this.#round) return;
        if (synced.error !== null) {
          this.#again(synced.error, round);
          return;
        }
        this.#attempts = 0;
        this.#busy = false;
        this.#joined = true;
        this.#received = synced.assignment;
        this.#host.wake();
      },
      (failed) => this.#again(failed, round),
      Math.max(this.#settings['request.timeout.ms'], this.#settings['max.poll.interval.ms'] + 5_000) *
        MILLISECOND,
    );
  }

  /** Joins again, at once or after a while, as whoever it still is. */
  #again(error: ErrorCode, round: number): void {
    if (round !== this.#round) return;
    if (error === 'UNKNOWN_MEMBER_ID' || error === 'ILLEGAL_GENERATION') {
      if (error === 'UNKNOWN_MEMBER_ID') this.#member = '';
      if (this.#generation >= 0) this.#lost = true;
      this.#generation = -1;
    }
    const soon =
      error === 'REBALANCE_IN_PROGRESS' || error === 'UNKNOWN_MEMBER_ID' || error === 'ILLEGAL_GENERATION';
    if (!soon && !isRetriable(error)) {
      this.#busy = false; // such as FENCED_INSTANCE_ID: another has taken its place for good
      this.#stopHeartbeat();
      return;
    }
    this.#client.later(soon ? 0 : this.#client.backoff(++this.#attempts), () => {
      if (round !== this.#round) return;
      this.#busy = false;
      this.#rejoin = true;
      this.#host.wake();
    });
  }

  /** The round is over. What it has to give up in a cooperative one, it gives up now, and joins once more. */
  #takeOver(assignment: readonly TopicPartition[]): void {
    this.#received = null;
    const mine = new Set(assignment.map(nameOf));
    const going = this.#host.owned().filter((partition) => !mine.has(nameOf(partition)));
    if (going.length === 0) {
      this.#host.assign(assignment);
      return;
    }
    this.#busy = true;
    const round = this.#round;
    this.#host.revoke(going, () => {
      if (round !== this.#round) return;
      this.#busy = false;
      this.#host.assign(assignment);
      this.requestRejoin();
    });
  }

  #beat(): void {
    const { clock } = this.#client;
    this.#stopHeartbeat();
    this.#heardAt = clock.now;
    this.#nextBeat();
  }

  #nextBeat(): void {
    this.#heartbeat = this.#client.later(this.#settings['heartbeat.interval.ms'] * MILLISECOND, () => {
      this.#sendHeartbeat();
      this.#nextBeat();
    });
  }

  #sendHeartbeat(): void {
    const { clock, cluster } = this.#client;
    const who = this.identity;
    if (clock.now - this.#heardAt > this.#settings['session.timeout.ms'] * MILLISECOND) this.#link.lost();
    this.#link.ask<ErrorCode | null>(
      32,
      (broker, respond) => respond(cluster.groupsOn(broker.id).heartbeat(who), 16),
      (error) => error,
      (error) => {
        if (error === null || error === 'REBALANCE_IN_PROGRESS') this.#heardAt = clock.now;
        if (error === null || isRetriable(error) || this.#busy) return;
        this.fenced(error, who);
      },
      () => {},
      this.#settings['session.timeout.ms'] * MILLISECOND,
    );
  }

  #stopHeartbeat(): void {
    this.#client.clock.cancel(this.#heartbeat);
    this.#heartbeat = NO_TIMER;
  }
}
