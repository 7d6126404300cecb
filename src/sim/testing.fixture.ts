import { parse } from 'yaml';
import { type Change, simulate } from './index.ts';
import type { Micros } from './kernel/time.ts';
import { KIND, KIND_NAMES, type Kind } from './kinds.ts';
import type { Run } from './run.ts';
import { type World, worldSchema } from './world/schema/world.ts';

type Document = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON Merge Patch, so that a test says only what is special about its world. */
function merged(base: Document, patch: Document): Document {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const before = result[key];
    if (value === null) delete result[key];
    else result[key] = isMap(value) ? merged(isMap(before) ? before : {}, value) : value;
  }
  return result;
}

/** Reads worlds written in YAML, each a patch on those before, as the schema reads them: every form in full. */
export function worldOf(...documents: readonly string[]): World {
  const document = documents.reduce<Document>((base, text) => merged(base, parse(text) as Document), {});
  return worldSchema.parse(document);
}

/**
 * Somebody who calls `shop.order` once a second, about order-1, order-2 and so on, over a way that takes no time.
 * The shop needs 10 ms for each.
 */
export const SHOP = `
  entities: { order: {} }
  run: { for: 10s, settle: 10s }
  network: { links: { "* -> shop": { rtt: 0s }, "shop -> *": { rtt: 0s }, "* -> bank": { rtt: 0s } } }
  clients:
    user: { every: 1s, count: 1, entity: order, data: { amount: 100 }, steps: { buy: { call: shop.order } } }
  services:
    shop: { work: 10ms, operations: { order: {} } }
`;

/** For the shop: a database whose statements take 2 ms and whose commits take 3 ms, with a table of orders. */
export const DATABASE = `
  services: { shop: { db: { read: 2ms, commit: 3ms, tables: { orders: { key: order } } } } }
`;

/** For the shop: a bank outside, which charges in 20 ms, and is called for each order. */
export const BANK = `
  services: { shop: { operations: { order: { steps: { charge: { call: bank.charge } } } } } }
  externals: { bank: { work: 20ms, operations: { charge: { steps: { take: { fact: { charged: {} } } } } } } }
`;

/** For the shop: it tells a queue of each order, and a worker who needs 50 ms for each takes them from there. */
export const QUEUE = `
  brokers: { rabbitmq: { delivery: 1ms, confirm: 1ms, queues: { jobs: {} } } }
  network: { links: { "* -> rabbitmq": { rtt: 0s }, "rabbitmq -> *": { rtt: 0s } } }
  services:
    shop: { operations: { order: { steps: { tell: { publish: rabbitmq/jobs, type: Ordered } } } } }
    worker:
      work: 50ms
      consumers: { jobs: { from: rabbitmq/jobs, do: handle } }
      operations: { handle: { steps: { done: { fact: { handled: {} } } } } }
`;

/** Runs a world that is written as patches on the shop. */
export function shop(...patches: readonly string[]): Run {
  return simulate(worldOf(SHOP, ...patches), 'any');
}

/** Runs a world from a moment on as another one. */
export function changed(at: Micros, before: World, after: World, seed = 'any'): Run {
  const change: Change = { at, world: after, what: 'a test' };
  return simulate(before, seed, [change]);
}

/** One record in words. */
export interface Told {
  readonly index: number;
  readonly at: Micros;
  readonly kind: Kind;
  readonly place: string;
  readonly peer: string | null;
  readonly subject: string | null;
  readonly cause: number;
  readonly span: number;
  readonly value: number;
  readonly detail: string | null;
}

/** A record by its index. */
function told({ record }: Run, index: number): Told {
  const text = (name: number) => (name < 0 ? null : record.names.text(name));
  return {
    index,
    at: record.timeAt(index),
    kind: KIND_NAMES[record.kindAt(index)] as Kind,
    place: text(record.placeAt(index)) ?? '',
    peer: text(record.peerAt(index)),
    subject: text(record.subjectAt(index)),
    cause: record.causeAt(index),
    span: record.spanAt(index),
    value: record.valueAt(index),
    detail: text(record.detailAt(index)),
  };
}

/** The records of one kind, or all, in order; with `place`, only those there. */
export function all(run: Run, kind?: Kind, place?: string): Told[] {
  const { record } = run;
  const found: Told[] = [];
  for (let index = 0; index < record.length; index++) {
    if (kind !== undefined && record.kindAt(index) !== KIND[kind]) continue;
    const one = told(run, index);
    if (place === undefined || one.place === place) found.push(one);
  }
  return found;
}

/** How many records of a kind there are. */
export const count = (run: Run, kind: Kind, place?: string): number => all(run, kind, place).length;

/** When records of a kind happened, in milliseconds. */
export const times = (run: Run, kind: Kind, place?: string): number[] =>
  all(run, kind, place).map(({ at }) => at / 1_000);

/** What records of a kind say in `detail`. */
export const details = (run: Run, kind: Kind, place?: string): (string | null)[] =>
  all(run, kind, place).map(({ detail }) => detail);

/** The fields of the facts of a name. */
export const facts = (run: Run, name: string) =>
  run.facts.filter((fact) => fact.name === name).map(({ fields }) => fields);

/** A table's rows at the end of the run, by key. */
export const rows = (run: Run, table: string) => Object.fromEntries(run.tables.get(table) ?? []);
