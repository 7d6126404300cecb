import { describe, expect, test } from 'vitest';
import { all, BANK, count, DATABASE, details, QUEUE, rows, shop, times } from '../../testing.fixture.ts';

/** Runs an order of the shop that is made of these steps, in a world with a database and more. */
const order = (steps: string, ...more: readonly string[]) =>
  shop(DATABASE, ...more, NO_ORDER, `services: { shop: { operations: { order: ${steps} } } }`);

const NO_ORDER = 'services: { shop: { operations: { order: null } } }';

const TABLES = 'services: { shop: { db: { tables: { other: { key: order } } } } }';

describe('steps without an order', () => {
  test('run from top to bottom', () => {
    const run = order('{ steps: { a: { fact: { one: {} } }, b: { fact: { two: {} } } } }');
    expect(run.facts.map(({ name }) => name)).toEqual(['one', 'two']);
  });

  test('that an order does not name do not run', () => {
    const run = order('{ steps: { a: { fact: { one: {} } }, b: { fact: { two: {} } } }, order: [b] }');
    expect(run.facts.map(({ name }) => name)).toEqual(['two']);
  });
});

describe('a parallel group', () => {
  test('ends when the last of its steps has ended', () => {
    const run = order('{ steps: { a: { work: 100ms }, b: { work: 300ms } }, order: [{ parallel: [a, b] }] }');
    expect(times(run, 'intentOk')).toEqual([310]);
  });

  test('fails at once with the first failure, while the others run on', () => {
    const run = order(
      `{ steps: { no: { fail: NO }, slow: { wait: 500ms, fact: { waited: {} } }, done: { fact: { done: {} } } },
         order: [{ parallel: [no, slow] }, done] }`,
    );
    expect(times(run, 'intentFailed')).toEqual([10]);
    expect(run.facts.map(({ name, at }) => [name, at])).toEqual([['waited', 510_000]]);
  });

  test('hands its results to the steps after it', () => {
    const run = order(
      `{ steps: { a: { set: { n: 1 } }, b: { set: { n: 2 } }, sum: { insert: orders, set: { n: a.n + b.n } } },
         order: [{ parallel: [a, b] }, sum] }`,
    );
    expect(rows(run, 'shop.db/orders')['order-1']?.n).toBe(3);
  });
});

describe('a transaction', () => {
  const BOTH = `{ steps: { one: { insert: orders, fact: { one: {} } }, two: { insert: other, fact: { two: {} } } }, order: [{ transaction: [one, two] }] }`;

  test('makes all its rows and facts true in one instant', () => {
    const run = order(BOTH, TABLES);
    expect(new Set([...times(run, 'write'), ...times(run, 'fact')])).toEqual(new Set([17]));
  });

  test('that fails leaves no row and no fact', () => {
    const run = order(
      `{ steps: { one: { insert: orders, fact: { one: {} } }, no: { fail: NO } }, order: [{ transaction: [one, no] }] }`,
    );
    expect(run.facts).toEqual([]);
    expect(count(run, 'write')).toBe(0);
    expect(details(run, 'rollback')).toEqual(['NO']);
  });

  test('that fails leaves no fact of a step of its own either', () => {
    const steps = '{ steps: { keep: { insert: orders }, tell: { fact: { told: {} } }, no: { fail: NO } }';
    expect(order(`${steps}, order: [{ transaction: [keep, tell, no] }] }`).facts).toEqual([]);
    expect(order(`${steps}, order: [{ transaction: [keep, tell] }] }`).facts.map(({ at }) => at)).toEqual([
      15_000,
    ]);
  });

  test('is not undone by a fact that has no value: that is told to the author', () => {
    const run = order(
      '{ steps: { keep: { insert: orders, fact: { told: { n: request.nothing } } } }, order: [{ transaction: [keep] }] }',
    );
    expect([...run.blamed.keys()]).toEqual(['shop.order.keep']);
    expect(run.facts).toEqual([]);
    expect(count(run, 'write')).toBe(1);
  });

  test('sees its own writes before anybody else does', () => {
    const run = order(
      `{ steps: {
          one: { insert: orders, set: { n: 1 } }, find: { read: orders }, hold: { work: 1s },
          tell: { fact: { seen: { mine: find.n } } } },
         order: [{ transaction: [one, find, hold] }, tell] }`,
      `clients: { spy: { every: 500ms, count: 2, data: { order: "'order-1'" }, steps: { look: { call: shop.look } } } }`,
      `services: { shop: { operations: { look: { steps: { find: { read: orders }, tell: { fact: { spied: { found: find.found } } } } } } } }`,
    );
    expect(run.facts.find(({ name }) => name === 'seen')?.fields.mine).toBe(1);
    expect(run.facts.filter(({ name }) => name === 'spied').map(({ fields }) => fields.found)).toEqual([
      false,
      false,
    ]);
  });

  test('of a service with an outbox commits its message together with its rows', () => {
    const run = order(
      '{ steps: { keep: { insert: orders }, tell: { publish: rabbitmq/jobs } }, order: [{ transaction: [keep, tell] }] }',
      QUEUE,
      'services: { shop: { outbox: { interval: 100ms } } }',
    );
    const [write] = all(run, 'write');
    const [outboxed] = all(run, 'outboxed');
    expect(outboxed?.at).toBe(write?.at);
    expect(count(run, 'ack')).toBe(1);
  });

  test('without an outbox sends its message at once, so that a rollback leaves a ghost', () => {
    const ghost = `{ steps: { keep: { insert: orders }, tell: { publish: rabbitmq/jobs }, no: { fail: NO } }, order: [{ transaction: [keep, tell, no] }] }`;
    const run = order(ghost, QUEUE);
    expect(rows(run, 'shop.db/orders')).toEqual({});
    expect(run.facts.map(({ name }) => name)).toEqual(['handled']);
    expect(order(ghost, QUEUE, 'services: { shop: { outbox: {} } }').facts).toEqual([]);
  });

  test('with a parallel group that fails gives back its connection and its locks, though a branch runs on', () => {
    const run = order(
      `{ steps: { no: { fail: NO, when: request.order == "order-1" }, late: { wait: 100ms }, keep: { upsert: orders, key: "'one'" } },
         order: [{ transaction: [{ parallel: [no, { transaction: [late, keep] }] }] }] }`,
      'clients: { user: { count: 3 } }',
      'services: { shop: { db: { pools: { main: { maximumPoolSize: 1 } } } } }',
    );
    expect(count(run, 'intentOk')).toBe(2);
  });
});

describe('a two-phase commit', () => {
  const XA = `{ steps: { keep: { insert: orders }, tell: { publish: rabbitmq/jobs } }, order: [{ xa: [keep, tell] }] }`;

  test('makes row and message true in one instant, and costs a further forced write', () => {
    const run = order(XA, QUEUE);
    expect(times(run, 'write')).toEqual(times(run, 'publish'));
    expect(times(run, 'write')[0]).toBe(10 + 2 + 3 + 1 + 3);
  });

  test('that fails leaves neither', () => {
    const run = order(
      `{ steps: { keep: { insert: orders }, tell: { publish: rabbitmq/jobs }, no: { fail: NO } }, order: [{ xa: [keep, tell, no] }] }`,
      QUEUE,
    );
    expect([count(run, 'write'), count(run, 'publish')]).toEqual([0, 0]);
  });

  test('waits for a broker that cannot be reached, and then rolls back', () => {
    const run = order(
      XA,
      QUEUE,
      'chaos: { cut: { partition: shop | rabbitmq } }',
      'services: { shop: { calls: { rabbitmq: { timeout: 2s } } } }',
    );
    expect(details(run, 'rollback')).toEqual(['timeout']);
    expect(times(run, 'intentFailed')).toEqual([10 + 2 + 3 + 2_000]);
    expect(count(run, 'write')).toBe(0);
  });
});

describe('a propagated deadline', () => {
  const DEADLINE = 'clients: { user: { calls: { shop: { timeout: 100ms, propagateDeadline: true } } } }';

  test('stops the callee between two steps', () => {
    const run = order('{ steps: { a: { work: 200ms }, b: { fact: { done: {} } } } }', DEADLINE);
    expect(run.facts).toEqual([]);
    expect(details(run, 'reply')).toEqual(['timeout']);
  });

  test('never stops it inside a transaction', () => {
    const run = order(
      '{ steps: { a: { work: 200ms }, b: { insert: orders }, c: { fact: { done: {} } } }, order: [{ transaction: [a, b] }, c] }',
      DEADLINE,
    );
    expect(Object.keys(rows(run, 'shop.db/orders'))).toEqual(['order-1']);
    expect(run.facts).toEqual([]);
  });

  test('travels on to those whom the callee calls, if it tells them', () => {
    const tells = (propagateDeadline: boolean) =>
      shop(
        BANK,
        DEADLINE,
        `services: { shop: { calls: { bank: { propagateDeadline: ${propagateDeadline} } } } }`,
        'externals: { bank: { work: 150ms } }',
      ).facts.length;
    expect([tells(true), tells(false)]).toEqual([0, 1]);
  });

  test('is unknown to a callee that is not told', () => {
    const run = order(
      '{ steps: { a: { work: 200ms }, b: { fact: { done: {} } } } }',
      'clients: { user: { calls: { shop: { timeout: 100ms } } } }',
    );
    expect(run.facts.length).toBe(1);
  });
});
