import { collectedBy } from '../../../scenarios/channels/queue.ts';
import { ownerOf } from '../../../scenarios/narration/telling.ts';
import { deadLettersOf, sourcesBehind } from '../../../sim/broker/channels.ts';
import { productOf } from '../../../sim/broker/message-broker.ts';
import { destinationsOf } from '../../../sim/gateway/destinations.ts';
import { KIND } from '../../../sim/kinds.ts';
import type { Run } from '../../../sim/run.ts';
import { callsOf } from '../../../sim/service/calls-of.ts';
import type { World } from '../../../sim/world/schema/world.ts';

/** What a node of the map stands for. */
type NodeKind = 'client' | 'service' | 'external' | 'queue';

/** What lies in a channel: messages, records of a log, or what had been given up elsewhere. */
type ChannelKind = 'queue' | 'topic' | 'dead letters';

/** One who sends or gets something. */
export interface TopologyNode {
  /** `payment`, or a channel such as `rabbitmq/shipping`. */
  readonly id: string;
  readonly kind: NodeKind;
  /** Null for whatever is no queue. */
  readonly channel: ChannelKind | null;
  readonly label: string;
}

/** Who sends to whom. */
interface TopologyLink {
  readonly from: string;
  readonly to: string;
}

/** Who there is and who sends to whom, in the order of the world's document. */
export interface Topology {
  readonly nodes: readonly TopologyNode[];
  readonly links: readonly TopologyLink[];
}

/** The topology of a run: of its world, and of whatever a change brought in later. */
export function topologyOf(run: Run): Topology {
  return new TopologyBuilder(run.world).withCallsOf(run).finish();
}

class TopologyBuilder {
  readonly #world: World;
  readonly #nodes = new Map<string, TopologyNode>();
  readonly #links = new Map<string, TopologyLink>();

  constructor(world: World) {
    this.#world = world;
    for (const id of Object.keys(world.clients)) this.#node(id, 'client');
    for (const id of Object.keys(world.services)) this.#node(id, 'service');
    for (const id of Object.keys(world.externals)) this.#node(id, 'external');
    for (const [id, client] of Object.entries(world.clients)) this.#flow(id, client);
    for (const group of [world.services, world.externals]) {
      for (const [id, { operations, consumers, routes, calls }] of Object.entries(group)) {
        for (const { via } of Object.values(calls))
          if (via !== null) for (const queue of sourcesBehind(world, via)) this.#link(id, this.#queue(queue));
        for (const operation of Object.values(operations)) this.#flow(id, operation);
        for (const route of Object.values(routes))
          for (const to of destinationsOf(route)) this.#link(id, ownerOf(to));
        for (const { from, deadLetter } of Object.values(consumers)) {
          if (deadLetter !== null) this.#link(id, this.#queue(deadLetter));
          for (const channel of typeof from === 'string' ? [from] : from) {
            for (const queue of sourcesBehind(world, channel)) this.#link(this.#queue(queue), id);
          }
        }
      }
    }
  }

  /** Adds who called whom in a run, where the world does not say so. */
  withCallsOf({ record }: Run): this {
    const { kind, place, peer } = record.columns();
    const seen = new Set<string>();
    for (let i = 0; i < kind.length; i++) {
      if (kind[i] !== KIND.call) continue;
      const key = `${place[i]} ${peer[i]}`;
      if (seen.has(key) || (peer[i] as number) < 0) continue;
      seen.add(key);
      const from = ownerOf(record.names.text(place[i] as number));
      const called = record.names.text(peer[i] as number);
      if (called.includes('/')) continue; // a publish, which the world's channels tell of
      const to = ownerOf(called);
      for (const id of [from, to]) if (!this.#nodes.has(id)) this.#node(id, 'service');
      this.#link(from, to);
    }
    return this;
  }

  finish(): Topology {
    for (const { id, kind } of [...this.#nodes.values()])
      if (kind === 'queue')
        for (const dead of deadLettersOf(this.#world, id)) this.#link(id, this.#queue(dead));
    const fed = new Set([...this.#links.values()].map(({ to }) => to));
    const idle = ({ id, kind }: TopologyNode) => kind === 'queue' && !fed.has(id);
    const links = [...this.#links.values()].filter(
      ({ from }) => !idle(this.#nodes.get(from) as TopologyNode),
    );
    const linked = new Set(links.flatMap(({ from, to }) => [from, to]));
    // Who neither sends nor gets anything takes part in nothing that could be watched; clients always do.
    const nodes = [...this.#nodes.values()].filter(({ id, kind }) => kind === 'client' || linked.has(id));
    return { nodes, links };
  }

  #flow(owner: string, { steps, order }: Pick<World['clients'][string], 'steps' | 'order'>): void {
    const taken = order === null ? null : new Set(wordsIn(order));
    for (const [id, step] of Object.entries(steps)) {
      const { verb, fields, modifiers } = step;
      if (taken && !taken.has(id)) continue;
      for (const { to } of callsOf(step)) this.#link(owner, ownerOf(to));
      if (verb === 'publish') {
        for (const queue of sourcesBehind(this.#world, String(fields['publish'])))
          this.#link(owner, this.#queue(queue));
      }
      if (modifiers.undo) this.#link(owner, ownerOf(modifiers.undo.call));
    }
  }

  #queue(id: string): string {
    this.#node(id, 'queue');
    return id;
  }

  #node(id: string, kind: NodeKind): void {
    if (this.#nodes.has(id)) return;
    const channel = kind === 'queue' ? this.#channelKind(id) : null;
    this.#nodes.set(id, { id, kind, channel, label: id.slice(id.indexOf('/') + 1) });
  }

  #channelKind(id: string): ChannelKind {
    if (collectedBy(this.#world, id).length > 0) return 'dead letters';
    return productOf(id) === 'kafka' ? 'topic' : 'queue';
  }

  #link(from: string, to: string): void {
    if (from !== to && this.#nodes.has(from) && this.#nodes.has(to))
      this.#links.set(`${from} ${to}`, { from, to });
  }
}

/** Every text in a nested value: the steps that an order names, and words of its own that name no step. */
function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(wordsIn) : [];
}
