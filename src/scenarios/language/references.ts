import { BROKERS } from '../../sim/broker/channels.ts';
import { nearest } from '../../sim/expression/suggest.ts';
import { checkBrokers, checkSource, checkVia } from './broker-references.ts';
import { checkChaos } from './chaos-references.ts';
import { checkContracts } from './contract-references.ts';
import { checkDiscovery } from './discovery-references.ts';
import { checkExpressions } from './expressions.ts';
import { checkFlows } from './flow-references.ts';
import { checkGateways } from './gateway-references.ts';
import { checkQueries } from './graphql-references.ts';
import { checkGrpc } from './grpc-references.ts';
import { checkHolding } from './holding-references.ts';
import { checkMesh } from './mesh-references.ts';
import { checkOperation } from './operation-reference.ts';
import { checkAutoscale, checkPods, checkRollingUpdates } from './pod-references.ts';
import { checkProducers } from './producer-references.ts';
import { checkStreams } from './stream-references.ts';
import { checkTelemetry } from './telemetry-references.ts';
import type { Path } from './tree.ts';
import { checkVersions } from './version-references.ts';
import type { WorldView } from './world-view.ts';

const PRIORITIES = ['high', 'normal', 'low'];

/** Looks up everything that a world names, and compiles its expressions. */
export function checkReferences(view: WorldView): void {
  checkOwners(view);
  checkClients(view);
  checkBrokers(view);
  checkNetwork(view);
  checkGateways(view);
  checkVersions(view);
  checkContracts(view);
  checkMesh(view);
  checkDiscovery(view);
  checkPods(view);
  checkAutoscale(view);
  checkRollingUpdates(view);
  checkGrpc(view);
  checkStreams(view);
  checkTelemetry(view);
  checkProducers(view);
  checkFlows(view);
  checkQueries(view);
  checkChaos(view);
  checkExpressions(view);
}

function checkOwners(view: WorldView): void {
  for (const [name, { part, service }] of view.owners) {
    const path: Path = [part, name];
    if (part === 'externals' && Object.hasOwn(view.world.services, name))
      view.wrong(
        'duplicate-name',
        view.keyAt(path),
        `\`${name}\` is a service of ours and an external, too. Names are unique.`,
      );
    if (Object.hasOwn(view.world.clients, name))
      view.wrong(
        'duplicate-name',
        view.keyAt(['clients', name]),
        `\`${name}\` is a client and a service, too. Names are unique.`,
      );
    if (
      Object.keys(service.operations).length +
        Object.keys(service.routes).length +
        Object.keys(service.consumers).length ===
      0
    ) {
      const others = [...view.owners.keys()].filter((other) => other !== name);
      const near = nearest(name, others);
      view.wrong(
        'no-operations',
        view.keyAt(path),
        `The service \`${name}\` has no operation, so it does nothing.${near ? ` Did you mean \`${near}\`?` : ''}`,
      );
    }
    checkCallees(view, path, Object.keys(service.calls));
    checkVia(view, path, service.calls);
    checkConsumers(view, name, path);
    checkSchedules(view, name, path);
    checkQueue(view, path, service.queue.limit, Object.keys(service.operations));
    checkZones(view, service.zone, [...path, 'zone']);
    for (const [table, { rows }] of Object.entries(service.db?.tables ?? {})) {
      if (rows === null) continue;
      const at = view.at([...path, 'db', 'tables', table, 'rows']);
      const entity = view.world.entities[rows];
      if (!entity) view.missing('unknown-entity', 'entity', rows, at, Object.keys(view.world.entities));
      else if (entity.count === null)
        view.wrong(
          'uncounted-entity',
          at,
          `A table can start with a row for each \`${rows}\` only if their number is known.`,
          `give the entity a count: entities: { ${rows}: { count: 500 } }`,
        );
    }
    for (const [route, { to, rules, weights }] of Object.entries(service.routes)) {
      const at: Path = [...path, 'routes', route];
      checkOperation(view, to, [...at, 'to']);
      for (const [id, rule] of Object.entries(rules))
        checkOperation(view, rule.to, [...at, 'rules', id, 'to']);
      for (const place of Object.keys(weights ?? {})) checkOperation(view, place, [...at, 'weights', place]);
    }
    if (service.outbox && !service.db)
      view.wrong(
        'outbox-without-db',
        view.keyAt([...path, 'outbox']),
        `\`${name}\` has an outbox, but no database to keep it in.`,
        'give the service a db',
      );
  }
}

/** What is said of publishing: `calls: { rabbitmq: … }` for all its channels, `rabbitmq/orders` for one. */
function isBroker(view: WorldView, callee: string): boolean {
  const product = BROKERS.find(({ name }) => name === callee);
  return (
    (product !== undefined && view.world.brokers[product.name] !== null) || view.channels().includes(callee)
  );
}

function checkCallees(view: WorldView, path: Path, callees: readonly string[]): void {
  for (const callee of callees) {
    if (callee === 'default' || isBroker(view, callee)) continue;
    const at = view.keyAt([...path, 'calls', callee]);
    const [owner = '', operation] = callee.split('.');
    const known = view.owners.get(owner);
    if (!known) view.missing('unknown-service', 'service', owner, at, view.owners.keys(), ' to call');
    else if (operation !== undefined && !view.operationAt(callee))
      view.missing(
        'unknown-operation',
        `operation of \`${owner}\` called`,
        operation,
        at,
        Object.keys(known.service.operations),
      );
  }
}

function checkConsumers(view: WorldView, owner: string, path: Path): void {
  const { service } = view.owners.get(owner) as NonNullable<ReturnType<WorldView['owners']['get']>>;
  const operations = Object.keys(service.operations);
  for (const [name, consumer] of Object.entries(service.consumers)) {
    const here = [...path, 'consumers', name];
    const channels = typeof consumer.from === 'string' ? [consumer.from] : consumer.from;
    for (const [at, channel] of channels.entries()) {
      const place = view.at(typeof consumer.from === 'string' ? [...here, 'from'] : [...here, 'from', at]);
      checkSource(view, channel, place);
    }
    if ((consumer.do === null) === (consumer.on === null))
      view.wrong(
        'consumer',
        view.keyAt(here),
        `The consumer \`${owner}.${name}\` needs either \`do\`, one operation, or \`on\`, an operation for each type of message.`,
      );
    if (consumer.do !== null && !operations.includes(consumer.do))
      view.missing(
        'unknown-operation',
        `operation of \`${owner}\` called`,
        consumer.do,
        view.at([...here, 'do']),
        operations,
      );
    for (const [type, operation] of Object.entries(consumer.on ?? {})) {
      if (operation !== 'ignore' && !operations.includes(operation))
        view.missing(
          'unknown-operation',
          `operation of \`${owner}\` called`,
          operation,
          view.at([...here, 'on', type]),
          operations,
        );
    }
    checkHolding(view, `${owner}.${name}`, consumer, here);
    if (consumer.deadLetter !== null)
      checkSource(view, consumer.deadLetter, view.at([...here, 'deadLetter']));
  }
}

function checkSchedules(view: WorldView, owner: string, path: Path): void {
  const { service } = view.owners.get(owner) as NonNullable<ReturnType<WorldView['owners']['get']>>;
  for (const [name, { every, at, do: operation }] of Object.entries(service.schedules)) {
    const here = [...path, 'schedules', name];
    if ((every === null) === (at === null))
      view.wrong(
        'schedule',
        view.keyAt(here),
        `The schedule \`${name}\` needs either \`every: 30s\` or \`at: 60s\`.`,
      );
    if (every === 0)
      view.wrong(
        'schedule',
        view.at([...here, 'every']),
        `The schedule \`${name}\` would never let time pass: \`every\` must be longer than nothing.`,
      );
    if (!Object.hasOwn(service.operations, operation))
      view.missing(
        'unknown-operation',
        `operation of \`${owner}\` called`,
        operation,
        view.at([...here, 'do']),
        Object.keys(service.operations),
      );
  }
}

function checkQueue(
  view: WorldView,
  path: Path,
  limit: number | Readonly<Record<string, number>> | null,
  operations: readonly string[],
): void {
  if (limit === null || typeof limit === 'number') return;
  for (const name of Object.keys(limit)) {
    if (!operations.includes(name) && !PRIORITIES.includes(name))
      view.missing(
        'unknown-operation',
        'operation or priority',
        name,
        view.keyAt([...path, 'queue', 'limit', name]),
        [...operations, ...PRIORITIES],
      );
  }
}

function checkZones(view: WorldView, zones: readonly string[], path: Path): void {
  const known = Object.keys(view.world.network.zones);
  for (const [at, zone] of zones.entries())
    if (!known.includes(zone)) view.missing('unknown-zone', 'zone', zone, view.at([...path, at]), known);
}

function checkClients(view: WorldView): void {
  const { entities, clients } = view.world;
  for (const [name, client] of Object.entries(clients)) {
    const path: Path = ['clients', name];
    if (client.entity !== null && !Object.hasOwn(entities, client.entity))
      view.missing(
        'unknown-entity',
        'entity',
        client.entity,
        view.at([...path, 'entity']),
        Object.keys(entities),
      );
    const ways = [client.rate, client.users, client.every].filter((way) => way !== null).length;
    if (ways !== 1)
      view.wrong(
        'arrivals',
        view.keyAt(path),
        ways === 0
          ? `The client \`${name}\` never comes: say how often.`
          : `The client \`${name}\` says in two ways how often it comes.`,
        'write one of `rate: 20/s`, `users: 50` with `think`, or `every: 30s`',
      );
    if (client.think !== null && client.users === null)
      view.wrong(
        'arrivals',
        view.keyAt([...path, 'think']),
        '`think` belongs to a closed loop: give `users`, not `rate`.',
      );
    if (client.zone !== null) checkZones(view, [client.zone], [...path, 'zone']);
    checkCallees(view, path, Object.keys(client.calls));
    checkVia(view, path, client.calls);
  }
}

function checkNetwork(view: WorldView): void {
  const ends = [
    ...view.owners.keys(),
    ...Object.keys(view.world.clients),
    ...Object.keys(view.world.network.zones),
    ...BROKERS.map(({ name }) => name),
    '*',
  ];
  for (const link of Object.keys(view.world.network.links)) {
    for (const end of link.split(' -> '))
      if (!ends.includes(end))
        view.missing(
          'unknown-place',
          'end of a link called',
          end,
          view.keyAt(['network', 'links', link]),
          ends,
        );
  }
}
