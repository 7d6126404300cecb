import type { Micros } from '../../../kernel/time.ts';
import { type Clock, MILLISECOND, NO_TIMER } from '../clock.ts';
import { Connection, type Respond, type Server } from '../connection.ts';
import type { ErrorCode } from '../errors.ts';
import { type KafkaObserver, nameOf, type TopicPartition } from '../events.ts';
import type { DraftBatch } from '../log/batch.ts';
import type { EpochEnd } from '../log/epochs.ts';
import type { BrokerSettings } from '../settings.ts';
import type { Host, Wire } from '../wire.ts';
import type { Controller } from './controller.ts';
import { ControllerClient } from './controller-client.ts';
import { DelayedFetch, epochError, type FetchAnswer, type FetchRequest } from './delayed-fetch.ts';
import { Disk } from './disk.ts';
import { Fetcher } from './fetcher.ts';
import { type Acks, type Appended, type LeaderHost, Leadership } from './leadership.ts';
import { LogManager } from './log-manager.ts';
import { type MetadataChange, MetadataImage, type PartitionState, type TopicConfigs } from './metadata.ts';
import { type Quota, QuotaMeter } from './quota.ts';
import { Replica } from './replica.ts';

/** What all brokers of a cluster share. */
export interface BrokerContext {
  readonly clock: Clock;
  readonly wire: Wire;
  readonly settings: BrokerSettings;
  readonly observer: KafkaObserver;
  readonly configs: TopicConfigs;
  readonly controller: Controller;
  readonly brokers: ReadonlyMap<number, Broker>;
  /** Makes a topic, with defaults, that a client has asked for. */
  readonly autoCreate: (topic: string) => void;
  readonly nextProducerId: () => number;
  /** By `client.id`. */
  readonly quotas: ReadonlyMap<string, Quota>;
  /** The write of one batch to a broker's disk. */
  readonly diskWrite: Micros;
}

export interface ProducePart extends TopicPartition {
  readonly draft: DraftBatch;
}

export interface ProduceRequest {
  readonly client: string;
  readonly acks: Acks;
  readonly timeout: Micros;
  readonly parts: readonly ProducePart[];
}

/** What clients are told of partitions; null for a topic that is not known. */
export type TopicMetadata = ReadonlyMap<string, readonly PartitionState[] | null>;

export interface ProducedPart extends TopicPartition, Appended {}

/** Something on a broker that follows the leadership of an internal topic's partitions: a coordinator. */
export interface LeadershipListener {
  elected(replica: Replica): void;
  resigned(replica: Replica): void;
  /** A transaction has ended in the partition. */
  marked?(replica: Replica, marker: DraftBatch): void;
}

/** How long a marker may wait for the replicas. */
const MARKER_TIMEOUT: Micros = 30_000 * MILLISECOND;

/** One broker: its replicas, what it knows of the cluster, and how it answers clients. */
export class Broker implements Server, LeaderHost {
  readonly id: number;
  readonly host: Host;
  readonly context: BrokerContext;
  readonly connections = new Set<Connection>();
  readonly replicas = new Map<string, Replica>();
  readonly disk: Disk;
  /** Partitions that a fault keeps it from copying. */
  readonly held = new Set<string>();
  readonly listeners: LeadershipListener[] = [];
  readonly logs = new LogManager(this);
  image = new MetadataImage();
  #up = true;
  /** Counts its lives. */
  #life = 0;
  readonly #fetchers = new Map<number, Fetcher>();
  readonly #controller: ControllerClient;
  readonly #meters = new Map<string, QuotaMeter>();
  #lagTimer = NO_TIMER;

  constructor(id: number, context: BrokerContext) {
    this.id = id;
    this.host = { name: `broker-${id}` };
    this.context = context;
    this.disk = new Disk(context.clock, context.diskWrite, id);
    this.#controller = new ControllerClient(this, context.controller);
  }

  get up(): boolean {
    return this.#up;
  }

  get clock(): Clock {
    return this.context.clock;
  }

  get settings(): BrokerSettings {
    return this.context.settings;
  }

  get observer(): KafkaObserver {
    return this.context.observer;
  }

  /** Begins to live: registers with the controller, and learns from it what it has to do. */
  start(): void {
    this.#up = true;
    this.#life++;
    this.image = new MetadataImage();
    this.#controller.start();
    this.logs.start();
    this.#watchLag();
  }

  /** Learns at once what was decided before time began. */
  sync(): void {
    this.#controller.sync();
  }

  /** Ends at once, as after `kill -9`: what is in memory is gone, logs stay. */
  stop(): void {
    this.#up = false;
    this.clock.cancel(this.#lagTimer);
    this.#controller.stop();
    this.logs.stop();
    for (const fetcher of this.#fetchers.values()) fetcher.stop();
    this.#fetchers.clear();
    for (const replica of this.replicas.values()) this.#resign(replica);
    for (const connection of [...this.connections]) connection.reset();
  }

  /** Asks the controller to take its leaderships away, and ends once there are none. */
  shutDown(ended: () => void): void {
    this.#controller.shutDown(() => {
      if (!this.#up) return;
      this.stop();
      ended();
    });
  }

  connectTo(server: Server): Connection {
    return new Connection(this.clock, this.context.wire, this.host, server);
  }

  replica({ topic, partition }: TopicPartition): Replica | undefined {
    return this.replicas.get(`${topic}-${partition}`);
  }

  /** The replica of a partition that this broker leads, or why it cannot be used. */
  led(partition: TopicPartition): Replica | ErrorCode {
    const replica = this.replica(partition);
    if (!replica)
      return this.image.partitions.has(nameOf(partition))
        ? 'NOT_LEADER_OR_FOLLOWER'
        : 'UNKNOWN_TOPIC_OR_PARTITION';
    return replica.leadership ? replica : 'NOT_LEADER_OR_FOLLOWER';
  }

  /** What this broker knows of topics, which need not be the newest. */
  metadata(topics: readonly string[]): TopicMetadata {
    const found = new Map<string, readonly PartitionState[] | null>();
    for (const topic of topics) {
      const known = this.image.topics.get(topic);
      if (!known && this.settings['auto.create.topics.enable']) this.context.autoCreate(topic);
      found.set(topic, known ? [...known] : null);
    }
    return found;
  }

  /** Takes batches of several partitions; answers when all are as safe as `acks` asks for. */
  produce(
    { client, acks, timeout, parts }: ProduceRequest,
    respond: (parts: readonly ProducedPart[], mute?: Micros) => void,
  ): void {
    const life = this.#life;
    const mute = this.#throttle(
      client,
      'producer_byte_rate',
      parts.reduce((sum, { draft }) => sum + draft.bytes, 0),
    );
    this.disk.write(parts.length, () => {
      if (!this.#up || life !== this.#life) return;
      const answers: ProducedPart[] = [];
      let open = parts.length;
      for (const [i, { topic, partition, draft }] of parts.entries()) {
        const done = ({ error, baseOffset }: Appended): void => {
          answers[i] = { topic, partition, error, baseOffset };
          if (--open === 0) respond(answers, mute);
        };
        const replica = this.led({ topic, partition });
        if (typeof replica === 'string') done({ error: replica, baseOffset: -1 });
        else replica.leadership?.append(draft, acks, timeout, done);
      }
    });
  }

  /** Ends a transaction in one partition; who keeps offsets in it is told. */
  writeMarker(partition: TopicPartition, draft: DraftBatch, done: (error: ErrorCode | null) => void): void {
    const replica = this.led(partition);
    if (typeof replica === 'string') {
      done(replica);
      return;
    }
    replica.leadership?.append(draft, -1, MARKER_TIMEOUT, ({ error }) => {
      if (error === null) for (const listener of this.listeners) listener.marked?.(replica, draft);
      done(error);
    });
  }

  /** Answers a consumer or a follower, at the latest after `fetch.max.wait.ms`. */
  fetch(request: FetchRequest, respond: Respond<FetchAnswer>): void {
    const replicas = request.parts.map((part) => this.replica(part));
    if (request.follower !== null)
      for (const [i, { offset, lastEpoch }] of request.parts.entries()) {
        const replica = replicas[i];
        // A follower whose log is another's from some offset on has nothing yet that counts.
        if (replica?.leadership && lastEpoch !== null && agrees(replica, offset, lastEpoch))
          replica.leadership.followerAt(request.follower, offset);
      }
    const fetch = new DelayedFetch(this.clock, request, replicas, (answer) => {
      const { follower, client } = request;
      const mute = follower === null ? this.#throttle(client, 'consumer_byte_rate', answer.bytes) : 0;
      respond(answer, answer.bytes, mute);
    });
    fetch.start();
  }

  /** Where the log that this broker leads leaves an epoch (`OffsetsForLeaderEpoch`), or why it cannot say. */
  endOfEpoch(partition: TopicPartition, believed: number, epoch: number): EpochEnd | ErrorCode {
    const replica = this.led(partition);
    if (typeof replica === 'string') return replica;
    const error = epochError(believed, replica.state.leaderEpoch);
    return error ?? replica.log.epochs.endOf(epoch, replica.log.endOffset);
  }

  alterIsr(
    state: PartitionState,
    isr: readonly number[],
    answered: (state: PartitionState | null) => void,
  ): void {
    this.#controller.alterIsr(state, isr, answered);
  }

  /** For the controller's client: an entry of the metadata log. */
  learn(change: MetadataChange): void {
    if (!this.image.apply(change) || change.kind === 'broker') return;
    const { state } = change;
    if (!state.replicas.includes(this.id)) return;
    let replica = this.replica(state);
    if (!replica) {
      const settings = this.context.configs.get(state.topic);
      if (!settings) throw new Error(`topic ${state.topic} has no settings`);
      replica = new Replica(state, settings);
      this.replicas.set(replica.key, replica);
    }
    this.#follow(replica, state);
  }

  /** A fault holds up, or lets go on, what this broker copies of a partition. */
  hold(key: string, held: boolean): void {
    if (held) this.held.add(key);
    else this.held.delete(key);
    const replica = this.replicas.get(key);
    if (!held && replica && !replica.leadership) this.#fetchers.get(replica.state.leader)?.add(replica);
  }

  #follow(replica: Replica, state: PartitionState): void {
    const { leader: before } = replica.state;
    const { leadership } = replica;
    replica.state = state;
    if (leadership && leadership.epoch === state.leaderEpoch) {
      leadership.stateChanged(state);
      return;
    }
    this.#resign(replica);
    if (before !== state.leader) this.#fetchers.get(before)?.remove(replica);
    if (state.leader === this.id) {
      replica.leadership = new Leadership(this, replica);
      for (const listener of this.listeners) listener.elected(replica);
      replica.wake();
      return;
    }
    const leader = this.context.brokers.get(state.leader);
    if (!leader) return;
    let fetcher = this.#fetchers.get(leader.id);
    if (!fetcher) {
      fetcher = new Fetcher(this, leader);
      this.#fetchers.set(leader.id, fetcher);
    }
    fetcher.add(replica);
  }

  #resign(replica: Replica): void {
    const { leadership } = replica;
    if (!leadership) return;
    replica.leadership = null;
    leadership.end();
    for (const listener of this.listeners) listener.resigned(replica);
    replica.wake();
  }

  /** How long a client's connection is to be held up; what it sent or fetched is done nevertheless. */
  #throttle(client: string, which: keyof Quota, bytes: number): Micros {
    const limit = this.context.quotas.get(client)?.[which];
    if (limit === undefined) return 0;
    const key = `${which}/${client}`;
    let meter = this.#meters.get(key);
    if (!meter) {
      meter = new QuotaMeter(this.settings);
      this.#meters.set(key, meter);
    }
    const wait = meter.count(bytes, limit, this.clock.now);
    if (wait > 0) this.observer.throttled?.(client, this.id, wait);
    return wait;
  }

  /** `isr-expiration`: twice in each `replica.lag.time.max.ms`. */
  #watchLag(): void {
    const period = (this.settings['replica.lag.time.max.ms'] * MILLISECOND) / 2;
    this.#lagTimer = this.clock.after(period, () => {
      for (const { leadership } of this.replicas.values()) leadership?.checkLag();
      this.#watchLag();
    });
  }
}

/** Whether a follower's log is a beginning of the leader's. */
function agrees({ log }: Replica, offset: number, lastEpoch: number): boolean {
  if (offset > log.endOffset) return false;
  if (lastEpoch < 0) return true;
  const { epoch, endOffset } = log.epochs.endOf(lastEpoch, log.endOffset);
  return epoch === lastEpoch && endOffset >= offset;
}
