import type { Micros } from '../../../sim/kernel/time.ts';
import type { World } from '../../../sim/world/schema/world.ts';
import type { Role } from '../../theme/theme.ts';
import type { TopologyNode } from '../map/topology.ts';
import type { NodeHistory } from './nodes.ts';

/** How a node is, in a word for a person. */
export type Health = 'fine' | 'slow' | 'failing' | 'full' | 'hurt' | 'down';

/** A node at a moment, in numbers. */
export interface NodeState {
  readonly node: TopologyNode;
  readonly health: Health;
  /** `slow 2.1 s`, `1 of 2 down`; empty while it is fine. */
  readonly word: string;
  /** Requests or messages in somebody's hands, and those that wait. */
  readonly working: number;
  readonly waiting: number;
  /** Of a topic, what its groups have yet to commit, by partition; else null. */
  readonly lags: readonly number[] | null;
  /** Workers over all replicas that are up; null where there are so many that they never matter. */
  readonly workers: number | null;
  readonly replicas: number;
  readonly down: number;
  /** Replicas that some caller's sidecar has ejected, and those that run a newer version than the first. */
  readonly ejected: number;
  readonly newer: number;
  /** What it did in the last second or so, per second. */
  readonly rate: number;
  /** Share of that which failed, 0 to 1. */
  readonly failing: number;
  /** Median time that one took lately; null where none ended. */
  readonly median: Micros | null;
}

/** What counts as lately. */
const LATELY: Micros = 2_000_000;
/** More workers than this are as good as any number: outside partners are written so. */
const PLENTY = 1_000;
/** So many times its usual time is slow, if it is also so much longer. */
const SLOW_FACTOR = 3;
const SLOW_AT_LEAST: Micros = 30_000;
/** A share of failures that is worth a word, of at least so many answers. */
const FAILING_SHARE = 0.1;
const FEW = 3;

export const HEALTH_ROLE: Readonly<Record<Health, Role>> = {
  fine: 'edge',
  slow: 'warn',
  failing: 'warn',
  full: 'bad',
  hurt: 'warn',
  down: 'bad',
};

/** Times as short as they can be said: `40µs`, `320ms`, `2.1s`. */
export function shortTime(time: Micros): string {
  if (time < 1_000) return `${Math.round(time)}µs`;
  if (time < 999_500) return `${Math.round(time / 1_000)}ms`;
  const seconds = time / 1_000_000;
  return seconds < 9.95 ? `${seconds.toFixed(1)}s` : `${Math.round(seconds)}s`;
}

/** A share in percent, as short as it can be said; 0 and 100 only where they are exact. */
export function shortShare(share: number): string {
  const percent = Math.round(share * 100);
  if (percent === 0 && share > 0) return '<1%';
  return percent === 100 && share < 1 ? '>99%' : `${percent}%`;
}

/** Settings of a node in its world; undefined for clients, queues, and what came later. */
export const settingsOf = ({ services, externals }: World, id: string) => services[id] ?? externals[id];

/** The state of a node once a record has happened, at a time. */
export function stateOf(
  history: NodeHistory,
  world: World,
  usual: Micros | null,
  lags: readonly number[] | null,
  record: number,
  at: Micros,
): NodeState {
  const { node, served, failed } = history;
  const from = at - LATELY;
  const settings = settingsOf(world, node.id);
  const replicas = history.replicas.at(record);
  const down = Math.max(0, history.down.at(record));
  const ejected = history.instances?.ejected.at(record) ?? 0;
  const newer = history.instances?.newer.at(record) ?? 0;
  const working = Math.max(0, history.working.at(record));
  const waiting = Math.max(0, history.waiting.at(record));
  const each = settings?.workers ?? PLENTY;
  const workers = each >= PLENTY ? null : each * Math.max(0, replicas - down);
  const good = served.count(from, at);
  const bad = failed.count(from, at);
  const ended = node.kind === 'client' || node.kind === 'queue' ? good + bad : Math.max(good, bad);
  const failing = ended === 0 ? 0 : Math.min(1, bad / ended);
  const median = node.kind === 'queue' ? null : served.quantile(0.5, from, at);
  const seconds = Math.min(LATELY, Math.max(at, 1)) / 1_000_000;
  const state = {
    node,
    working,
    waiting,
    lags,
    workers,
    replicas,
    down,
    ejected,
    newer,
    rate: ended / seconds,
    failing,
    median,
  };
  return { ...state, ...diagnosis(state, bad, usual) };
}

function diagnosis(
  {
    node,
    working,
    waiting,
    workers,
    replicas,
    down,
    ejected,
    failing,
    median,
  }: Omit<NodeState, 'health' | 'word'>,
  bad: number,
  usual: Micros | null,
): { readonly health: Health; readonly word: string } {
  if (node.kind === 'queue') return { health: 'fine', word: '' };
  if (down > 0 && down >= replicas) return { health: 'down', word: 'down' };
  if (workers !== null && waiting > 0 && working >= workers) return { health: 'full', word: 'full' };
  if (bad >= FEW && failing >= FAILING_SHARE)
    return { health: 'failing', word: `${shortShare(failing)} fail` };
  if (down > 0) return { health: 'hurt', word: `${down} of ${replicas} down` };
  if (ejected > 0) return { health: 'hurt', word: `${ejected} of ${replicas} ejected` };
  const slow =
    median !== null && usual !== null && median >= usual * SLOW_FACTOR && median - usual >= SLOW_AT_LEAST;
  return slow ? { health: 'slow', word: `slow ${shortTime(median)}` } : { health: 'fine', word: '' };
}
