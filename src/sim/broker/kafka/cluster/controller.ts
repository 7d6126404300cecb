import { type Clock, MILLISECOND, NO_TIMER } from '../clock.ts';
import { Connection, type Server } from '../connection.ts';
import { type ElectionKind, type KafkaObserver, nameOf, type TopicPartition } from '../events.ts';
import type { BrokerSettings } from '../settings.ts';
import type { Host, Wire } from '../wire.ts';
import type { Broker } from './broker.ts';
import { elect } from './election.ts';
import { type MetadataChange, NO_LEADER, type PartitionState, type TopicConfigs } from './metadata.ts';

export interface Heartbeat {
  readonly id: number;
  /** Which of its lives the broker is in. */
  readonly incarnation: number;
  /** Entries of the metadata log that it has. */
  readonly applied: number;
  /** It wants to shut down. */
  readonly leaving: boolean;
  /** Tells the broker of a new entry; runs at the broker. */
  readonly pushed: (index: number) => void;
}

/** Entries that the broker lacks are those from `from` up to but excluding `to`. */
export interface HeartbeatAnswer {
  readonly from: number;
  readonly to: number;
  readonly fenced: boolean;
  readonly mayLeave: boolean;
}

interface Registration {
  readonly broker: Broker;
  readonly push: Connection;
  incarnation: number;
  fenced: boolean;
  leaving: boolean;
  timer: number;
  pushed: ((index: number) => void) | null;
}

/**
 * The KRaft controller: decides who leads each partition and who is in sync, and writes it into the metadata log.
 *
 * It stands for the whole quorum, which is taken to be alive always; but a broker can lose the way to it.
 */
export class Controller implements Server {
  readonly host: Host = { name: 'controller' };
  readonly up = true;
  readonly connections = new Set<Connection>();
  readonly changes: MetadataChange[] = [];
  readonly partitions = new Map<string, PartitionState>();
  readonly #brokers = new Map<number, Registration>();
  readonly #clock: Clock;
  readonly #wire: Wire;
  readonly #settings: BrokerSettings;
  readonly #observer: KafkaObserver;
  readonly #configs: TopicConfigs;

  constructor(
    clock: Clock,
    wire: Wire,
    settings: BrokerSettings,
    observer: KafkaObserver,
    configs: TopicConfigs,
  ) {
    this.#clock = clock;
    this.#wire = wire;
    this.#settings = settings;
    this.#observer = observer;
    this.#configs = configs;
    if (settings['auto.leader.rebalance.enable']) this.#rebalanceLeaders();
  }

  /** Takes a broker into the cluster, unfenced, as if it had been there for long. */
  register(broker: Broker): void {
    const push = new Connection(this.#clock, this.#wire, this.host, broker);
    this.#brokers.set(broker.id, {
      broker,
      push,
      incarnation: 1,
      fenced: false,
      leaving: false,
      timer: NO_TIMER,
      pushed: null,
    });
    this.#expect(broker.id);
  }

  /** Whether a broker may lead and be in sync. */
  active(id: number): boolean {
    const known = this.#brokers.get(id);
    return known !== undefined && !known.fenced && !known.leaving;
  }

  /** Writes the partitions of a new topic. */
  create(states: readonly PartitionState[]): void {
    for (const state of states) {
      this.#write(state);
      this.#observer.created?.(state, state.leader, state.replicas);
    }
  }

  heartbeat({ id, incarnation, applied, leaving, pushed }: Heartbeat): HeartbeatAnswer {
    const known = this.#registration(id);
    known.pushed = pushed;
    if (known.incarnation !== incarnation) this.#reborn(known, incarnation);
    this.#expect(id);
    if (leaving && !known.leaving) {
      known.leaving = true;
      this.#retire(id);
    }
    const to = this.changes.length;
    if (known.fenced && !known.leaving && applied === to) this.#unfence(known);
    const leads = [...this.partitions.values()].some(({ leader }) => leader === id);
    const mayLeave = known.leaving && !leads;
    if (mayLeave) this.#fence(id);
    return { from: applied, to: this.changes.length, fenced: known.fenced, mayLeave };
  }

  /** A leader asks for another ISR; null if it may not have it. */
  alterIsr(broker: number, seen: PartitionState, isr: readonly number[]): PartitionState | null {
    const state = this.#state(seen);
    if (state.leader !== broker || state.leaderEpoch !== seen.leaderEpoch) return null;
    if (state.partitionEpoch !== seen.partitionEpoch) return state;
    if (!isr.includes(broker)) return null;
    if (isr.some((id) => !state.isr.includes(id) && !this.active(id))) return null;
    this.#change(state, { isr });
    return this.#state(seen);
  }

  /** Makes a certain broker, or any that can, the leader: `kafka-leader-election.sh`. False if it may not be. */
  elect(partition: TopicPartition, how: 'preferred' | 'unclean'): boolean {
    const state = this.#state(partition);
    if (how === 'preferred') {
      const [first = NO_LEADER] = state.replicas;
      if (state.leader === first || !state.isr.includes(first) || !this.active(first)) return false;
      this.#change(state, { leader: first }, 'preferred');
      return true;
    }
    if (state.leader !== NO_LEADER) return false;
    const found = elect(state, (id) => this.active(id), this.#elr, true);
    if (found.leader === NO_LEADER) return false;
    this.#change(state, found.changed, found.how);
    return true;
  }

  get #elr(): boolean {
    return this.#settings['eligible.leader.replicas.version'] === 1;
  }

  #registration(id: number): Registration {
    const known = this.#brokers.get(id);
    if (!known) throw new Error(`broker ${id} is not registered`);
    return known;
  }

  #state(partition: TopicPartition): PartitionState {
    const state = this.partitions.get(nameOf(partition));
    if (!state) throw new Error(`there is no partition ${nameOf(partition)}`);
    return state;
  }

  /** Fences a broker that is not heard of in time. */
  #expect(id: number): void {
    const known = this.#registration(id);
    this.#clock.cancel(known.timer);
    const patience = this.#settings['broker.session.timeout.ms'] * MILLISECOND;
    known.timer = this.#clock.timeout(patience, () => {
      if (known.fenced) return;
      this.#observer.brokerDown?.(id, 'fenced');
      this.#fence(id);
    });
  }

  #fence(id: number): void {
    const known = this.#registration(id);
    if (known.fenced) return;
    known.fenced = true;
    this.#append({ kind: 'broker', id, fenced: true });
    this.#retire(id);
  }

  #unfence(known: Registration): void {
    const { id } = known.broker;
    known.fenced = false;
    this.#append({ kind: 'broker', id, fenced: false });
    this.#observer.brokerUp?.(id);
    for (const state of [...this.partitions.values()])
      if (state.leader === NO_LEADER && state.replicas.includes(id)) this.#electFor(state, state);
  }

  /** A broker is back after a crash, perhaps before it was missed: it may have lost what it had not flushed. */
  #reborn(known: Registration, incarnation: number): void {
    const { id } = known.broker;
    const clean = known.leaving;
    this.#fence(id);
    known.incarnation = incarnation;
    known.leaving = false;
    if (clean || !this.#elr) return;
    for (const state of [...this.partitions.values()])
      if (state.elr.includes(id)) this.#change(state, { elr: state.elr.filter((each) => each !== id) });
  }

  /** Takes a broker's leaderships and its places in ISRs away. */
  #retire(id: number): void {
    for (const state of [...this.partitions.values()]) {
      if (state.leader !== id && !state.isr.includes(id)) continue;
      const rest = state.isr.filter((each) => each !== id);
      // Without eligible replicas the last in-sync one keeps its place: only it has every committed record.
      const isr = rest.length === 0 && !this.#elr ? state.isr : rest;
      if (state.leader === id) this.#electFor(state, { ...state, isr, leader: NO_LEADER });
      else this.#change(state, { isr });
    }
  }

  #electFor(before: PartitionState, after: PartitionState): void {
    const { isr } = after;
    const elr = this.#eligible(before, isr);
    const unclean = this.#configs.get(after.topic)?.['unclean.leader.election.enable'] ?? false;
    const found = elect({ ...after, elr }, (id) => this.active(id), this.#elr, unclean);
    if (found.leader === NO_LEADER && before.leader === NO_LEADER && isr === before.isr) return;
    this.#change(before, { isr, elr, leader: NO_LEADER, ...found.changed }, found.how);
  }

  /** Those who left an ISR that is too small still have all that is committed, since nothing is without them. */
  #eligible(
    { elr, isr: before, topic, replicas }: PartitionState,
    isr: readonly number[],
  ): readonly number[] {
    if (!this.#elr) return [];
    const least = Math.min(this.#configs.get(topic)?.['min.insync.replicas'] ?? 1, replicas.length);
    if (isr.length >= least) return [];
    return replicas.filter((id) => !isr.includes(id) && (elr.includes(id) || before.includes(id)));
  }

  #change(before: PartitionState, changed: Partial<PartitionState>, how: ElectionKind = 'clean'): void {
    const isr = changed.isr ?? before.isr;
    const leader = changed.leader ?? before.leader;
    const after: PartitionState = {
      ...before,
      elr: changed.isr ? this.#eligible(before, isr) : before.elr,
      ...changed,
      lastKnownLeader: leader === NO_LEADER ? before.lastKnownLeader : leader,
      leaderEpoch: leader === before.leader ? before.leaderEpoch : before.leaderEpoch + 1,
      partitionEpoch: before.partitionEpoch + 1,
    };
    this.#write(after);
    const gone = before.isr.filter((id) => !isr.includes(id));
    const joined = isr.filter((id) => !before.isr.includes(id));
    if (gone.length > 0) this.#observer.isrShrank?.(after, isr, gone);
    if (joined.length > 0) this.#observer.isrExpanded?.(after, isr, joined);
    if (leader !== before.leader)
      this.#observer.leaderChanged?.(after, leader, after.leaderEpoch, leader === NO_LEADER ? 'none' : how);
  }

  #write(state: PartitionState): void {
    this.partitions.set(nameOf(state), state);
    this.#append({ kind: 'partition', state });
  }

  #append(change: MetadataChange): void {
    const index = this.changes.push(change) - 1;
    for (const { push, pushed } of this.#brokers.values()) if (pushed) push.tell(128, () => pushed(index));
  }

  #rebalanceLeaders(): void {
    const period = this.#settings['leader.imbalance.check.interval.seconds'] * 1_000_000;
    this.#clock.after(period, () => {
      for (const state of [...this.partitions.values()]) this.elect(state, 'preferred');
      this.#rebalanceLeaders();
    });
  }
}
