import { nameOf, type TopicPartition } from '../events.ts';
import type { TopicSettings } from '../settings.ts';

/** Stands for no leader. */
export const NO_LEADER = -1;

/** What the controller has decided about one partition. */
export interface PartitionState extends TopicPartition {
  /** Brokers that hold a copy; the first is the preferred leader. */
  readonly replicas: readonly number[];
  /** In-sync replicas. */
  readonly isr: readonly number[];
  /** Eligible leader replicas: out of sync by now, but they have every committed record (KIP-966). */
  readonly elr: readonly number[];
  readonly leader: number;
  readonly lastKnownLeader: number;
  /** Rises with each new leader. */
  readonly leaderEpoch: number;
  /** Rises with each change. */
  readonly partitionEpoch: number;
}

/** One entry of the metadata log. */
export type MetadataChange =
  | { readonly kind: 'partition'; readonly state: PartitionState }
  | { readonly kind: 'broker'; readonly id: number; readonly fenced: boolean };

/** What one broker has learnt of the metadata log so far. */
export class MetadataImage {
  readonly partitions = new Map<string, PartitionState>();
  /** Partitions in the order of their numbers, by topic. */
  readonly topics = new Map<string, PartitionState[]>();
  readonly fenced = new Set<number>();

  /** Takes an entry in, unless what is known is newer; true if it changed anything. */
  apply(change: MetadataChange): boolean {
    if (change.kind === 'broker') {
      if (change.fenced) this.fenced.add(change.id);
      else this.fenced.delete(change.id);
      return true;
    }
    const { state } = change;
    const key = nameOf(state);
    const known = this.partitions.get(key);
    if (known && known.partitionEpoch >= state.partitionEpoch) return false;
    this.partitions.set(key, state);
    let all = this.topics.get(state.topic);
    if (!all) {
      all = [];
      this.topics.set(state.topic, all);
    }
    all[state.partition] = state;
    return true;
  }
}

/** The settings of all topics; a change of them reaches every broker at once. */
export type TopicConfigs = Map<string, TopicSettings>;

/** `min.insync.replicas`, as far as there are replicas. */
export const minIsrOf = (state: PartitionState, settings: TopicSettings): number =>
  Math.min(settings['min.insync.replicas'], state.replicas.length);
