import {
  changeAt,
  changeEach,
  get,
  getIn,
  type ListNode,
  type MapNode,
  mapEntries,
  mapOf,
  type Node,
  plain,
  scalar,
  without,
} from './language/tree.ts';

/** What was taken out because it names something that is not kept, as addresses. */
type Dropped = readonly string[];

/** A base world without what an exercise does not keep. */
export interface Kept {
  readonly world: Node;
  readonly dropped: Dropped;
  /** Names of `keep` and `stub` that the base world does not have. */
  readonly unknown: readonly string[];
}

const PARTS = ['clients', 'services', 'externals'] as const;

const keysOf = (node: Node | undefined): string[] => (node?.kind === 'map' ? [...node.entries.keys()] : []);
const textOf = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;

/** Everything that `keep` may name in a world. */
export function keepable(world: Node): string[] {
  const rabbit = getIn(world, ['brokers', 'rabbitmq']);
  const channels = [...keysOf(get(rabbit, 'exchanges')), ...keysOf(get(rabbit, 'queues'))];
  return [
    ...PARTS.flatMap((part) => keysOf(get(world, part))),
    ...new Set(channels.map((name) => `rabbitmq/${name}`)),
  ];
}

/**
 * Keeps of a base world only what is named, with everything that names nothing else.
 *
 * Steps, routes, consumers and links that name something dropped go too, and so does what named those. A queue that
 * is bound to a kept exchange stays if a kept service consumes it. A stubbed service answers `{}` at once: it keeps
 * its operations without their steps.
 */
export function keepOnly(base: Node, keep: readonly string[], stubs: readonly string[]): Kept {
  const known = new Set(keepable(base));
  const unknown = [...keep, ...stubs].filter((name) => !known.has(name));
  const kept = new Set([...keep, ...stubs]);
  let world = base;
  for (const part of PARTS) world = changeAt(world, part, (all) => only(all, (name) => kept.has(name)));
  world = changeEach(world, 'services', (service, name) => (stubs.includes(name) ? stub(service) : service));
  world = withChannels(world, kept);
  const dropped: string[] = [];
  // A dropped route takes the calls of that route with it, and so on, until nothing more goes.
  for (let before = -1; before < dropped.length; ) {
    before = dropped.length;
    world = pruned(world, dropped);
  }
  return {
    world: changeAt(world, 'network', (network) =>
      linksOf(network, new Set([...known].filter((name) => !kept.has(name)))),
    ),
    dropped,
    unknown,
  };
}

const only = (node: Node, keep: (name: string) => boolean): Node =>
  node.kind === 'map' ? mapEntries(node, (value, name) => (keep(name) ? value : undefined)) : node;

/** Answers at once, owns nothing, calls nobody. */
function stub(service: Node): Node {
  const nothing = (node: Node) => scalar('0ms', node.at);
  const operations = get(service, 'operations');
  const key = service.at;
  return mapOf(service.at, [
    ['work', { key, value: nothing(service) }],
    ['workers', { key, value: scalar(1_000_000, key) }],
    [
      'operations',
      {
        key,
        value:
          operations?.kind === 'map'
            ? mapEntries(operations, (operation) => mapOf(operation.at))
            : mapOf(key),
      },
    ],
  ]);
}

/** Keeps the channels that are named, and the queues between a kept exchange and a kept service. */
function withChannels(world: Node, kept: ReadonlySet<string>): Node {
  const named = (name: string) => kept.has(`rabbitmq/${name}`);
  const consumed = new Set(PARTS.flatMap((part) => consumersIn(get(world, part))).flatMap(channelsOf));
  const exchanges = get(getIn(world, ['brokers', 'rabbitmq']), 'exchanges');
  const bound = new Set(
    keysOf(exchanges)
      .filter(named)
      .flatMap((exchange) => keysOf(get(get(exchanges, exchange), 'bindings'))),
  );
  const stays = (queue: string) =>
    named(queue) && !keysOf(exchanges).includes(queue)
      ? true
      : bound.has(queue) && consumed.has(`rabbitmq/${queue}`);
  return changeAt(world, 'brokers', (brokers) =>
    changeAt(brokers, 'rabbitmq', (rabbit) => {
      const queues = changeAt(rabbit, 'queues', (all) => only(all, stays));
      const left = new Set(keysOf(get(queues, 'queues')));
      return changeAt(queues, 'exchanges', (all) =>
        mapped(only(all, named), (exchange) =>
          changeAt(exchange, 'bindings', (bindings) => only(bindings, (queue) => left.has(queue))),
        ),
      );
    }),
  );
}

const mapped = (node: Node, change: (value: Node) => Node) =>
  node.kind === 'map' ? mapEntries(node, change) : node;

function consumersIn(owners: Node | undefined): Node[] {
  if (owners?.kind !== 'map') return [];
  return [...owners.entries.values()].flatMap(({ value }) => {
    const consumers = get(value, 'consumers');
    return consumers?.kind === 'map' ? [...consumers.entries.values()].map((entry) => entry.value) : [];
  });
}

function channelsOf(consumer: Node): string[] {
  const from = get(consumer, 'from');
  return (from?.kind === 'list' ? from.items : [from]).map(textOf).filter((text) => text !== undefined);
}

/** One round of taking out what names something that is not there. */
function pruned(world: Node, dropped: string[]): Node {
  const here = names(world);
  const owner = (value: Node, name: string) => prunedOwner(value, name, here, dropped);
  return PARTS.reduce<Node>((out, part) => changeEach(out, part, owner), world);
}

/** What steps may name in a world. */
interface Names {
  readonly owners: ReadonlySet<string>;
  /** Operations and routes, as `payment.charge`. */
  readonly operations: ReadonlySet<string>;
  readonly channels: ReadonlySet<string>;
}

function names(world: Node): Names {
  const operations = new Set<string>();
  for (const part of ['services', 'externals']) {
    for (const [owner, { value }] of entriesOf(get(world, part))) {
      for (const name of [...keysOf(get(value, 'operations')), ...keysOf(get(value, 'routes'))])
        operations.add(`${owner}.${name}`);
    }
  }
  const channels = keepable(world).filter((name) => name.includes('/'));
  return {
    owners: new Set(PARTS.flatMap((part) => keysOf(get(world, part)))),
    operations,
    channels: new Set(channels),
  };
}

const entriesOf = (node: Node | undefined) => (node?.kind === 'map' ? [...node.entries] : []);

function prunedOwner(owner: Node, name: string, here: Names, dropped: string[]): Node {
  const drop = (address: string) => {
    dropped.push(address);
    return undefined;
  };
  let out = owner;
  out = changeAt(out, 'routes', (routes) =>
    routes.kind === 'map'
      ? mapEntries(routes, (route, id) =>
          here.operations.has(textOf(get(route, 'to')) ?? '') ? route : drop(`${name}.${id}`),
        )
      : routes,
  );
  out = changeAt(out, 'consumers', (consumers) =>
    consumers.kind === 'map'
      ? mapEntries(consumers, (consumer, id) => prunedConsumer(consumer, here) ?? drop(`${name}.${id}`))
      : consumers,
  );
  out = changeAt(out, 'calls', (calls) =>
    only(calls, (callee) => callee === 'default' || here.owners.has(callee) || here.operations.has(callee)),
  );
  out = changeEach(out, 'operations', (operation, id) =>
    prunedFlow(operation, `${name}.${id}`, here, dropped),
  );
  return prunedFlow(out, name, here, dropped);
}

function prunedConsumer(consumer: Node, here: Names): Node | undefined {
  const from = get(consumer, 'from');
  if (from?.kind !== 'list') return here.channels.has(textOf(from) ?? '') ? consumer : undefined;
  const items = from.items.filter((item) => here.channels.has(textOf(item) ?? ''));
  return items.length === 0 ? undefined : changeAt(consumer, 'from', () => ({ ...from, items }));
}

/** An operation's or a client's steps and order, without the steps that name something dropped. */
function prunedFlow(flow: Node, address: string, here: Names, dropped: string[]): Node {
  const steps = get(flow, 'steps');
  if (steps?.kind !== 'map') return flow;
  const gone = new Set<string>();
  const left = mapEntries(steps, (step, id) => {
    if (runs(step, here)) return step.kind === 'map' && !undoRuns(step, here) ? without(step, 'undo') : step;
    gone.add(id);
    dropped.push(`${address}.${id}`);
    return undefined;
  });
  const out = changeAt(flow, 'steps', () => left);
  return gone.size === 0
    ? out
    : changeAt(out, 'order', (order) => (order.kind === 'list' ? prunedOrder(order, gone) : order));
}

function runs(step: Node, here: Names): boolean {
  const call = textOf(get(step, 'call'));
  if (call !== undefined && !here.operations.has(call)) return false;
  const channel = textOf(get(step, 'publish'));
  if (channel !== undefined && !here.channels.has(channel)) return false;
  const tables = ['read', 'query', 'insert', 'update', 'upsert', 'delete'].map((verb) =>
    textOf(get(step, verb)),
  );
  return tables.every((table) => {
    const owner = /^([^.]+)\.db\//.exec(table ?? '')?.[1];
    return owner === undefined || here.owners.has(owner);
  });
}

function undoRuns(step: MapNode, here: Names): boolean {
  const undo = textOf(getIn(step, ['undo', 'call']));
  return undo === undefined || here.operations.has(undo);
}

/** An order without some steps, and without groups that are empty then. */
function prunedOrder(order: ListNode, gone: ReadonlySet<string>): ListNode {
  const items = order.items.flatMap((item): Node[] => {
    if (item.kind === 'scalar') return gone.has(String(plain(item))) ? [] : [item];
    if (item.kind !== 'map') return [item];
    const group = mapEntries(item, (inner) => {
      const left = inner.kind === 'list' ? prunedOrder(inner, gone) : inner;
      return left.kind === 'list' && left.items.length === 0 ? undefined : left;
    });
    return group.entries.size === 0 ? [] : [group];
  });
  return { ...order, items };
}

/** Links without those of a dropped end. */
function linksOf(network: Node, gone: ReadonlySet<string>): Node {
  return changeAt(network, 'links', (links) =>
    only(links, (link) => !link.split(' -> ').some((end) => gone.has(end))),
  );
}
