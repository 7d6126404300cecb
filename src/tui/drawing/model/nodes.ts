import { channelHistories } from '../../../scenarios/channels/history.ts';
import { Level } from '../../../scenarios/channels/level.ts';
import { type InstanceLevels, instanceLevels } from '../../../scenarios/instances/levels.ts';
import { KIND } from '../../../sim/kinds.ts';
import type { Run } from '../../../sim/run.ts';
import { replicasAllowed } from '../../../sim/service/replicas-allowed.ts';
import type { TopologyNode } from '../map/topology.ts';
import type { Places } from './places.ts';
import { Tally } from './tally.ts';

/** What happened at one node, from the first record to the last. */
export interface NodeHistory {
  readonly node: TopologyNode;
  /** Requests that hold a worker; of a client, what it wants and has not got; of a queue, messages in somebody's hands. */
  readonly working: Level;
  /** Requests in the queue of its replicas; of a broker's queue, messages in it. */
  readonly waiting: Level;
  /** Replicas that are down. */
  readonly down: Level;
  /** Replicas it has. */
  readonly replicas: Level;
  /** How many of them are ejected or run a newer version; null where none ever is or does. */
  readonly instances: InstanceLevels | null;
  /** What it did, with the time each took; of a client, wishes fulfilled. */
  readonly served: Tally;
  /** Error answers, requests turned away or lost; of a client, wishes not fulfilled. */
  readonly failed: Tally;
}

/** How far each request has come, by its record. */
const WAITING = 1;
const WORKING = 2;

/** Reads the history of every node off the record, in one pass. */
export function nodeHistories(run: Run, nodes: readonly TopologyNode[], places: Places): NodeHistory[] {
  const { services, externals } = run.begun;
  const channels = channelHistories(run);
  const instances = instanceLevels(run);
  const histories = nodes.map((node): NodeHistory => {
    const settings = services[node.id] ?? externals[node.id];
    return {
      node,
      working: channels.get(node.id)?.unacked ?? new Level(),
      waiting: channels.get(node.id)?.ready ?? new Level(),
      down: new Level(),
      replicas: new Level(settings ? replicasAllowed(settings) : 1),
      instances: instances.get(node.id) ?? null,
      served: new Tally(),
      failed: new Tally(),
    };
  });
  const { record } = run;
  const { time, kind, place, peer, span, value } = record.columns();
  const state = new Uint8Array(kind.length);
  const of = (name: number) => histories[places.nodeOf(name)];

  function over(index: number, history: NodeHistory): void {
    const request = span[index] as number;
    if (request < 0) return;
    if (state[request] === WAITING) history.waiting.add(index, -1);
    if (state[request] === WORKING) history.working.add(index, -1);
    state[request] = 0;
  }

  const dead = new Map<NodeHistory, Set<string>>();

  function fallen(history: NodeHistory, instance: string, down: boolean): void {
    const instances = dead.get(history) ?? new Set();
    dead.set(history, instances);
    if (down) instances.add(instance);
    else instances.delete(instance);
  }

  /** Those that are down and should not be: one that is no longer wanted is not missed. */
  function downOf(history: NodeHistory, index: number): number {
    const wanted = history.replicas.at(index);
    const numbers = [...(dead.get(history) ?? [])].map((instance) =>
      Number(/\[(\d+)\]$/.exec(instance)?.[1] ?? 0),
    );
    return numbers.filter((number) => number < wanted).length;
  }

  for (let i = 0; i < kind.length; i++) {
    const history = of(place[i] as number);
    const at = time[i] as number;
    if (kind[i] === KIND.ack) of(peer[i] as number)?.served.add(at);
    if (!history) continue;
    switch (kind[i]) {
      case KIND.intent:
        history.working.add(i, 1);
        break;
      case KIND.intentOk:
        history.working.add(i, -1);
        history.served.add(at, value[i] as number);
        break;
      case KIND.intentFailed:
        history.working.add(i, -1);
        history.failed.add(at, value[i] as number);
        break;
      case KIND.request:
        history.waiting.add(i, 1);
        state[i] = WAITING;
        break;
      case KIND.start:
        over(i, history);
        history.working.add(i, 1);
        state[span[i] as number] = WORKING;
        break;
      case KIND.finish:
        over(i, history);
        history.served.add(at, value[i] as number);
        break;
      case KIND.shed:
      case KIND.lost:
        over(i, history);
        history.failed.add(at);
        break;
      case KIND.cancelled:
        if (state[span[i] as number] === WAITING) over(i, history);
        break;
      case KIND.misdirected:
        history.failed.add(at);
        break;
      case KIND.reply:
        if ((value[i] as number) < 400) break;
        history.failed.add(at);
        // Turned away at the door: no worker will ever take it.
        if (state[span[i] as number] === WAITING) over(i, history);
        break;
      case KIND.overflow:
      case KIND.deadLetter:
        history.failed.add(at);
        break;
      case KIND.crash:
      case KIND.stopped:
      case KIND.restart:
        fallen(history, record.names.text(place[i] as number), kind[i] !== KIND.restart);
        history.down.set(i, downOf(history, i));
        break;
      case KIND.scaled:
        history.replicas.set(i, value[i] as number);
        history.down.set(i, downOf(history, i));
        break;
    }
  }
  return histories;
}
