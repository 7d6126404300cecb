import type { ServerSettings } from '../../sim/graphql/server.ts';
import { callsOf } from '../../sim/service/calls-of.ts';
import type { Step } from '../../sim/world/schema/operation.ts';
import { checkServer } from './graphql-references.ts';
import { checkOperation } from './operation-reference.ts';
import type { Path } from './tree.ts';
import { type Flow, orderNames, type WorldView } from './world-view.ts';

const TABLE_VERBS = ['read', 'query', 'insert', 'update', 'upsert', 'delete'];

/** Looks up what the steps of every flow name: operations, channels, tables, pools, and each other. */
export function checkFlows(view: WorldView): void {
  for (const flow of view.flows) {
    for (const [name, step] of Object.entries(flow.steps))
      checkStep(view, flow, step, [...flow.path, 'steps', name]);
    checkOrder(view, flow);
    checkMemory(view, flow);
    checkLocks(view, flow);
  }
}

function checkStep(view: WorldView, flow: Flow, step: Step, path: Path): void {
  const { verb, fields, modifiers } = step;
  for (const { to, at } of callsOf(step)) checkOperation(view, to, [...path, ...at]);
  if (verb === 'graphql') checkServer(view, fields as unknown as ServerSettings, path); // as the verb's own fields say
  if (verb === 'publish' && !view.channels().includes(String(fields.publish)))
    view.missing(
      'unknown-channel',
      'channel',
      String(fields.publish),
      view.at([...path, 'publish']),
      view.channels(),
    );
  if (TABLE_VERBS.includes(verb)) checkTable(view, flow, String(fields[verb]), [...path, verb]);
  if (modifiers.undo) checkOperation(view, modifiers.undo.call, [...path, 'undo', 'call']);
  const pools = Object.keys(view.owners.get(flow.owner)?.service.db?.pools ?? {});
  if (modifiers.pool !== null && modifiers.pool !== 'main' && !pools.includes(modifiers.pool))
    view.missing('unknown-pool', 'pool', modifiers.pool, view.at([...path, 'pool']), pools);
  if (modifiers.forEach === null && modifiers.concurrency !== 1)
    view.wrong(
      'concurrency',
      view.keyAt([...path, 'concurrency']),
      '`concurrency` says how many elements of `forEach` are in progress; there is no `forEach` here.',
    );
  if (modifiers.cache !== null && verb !== 'call' && verb !== 'read')
    view.wrong(
      'cache',
      view.keyAt([...path, 'cache']),
      `Only a \`call\` or a \`read\` can be cached; this step is \`${verb}\`.`,
    );
}

function checkTable(view: WorldView, flow: Flow, place: string, path: Path): void {
  const foreign = /^([^.]+)\.db\/(.+)$/.exec(place);
  const owner = foreign ? (foreign[1] as string) : flow.owner;
  const table = foreign ? (foreign[2] as string) : place;
  const known = view.owners.get(owner);
  const at = view.at(path);
  if (!known) {
    if (foreign) {
      view.missing('unknown-service', 'service', owner, at, view.owners.keys());
      return;
    }
    view.wrong('no-database', at, `\`${owner}\` is a client and has no database.`);
    return;
  }
  if (!known.service.db) {
    view.wrong('no-database', at, `\`${owner}\` has no database.`, 'give the service a db with this table');
    return;
  }
  const tables = Object.keys(known.service.db.tables);
  if (!tables.includes(table))
    view.missing(
      'unknown-table',
      'table',
      place,
      at,
      foreign ? tables.map((name) => `${owner}.db/${name}`) : tables,
    );
}

function checkOrder(view: WorldView, flow: Flow): void {
  if (flow.order === null) return;
  const known = Object.keys(flow.steps);
  const seen = new Set<string>();
  for (const { name, path } of orderNames(flow.order)) {
    const at = view.at([...flow.path, 'order', ...path]);
    if (!known.includes(name)) view.missing('unknown-step', 'step', name, at, known, ` in ${flow.address}`);
    else if (seen.has(name))
      view.wrong(
        'step-twice',
        at,
        `The step \`${name}\` stands in the order of ${flow.address} twice.`,
        'give the second one a name of its own',
      );
    seen.add(name);
  }
}

/** What is kept in a database needs one. */
function checkMemory(view: WorldView, flow: Flow): void {
  const owner = view.owners.get(flow.owner);
  if (owner?.service.db) return;
  const groups = JSON.stringify(flow.order ?? []);
  if (/"(?:transaction|xa)":/.test(groups))
    view.wrong(
      'no-database',
      view.keyAt([...flow.path, 'order']),
      `\`${flow.owner}\` has no database, so nothing can be one transaction.`,
    );
  const operation = owner?.service.operations[flow.address.split('.')[1] ?? ''];
  if (operation?.dedupe?.in === 'db')
    view.wrong(
      'no-database',
      view.keyAt([...flow.path, 'dedupe']),
      `\`${flow.owner}\` has no database to remember in.`,
      'give it a db, or write `in: redis` or `in: memory`',
    );
  if (operation?.saga?.state === 'db')
    view.wrong(
      'no-database',
      view.keyAt([...flow.path, 'saga']),
      `\`${flow.owner}\` has no database to keep its processes in.`,
      'give it a db, or write `state: memory`',
    );
}

function checkLocks(view: WorldView, flow: Flow): void {
  const locks = Object.values(flow.steps)
    .filter(({ verb }) => verb === 'lock')
    .map(({ fields }) => String(fields.lock));
  for (const [name, { verb, fields }] of Object.entries(flow.steps)) {
    if (verb === 'unlock' && !locks.includes(String(fields.unlock)))
      view.missing(
        'unknown-lock',
        'lock',
        String(fields.unlock),
        view.at([...flow.path, 'steps', name, 'unlock']),
        locks,
        ` in ${flow.address}`,
      );
  }
}
