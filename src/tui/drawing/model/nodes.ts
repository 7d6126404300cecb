import { KIND } from '../../../sim/kinds.ts';
import type { Run } from '../../../sim/run.ts';
import type { TopologyNode } from '../map/topology.ts';
import { Level, Tally } from './level.ts';
import type { Places } from './places.ts';

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
  const { services, externals } = run.world;
  const histories = nodes.map((node): NodeHistory => {
    const settings = services[node.id] ?? externals[node.id];
    return {
      node,
      working: new Level(),
      waiting: new Level(),
      down: new Level(),
      replicas: new Level(settings?.replicas ?? 1),
      served: new Tally(),
      failed: new Tally(),
    };
  });
  const { record } = run;
  const { time, kind, place, peer, span, value, detail } = record.columns();
  const keptOut = record.names.find('drop');
  const redelivered = record.names.find('redelivered');
  const readers = readersOfTopics(run);
  const state = new Uint8Array(kind.length);
  const of = (name: number) => histories[places.nodeOf(name)];

  // Copies of each message that are in somebody's hands: what comes back without having been there changes nothing.
  const hands = new Map<string, number>();
  function settled(index: number, queue: number, requeued: boolean): void {
    const key = `${queue} ${value[index]}`;
    const held = hands.get(key) ?? 0;
    hands.set(key, Math.max(0, held - 1));
    if (held > 0) histories[queue]?.working.add(index, -1);
    if (held > 0 && requeued) histories[queue]?.waiting.add(index, 1);
    if (held === 0 && !requeued) histories[queue]?.waiting.add(index, -1);
  }

  function over(index: number, history: NodeHistory): void {
    const request = span[index] as number;
    if (request < 0) return;
    if (state[request] === WAITING) history.waiting.add(index, -1);
    if (state[request] === WORKING) history.working.add(index, -1);
    state[request] = 0;
  }

  for (let i = 0; i < kind.length; i++) {
    const history = of(place[i] as number);
    const at = time[i] as number;
    switch (kind[i]) {
      case KIND.publish:
        // A log keeps its records: each group that reads it has them to come.
        if ((peer[i] as number) >= 0) {
          const topic = of(peer[i] as number);
          topic?.waiting.add(i, readers.get(topic.node.id) ?? 1);
        }
        continue;
      case KIND.delivery: {
        const key = `${places.nodeOf(peer[i] as number)} ${value[i]}`;
        hands.set(key, (hands.get(key) ?? 0) + 1);
        const queue = of(peer[i] as number);
        // What a group reads again from a log has not gone back to it.
        const again = detail[i] === redelivered && queue !== undefined && readers.has(queue.node.id);
        if (!again) queue?.waiting.add(i, -1);
        queue?.working.add(i, 1);
        continue;
      }
      case KIND.ack:
        settled(i, places.nodeOf(peer[i] as number), false);
        of(peer[i] as number)?.served.add(at);
        continue;
    }
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
      case KIND.misdirected:
        history.failed.add(at);
        break;
      case KIND.reply:
        if ((value[i] as number) < 400) break;
        history.failed.add(at);
        // Turned away at the door: no worker will ever take it.
        if (state[span[i] as number] === WAITING) over(i, history);
        break;
      case KIND.enqueued:
      case KIND.strayed:
        history.waiting.add(i, 1);
        break;
      case KIND.redriven:
        settled(i, places.nodeOf(place[i] as number), false);
        break;
      case KIND.overflow:
        history.failed.add(at);
        break;
      case KIND.putOff:
        settled(i, places.nodeOf(place[i] as number), false);
        break;
      case KIND.queueDeleted:
        history.waiting.set(i, 0);
        break;
      case KIND.requeue:
        settled(i, places.nodeOf(place[i] as number), true);
        break;
      case KIND.deadLetter:
        settled(i, places.nodeOf(place[i] as number), false);
        history.failed.add(at);
        break;
      case KIND.crash:
        history.down.add(i, 1);
        break;
      case KIND.restart:
        history.down.add(i, -1);
        break;
      case KIND.scaled:
        history.replicas.set(i, value[i] as number);
        break;
      case KIND.dropped:
        // A message that was lost in a queue is in it no more; one that a fault kept out of it never was.
        if (history.node.kind === 'queue' && detail[i] !== keptOut) history.waiting.add(i, -1);
        break;
    }
  }
  return histories;
}

/** How many groups read each topic of a log. */
function readersOfTopics({ world }: Run): ReadonlyMap<string, number> {
  const groups = new Map<string, Set<string>>();
  for (const [name, { consumers }] of Object.entries({ ...world.services, ...world.externals }))
    for (const { from, group } of Object.values(consumers))
      for (const channel of [from].flat()) {
        if (!channel.startsWith('kafka/')) continue;
        const known = groups.get(channel) ?? new Set<string>();
        known.add(group ?? name);
        groups.set(channel, known);
      }
  return new Map([...groups].map(([channel, of]) => [channel, of.size]));
}
