import { changeAt, changeEach, type Entry, mapOf, type Node, scalar, without } from './language/tree.ts';
import { composed } from './merge.ts';

/** Makes `{ name: value }` of a value that was given alone. */
const boxed = (name: string, value: Node): Node => mapOf(value.at, [[name, { key: value.at, value }]]);

const isNumber = (node: Node) => node.kind === 'scalar' && typeof node.value === 'number';
const isText = (node: Node) => node.kind === 'scalar' && typeof node.value === 'string';
const empty = (node: Node) => mapOf(node.at);

/** `retry: 3` is `retry: { maxAttempts: 3 }`. */
const attempts = (node: Node) => (isNumber(node) ? boxed('maxAttempts', node) : node);

/** Settings of a call, of a service or of a client. */
function call(node: Node): Node {
  const withRetry = changeAt(node, 'retry', attempts);
  return changeAt(withRetry, 'bulkhead', (value) =>
    isNumber(value) ? boxed('maxConcurrentCalls', value) : value,
  );
}

/** `fact: charged` and `fact: [charged, paid]` are `fact: { charged: {} }` and so on. */
function facts(node: Node): Node {
  const names = node.kind === 'list' ? node.items : [node];
  if (!names.every(isText)) return node;
  return mapOf(
    node.at,
    names.map((name): [string, Entry] => [
      String((name as { value: unknown }).value),
      { key: name.at, value: empty(name) },
    ]),
  );
}

const step = (node: Node) => changeAt(node, 'fact', facts);

function operation(node: Node): Node {
  const withSteps = changeEach(node, 'steps', step);
  return changeAt(withSteps, 'saga', (saga) => changeAt(saga, 'retry', attempts));
}

/** `zone: zone-a` is `zone: [zone-a]`. */
const zones = (node: Node): Node => (isText(node) ? { kind: 'list', at: node.at, items: [node] } : node);

/** `outbox: true` is an outbox with its defaults; `false` is none. */
function outbox(node: Node): Node {
  if (node.kind !== 'scalar' || typeof node.value !== 'boolean') return node;
  return node.value ? empty(node) : scalar(null, node.at);
}

/** `routes: { page: catalog.get }` is `routes: { page: { to: catalog.get } }`. */
const route = (node: Node) => (isText(node) ? boxed('to', node) : node);

function service(node: Node): Node {
  let out = changeEach(node, 'operations', operation);
  out = changeEach(out, 'calls', call);
  out = changeEach(out, 'routes', route);
  out = changeEach(out, 'versions', service);
  out = changeAt(out, 'zone', zones);
  return changeAt(out, 'outbox', outbox);
}

function client(node: Node): Node {
  return changeEach(changeEach(node, 'steps', step), 'calls', call);
}

/** `gateway:` at the top is `services.gateway`. */
function gatewayMoved(world: Node): Node {
  if (world.kind !== 'map') return world;
  const gateway = world.entries.get('gateway');
  if (!gateway) return world;
  const moved = mapOf(gateway.key, [
    ['services', { key: gateway.key, value: mapOf(gateway.key, [['gateway', gateway]]) }],
  ]);
  return composed(without(world, 'gateway'), moved);
}

/**
 * Writes every short form of a world, or of a patch on one, in full.
 *
 * Base and patch are both expanded before they are merged: otherwise `{ budget: 10% }` merged onto `retry: 3` would
 * throw the attempts away.
 */
export function expandWorld(world: Node): Node {
  let out = gatewayMoved(world);
  out = changeEach(out, 'services', service);
  out = changeEach(out, 'externals', service);
  out = changeEach(out, 'clients', client);
  return changeEach(out, 'plan', (entry) => changeAt(entry, 'patch', expandWorld));
}
