import { lagOf } from '../../../scenarios/channels/topic.ts';
import type { Micros } from '../../../sim/kernel/time.ts';
import { KIND } from '../../../sim/kinds.ts';
import type { Run } from '../../../sim/run.ts';
import { type Topology, topologyOf } from '../map/topology.ts';
import { type NodeState, stateOf } from './health.ts';
import { Hops } from './hops.ts';
import { type Metric, metricsOf } from './metrics.ts';
import { type NodeHistory, nodeHistories } from './nodes.ts';
import { Places } from './places.ts';
import { Tally } from './tally.ts';

/** What a circuit breaker between two nodes does. */
export type BreakerState = 'open' | 'half-open' | 'closed';

/** A run as it can be drawn: read off the record once, then asked for any moment. */
export class Scene {
  readonly run: Run;
  readonly topology: Topology;
  readonly places: Places;
  readonly hops: Hops;
  readonly metrics: readonly Metric[];
  readonly histories: readonly NodeHistory[];
  readonly #usual: readonly (Micros | null)[];
  /** By link, and there by replica: each has a breaker of its own. */
  readonly #breakers = new Map<string, Map<string, { record: number; state: BreakerState }[]>>();
  readonly #traffic = new Map<string, Tally>();

  constructor(run: Run) {
    this.run = run;
    this.topology = topologyOf(run);
    this.places = new Places(run, this.topology);
    this.histories = nodeHistories(run, this.topology.nodes, this.places);
    this.hops = new Hops(run, this.places);
    this.metrics = metricsOf(run, this.histories);
    this.#usual = this.histories.map((history) => usualTime(history, run.until));
    this.#readLinks();
  }

  /** How each node is, once a record has happened. */
  states(record: number, at: Micros): NodeState[] {
    return this.histories.map((history, i) => {
      const { id, channel } = history.node;
      const lags = channel === 'topic' ? lagOf(this.run, id, at) : null;
      return stateOf(history, this.run.world, this.#usual[i] ?? null, lags, record, at);
    });
  }

  /** The last record that has happened at a time; -1 where none has. */
  lastUpTo(at: Micros): number {
    const { time } = this.run.record.columns();
    let low = 0;
    let high = time.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((time[middle] as number) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The breakers of a node's replicas towards another, as far as they have ever moved. */
  breakers(from: string, to: string, record: number): readonly BreakerState[] {
    const replicas = [...(this.#breakers.get(`${from} ${to}`)?.values() ?? [])];
    return replicas.map((states) => states.findLast((each) => each.record <= record)?.state ?? 'closed');
  }

  /** Calls and messages from one node to another in a second of the last ones. */
  traffic(from: string, to: string, at: Micros, over: Micros = 1_000_000): number {
    const span = Math.max(1, Math.min(over, at));
    const tally = this.#traffic.get(`${this.places.numberOf(from)} ${this.places.numberOf(to)}`);
    return tally === undefined ? 0 : (tally.count(at - span, at) * 1_000_000) / span;
  }

  #readLinks(): void {
    const { time, kind, place, peer, cause, span, detail } = this.run.record.columns();
    const { names } = this.run.record;
    const sent = (from: number, to: number, at: number) => {
      const key = `${from} ${to}`;
      const tally = this.#traffic.get(key) ?? new Tally();
      tally.add(at);
      this.#traffic.set(key, tally);
    };
    for (let i = 0; i < kind.length; i++) {
      const here = this.places.nodeOf(place[i] as number);
      if (kind[i] === KIND.call) {
        const to = this.places.nodeOf(peer[i] as number);
        // A publish is a call, too, and is told of again when the broker has it.
        if (this.topology.nodes[to]?.kind !== 'queue') sent(here, to, time[i] as number);
      } else if (kind[i] === KIND.delivery)
        sent(this.places.nodeOf(peer[i] as number), here, time[i] as number);
      else if (kind[i] === KIND.publish && (peer[i] as number) >= 0 && (span[i] as number) >= 0) {
        const from = this.places.nodeOf(place[span[i] as number] as number);
        sent(from, this.places.nodeOf(peer[i] as number), time[i] as number);
      } else if (kind[i] === KIND.enqueued && (cause[i] as number) >= 0) {
        const before = cause[i] as number;
        const opener = kind[before] === KIND.publish ? (span[before] as number) : before;
        if (opener >= 0) sent(this.places.nodeOf(place[opener] as number), here, time[i] as number);
      } else if (kind[i] === KIND.breaker) {
        const replica = names.text(place[i] as number);
        const key = replica.replace(/^([^.[ ]*)\S* -> ([^.[ ]*).*$/, '$1 $2');
        const replicas =
          this.#breakers.get(key) ?? new Map<string, { record: number; state: BreakerState }[]>();
        const states = replicas.get(replica) ?? [];
        states.push({ record: i, state: names.text(detail[i] as number) as BreakerState });
        this.#breakers.set(key, replicas.set(replica, states));
      }
    }
  }
}

/** What one of its requests takes when nothing is the matter: the time of a good moment, not of the best one. */
function usualTime({ served }: NodeHistory, until: Micros): Micros | null {
  const medians: number[] = [];
  const slice = 1_000_000;
  for (let from = 0; from < until; from += slice) {
    const median = served.quantile(0.5, from, from + slice);
    if (median !== null) medians.push(median);
  }
  medians.sort((a, b) => a - b);
  return medians[Math.floor(medians.length / 5)] ?? null;
}

const scenes = new WeakMap<Run, Scene>();

/** The scene of a run, made once. */
export function sceneOf(run: Run): Scene {
  const known = scenes.get(run) ?? new Scene(run);
  scenes.set(run, known);
  return known;
}
