import { sourcesOf } from '../../sim/broker/channels.ts';
import { nameIn, productOf } from '../../sim/broker/message-broker.ts';
import { nearest } from '../../sim/expression/suggest.ts';
import { destinationsOf } from '../../sim/gateway/destinations.ts';
import { callsOf, handlerOf } from '../../sim/service/calls-of.ts';
import type { World } from '../../sim/world/schema/world.ts';
import type { Built } from './build-world.ts';
import type { ProblemList } from './problem-list.ts';
import { WorldView } from './world-view.ts';

/**
 * Tells of services, operations, tables and queues that an option creates and nothing uses.
 *
 * A patch may create things, so a misspelt name is no error in itself; it shows in what it creates being of no use.
 */
export function tellUnreferenced(before: World, { world, tree }: Built, problems: ProblemList): void {
  const view = new WorldView(world, tree, problems);
  const used = usedNames(view);
  for (const [name, { part, service }] of view.owners) {
    const old = before[part][name];
    const wakes = Object.keys(service.consumers).length + Object.keys(service.schedules).length > 0;
    const owned = Object.keys(service.operations).map((operation) => `${name}.${operation}`);
    if (!old) {
      if (!wakes && !owned.some((operation) => used.operations.has(operation)) && !used.owners.has(name))
        tell(view, 'service', name, [part, name], Object.keys(before[part]));
      continue;
    }
    for (const operation of Object.keys(service.operations)) {
      if (!Object.hasOwn(old.operations, operation) && !used.operations.has(`${name}.${operation}`))
        tell(
          view,
          'operation',
          `${name}.${operation}`,
          [part, name, 'operations', operation],
          Object.keys(old.operations).map((one) => `${name}.${one}`),
        );
    }
    for (const table of Object.keys(service.db?.tables ?? {})) {
      if (!Object.hasOwn(old.db?.tables ?? {}, table) && !used.tables.has(`${name}.db/${table}`))
        tell(
          view,
          'table',
          `${name}.db/${table}`,
          [part, name, 'db', 'tables', table],
          Object.keys(old.db?.tables ?? {}).map((one) => `${name}.db/${one}`),
        );
    }
  }
  const known = sourcesOf(before);
  for (const source of sourcesOf(world)) {
    if (known.includes(source) || used.queues.has(source)) continue;
    const product = productOf(source);
    const part = product === 'kafka' ? 'topics' : 'queues';
    tell(view, part.slice(0, -1), source, ['brokers', product, part, nameIn(source)], known);
  }
}

function tell(
  view: WorldView,
  what: string,
  name: string,
  path: readonly string[],
  known: readonly string[],
): void {
  const near = nearest(name, known);
  view.wrong(
    'unreferenced',
    view.keyAt(path),
    `This creates the ${what} \`${name}\`, which nothing uses.${near ? ` Did you mean \`${near}\`?` : ''}`,
  );
}

/** Everything that something else in a world names. */
function usedNames(view: WorldView) {
  const operations = new Set<string>();
  const owners = new Set<string>();
  const tables = new Set<string>();
  const queues = new Set<string>();
  const use = (address: string) => {
    operations.add(address);
    const resolved = view.operationAt(address);
    if (resolved) operations.add(resolved);
    owners.add(address.split('.')[0] as string);
  };
  for (const flow of view.flows) {
    for (const step of Object.values(flow.steps)) {
      const { verb, fields, modifiers } = step;
      const target = String(fields[verb]);
      for (const { to } of callsOf(step)) use(to);
      const handler = handlerOf(step);
      if (handler) use(handler.to);
      if (modifiers.undo) use(modifiers.undo.call);
      if (verb === 'publish') for (const queue of view.queuesBehind(target)) queues.add(queue);
      if (['read', 'query', 'insert', 'update', 'upsert', 'delete'].includes(verb))
        tables.add(target.includes('/') ? target : `${flow.owner}.db/${target}`);
    }
  }
  for (const [name, { service }] of view.owners) {
    for (const route of Object.values(service.routes)) for (const to of destinationsOf(route)) use(to);
    for (const { do: operation } of Object.values(service.schedules)) use(`${name}.${operation}`);
    for (const consumer of Object.values(service.consumers)) {
      for (const operation of [consumer.do, ...Object.values(consumer.on ?? {})])
        if (operation !== null) use(`${name}.${operation}`);
      for (const channel of [consumer.from].flat()) queues.add(channel);
      if (consumer.deadLetter !== null) queues.add(consumer.deadLetter);
    }
  }
  for (const source of sourcesOf(view.world))
    for (const queue of view.deadLettersOf(source)) queues.add(queue);
  return { operations, owners, tables, queues };
}
