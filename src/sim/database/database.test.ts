import { describe, expect, test } from 'vitest';
import { all, count, DATABASE, details, facts, rows, shop, times } from '../testing.fixture.ts';

/** Runs orders of the shop that are made of these steps. */
const order = (steps: string, ...more: readonly string[]) =>
  shop(DATABASE, `services: { shop: { operations: { order: ${steps} } } }`, ...more);
const every = (interval: string, count: number) =>
  `clients: { user: { every: ${interval}, count: ${count} } }`;
const TOGETHER = every('1ms', 5);

describe('row locks', () => {
  const ADD = `{ steps: { add: { upsert: orders, key: "'sum'", set: { n: "has(row.n) ? row.n + 1 : 1" } } } }`;

  test('let no update be lost', () => {
    expect(rows(order(ADD, TOGETHER), 'shop.db/orders').sum?.n).toBe(5);
  });

  test('make writers of one row wait for each other, to the end of their transactions', () => {
    expect(times(order(ADD, TOGETHER), 'write')).toEqual([15, 20, 25, 30, 35]);
    const apart = order('{ steps: { add: { upsert: orders } } }', TOGETHER);
    expect(times(apart, 'write')).toEqual([15, 16, 17, 18, 19]);
  });

  test('do not keep a reader from the committed row', () => {
    const run = order(
      `{ steps: { add: { upsert: orders, key: "'sum'", takes: 1s } } }`,
      'clients: { reader: { every: 100ms, count: 1, steps: { look: { call: shop.look } } } }',
      `services: { shop: { operations: { look: { steps: { find: { read: orders, key: "'sum'" } } } } } }`,
    );
    expect(times(run, 'intentOk', 'reader')).toEqual([12]);
  });

  test('are taken by a read that asks for one, so that what it read is still true when it writes', () => {
    const increment = (lock: boolean) =>
      order(
        `{ steps: {
            find: { read: orders, key: "'sum'", lock: ${lock} }, think: { work: 5ms },
            add: { upsert: orders, key: "'sum'", set: { n: "find.found ? find.n + 1 : 1" } } },
           order: [{ transaction: [find, think, add] }] }`,
        TOGETHER,
      );
    expect(rows(increment(false), 'shop.db/orders').sum?.n).toBeLessThan(5);
    expect(rows(increment(true), 'shop.db/orders').sum?.n).toBe(5);
  });
});

describe('a deadlock', () => {
  const two = (first: string, second: string) =>
    order(
      `{ steps: { a: { ${first}, key: "request.order == 'order-1' ? 'x' : 'y'" }, b: { ${second}, key: "request.order == 'order-1' ? 'y' : 'x'" } }, order: [{ transaction: [a, b] }] }`,
      every('1ms', 2),
    );

  test('has one victim, who is refused; the other goes on', () => {
    const run = two('upsert: orders', 'upsert: orders');
    expect(details(run, 'refused')).toEqual(['deadlock']);
    expect(details(run, 'rollback')).toEqual(['deadlock']);
    expect(count(run, 'intentOk')).toBe(1);
    expect(Object.keys(rows(run, 'shop.db/orders'))).toEqual(['x', 'y']);
  });

  test('has one as well where readers take the locks', () => {
    const run = two('read: orders, lock: true', 'read: orders, lock: true');
    expect(details(run, 'refused')).toEqual(['deadlock']);
    expect(count(run, 'intentOk')).toBe(1);
  });
});

describe('unique values', () => {
  test('hold also between two inserts that come at once: the second waits, and is a duplicate', () => {
    const run = order(
      '{ steps: { keep: { insert: orders, set: { seat: 7 } } } }',
      TOGETHER,
      'services: { shop: { db: { tables: { orders: { unique: [[seat]] } } } } }',
    );
    expect(Object.keys(rows(run, 'shop.db/orders')).length).toBe(1);
    expect(details(run, 'refused')).toEqual(Array(4).fill('duplicate'));
  });

  test('come free when their row is changed or removed', () => {
    const run = order(
      `{ steps: {
          one: { insert: orders, key: "'a'", set: { seat: 7 } }, move: { update: orders, key: "'a'", set: { seat: 8 } },
          two: { insert: orders, key: "'b'", set: { seat: 7 } }, gone: { delete: orders, key: "'b'" },
          three: { insert: orders, key: "'c'", set: { seat: 7 } } } }`,
      'services: { shop: { db: { tables: { orders: { unique: [[seat]] } } } } }',
    );
    expect(details(run, 'refused')).toEqual([]);
    expect(Object.keys(rows(run, 'shop.db/orders'))).toEqual(['a', 'c']);
  });
});

test('a condition on the version lets one of two concurrent writers in', () => {
  const run = order(
    `{ steps: {
        find: { read: orders, key: "'doc'" }, think: { work: 50ms },
        save: { update: orders, key: "'doc'", if: row.version == find.version, set: { by: request.order } } } }`,
    every('1ms', 2),
    'entities: { doc: { count: 1 } }',
    'services: { shop: { db: { tables: { orders: { rows: doc } } } } }',
    `services: { shop: { operations: { order: { steps: { find: { key: "'doc-1'" }, save: { key: "'doc-1'" } } } } } }`,
  );
  expect(rows(run, 'shop.db/orders')['doc-1']).toMatchObject({ by: 'order-1', version: 2 });
  expect(details(run, 'intentFailed')).toEqual(['conflict']);
});

test('tables of an entity begin with a row for each, whose columns are worked out from it', () => {
  const run = shop(
    DATABASE,
    'entities: { sku: { count: 3, data: { price: 100 * index } } }',
    'services: { shop: { db: { tables: { stock: { key: sku, rows: sku, columns: { left: 5, price: sku.price + 1 } } } } } }',
  );
  expect(rows(run, 'shop.db/stock')['sku-3']).toEqual({ sku: 'sku-3', left: 5, price: 301, version: 1 });
  expect(Object.keys(rows(run, 'shop.db/stock'))).toEqual(['sku-1', 'sku-2', 'sku-3']);
});

describe('a pool', () => {
  const SLOW = '{ steps: { find: { read: orders, takes: 500ms } } }';
  const pool = (settings: string, ...more: readonly string[]) =>
    order(SLOW, TOGETHER, `services: { shop: { db: { pools: { main: ${settings} } } } }`, ...more);

  test('has ten connections unless it says otherwise', () => {
    const run = order(SLOW, every('1ms', 12));
    expect(count(run, 'poolWait')).toBe(2);
  });

  test('lets the others wait, and says how long', () => {
    const run = pool('{ maximumPoolSize: 2 }');
    expect(times(run, 'intentOk')).toEqual([510, 511, 1_010, 1_011, 1_510]);
    expect(all(run, 'poolWait').map(({ value }) => value / 1_000)).toEqual([498, 498, 996]);
  });

  test('refuses who has waited too long', () => {
    const run = pool('{ maximumPoolSize: 2, connectionTimeout: 200ms }');
    expect(details(run, 'intentFailed')).toEqual(Array(3).fill('pool-timeout'));
    expect(all(run, 'reply').map(({ value }) => value)).toContain(503);
  });

  test('is each replica’s own; the server bounds them all', () => {
    const two = 'services: { shop: { replicas: 4 } }';
    expect(times(pool('{ maximumPoolSize: 2 }', two), 'intentOk').at(-1)).toBe(514);
    expect(
      times(
        pool('{ maximumPoolSize: 2 }', two, 'services: { shop: { db: { max_connections: 1 } } }'),
        'intentOk',
      ).at(-1),
    ).toBe(2_510);
  });

  test('is held to the end of a transaction, whatever it waits for', () => {
    const run = order(
      '{ steps: { find: { read: orders }, think: { work: 1s } }, order: [{ transaction: [find, think] }] }',
      every('1ms', 2),
      'services: { shop: { db: { pools: { main: { maximumPoolSize: 1 } } } } }',
    );
    expect(all(run, 'poolWait')[0]?.value).toBe(1_004_000);
  });
});

describe('a read copy', () => {
  const copy = (steps: string, ...more: readonly string[]) =>
    order(`{ steps: ${steps} }`, 'services: { shop: { db: { replica: { lag: 1s } } } }', ...more);
  const SEEN = 'tell: { fact: { seen: { found: find.found, version: find.version } } }';

  test('shows rows as they were its lag ago', () => {
    const at = (wait: string) =>
      facts(
        copy(
          `{ keep: { insert: orders }, pause: { wait: ${wait} }, find: { read: orders, from: replica }, ${SEEN} }`,
        ),
        'seen',
      )[0];
    expect(at('900ms')).toMatchObject({ found: false });
    expect(at('1100ms')).toMatchObject({ found: true, version: 1 });
  });

  test('shows an older version of a row that has changed', () => {
    const run = copy(
      `{ keep: { insert: orders }, pause: { wait: 1s }, change: { update: orders, set: { a: 1 } }, find: { read: orders, from: replica }, ${SEEN} }`,
    );
    expect(facts(run, 'seen')[0]).toMatchObject({ version: 1 });
  });

  test('shows no row that was removed longer ago than its lag', () => {
    const removed = (wait: string) =>
      facts(
        copy(
          `{ keep: { insert: orders }, pause: { wait: 2s }, gone: { delete: orders }, then: { wait: ${wait} }, find: { read: orders, from: replica }, ${SEEN} }`,
        ),
        'seen',
      )[0];
    expect(removed('500ms')).toMatchObject({ found: true });
    expect(removed('1500ms')).toMatchObject({ found: false });
  });

  test('shows from the beginning what the table began with', () => {
    const run = copy(
      `{ find: { read: stock, key: "'sku-1'", from: replica }, ${SEEN} }`,
      'entities: { sku: { count: 1 } }',
      'services: { shop: { db: { tables: { stock: { key: sku, rows: sku } } } } }',
    );
    expect(facts(run, 'seen')[0]).toMatchObject({ found: true, version: 1 });
  });

  test('is waited for by a reader who knows what version it needs, as long as it will', () => {
    const run = (upTo: string) =>
      facts(
        copy(
          `{ keep: { insert: orders }, find: { read: orders, from: replica, atLeast: keep.version, upTo: ${upTo} }, tell: { fact: { seen: { found: find.found, stale: has(find.stale) } } } }`,
        ),
        'seen',
      )[0];
    expect(run('5s')).toMatchObject({ found: true, stale: false });
    expect(run('500ms')).toMatchObject({ found: false, stale: true });
  });
});

test('a row is gone after its time to live, and its key is free again', () => {
  const run = order(
    '{ steps: { one: { insert: orders }, pause: { wait: 600ms }, find: { read: orders }, two: { insert: orders }, tell: { fact: { seen: { found: find.found } } } } }',
    'services: { shop: { db: { tables: { orders: { ttl: 500ms } } } } }',
  );
  expect(facts(run, 'seen')).toEqual([{ amount: 100, found: false }]);
  expect(rows(run, 'shop.db/orders')).toEqual({});
});
