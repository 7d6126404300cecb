import { describe, expect, test } from 'vitest';
import {
  all,
  BANK,
  count,
  DATABASE,
  details,
  facts,
  QUEUE,
  rows,
  shop,
  times,
} from '../../testing.fixture.ts';

/** Runs an order of the shop that is made of these steps, in a world with a database and more. */
const order = (steps: string, ...more: readonly string[]) =>
  shop(DATABASE, ...more, `services: { shop: { operations: { order: ${steps} } } }`);

describe('work', () => {
  test('lets its time pass on the worker', () => {
    const run = order('{ steps: { think: { work: 40ms } } }');
    expect(all(run, 'finish')[0]?.value).toBe(50_000);
  });
});

describe('call', () => {
  test('ends with what the callee answers', () => {
    const run = order(
      '{ steps: { ask: { call: bank.charge, with: { amount: request.amount * 2 } }, keep: { insert: orders, set: { paid: ask.total } } } }',
      'externals: { bank: { operations: { charge: { steps: { answer: { reply: { total: request.amount } } } } } } }',
    );
    expect(rows(run, 'shop.db/orders')).toEqual({ 'order-1': { order: 'order-1', paid: 200, version: 1 } });
  });

  test('of an own operation is a plain function call: no network, no further worker', () => {
    const run = order(
      '{ steps: { part: { call: shop.part }, keep: { insert: orders, set: { part: part.value } } } }',
      'services: { shop: { workers: 1, operations: { part: { work: 1h, steps: { one: { reply: { value: 7 } } } } } } }',
    );
    expect(count(run, 'call')).toBe(1);
    expect(count(run, 'start')).toBe(1);
    expect(rows(run, 'shop.db/orders')['order-1']?.part).toBe(7);
  });

  test('ends the flow with the failure of the callee', () => {
    const run = order(
      '{ steps: { ask: { call: bank.charge }, keep: { insert: orders } } }',
      'externals: { bank: { operations: { charge: { steps: { no: { fail: NO_MONEY, status: 402 } } } } } }',
    );
    expect(details(run, 'intentFailed')).toEqual(['NO_MONEY']);
    expect(all(run, 'reply', 'shop.order')[0]).toMatchObject({ value: 402, detail: 'NO_MONEY' });
    expect(count(run, 'write')).toBe(0);
  });

  test('records its fact when its good answer has come', () => {
    const run = order('{ steps: { charge: { call: bank.charge, fact: { paid: {} } } } }', BANK);
    const [answer] = all(run, 'callOk', 'shop.order.charge');
    expect(run.facts.map(({ name, at }) => [name, at])).toEqual([
      ['charged', 30_000],
      ['paid', answer?.at],
    ]);
  });

  test('hands on every identity that travels with the request, whatever `with` says', () => {
    const run = order(
      '{ steps: { charge: { call: bank.charge, with: { amount: 5 } } } }',
      'externals: { bank: { operations: { charge: { steps: { take: { fact: { charged: { of: request.order } } } } } } } }',
    );
    expect(run.facts[0]).toMatchObject({
      entities: { order: 'order-1' },
      fields: { amount: 5, of: 'order-1' },
    });
  });
});

describe('publish', () => {
  test('waits for the confirm of the broker, which takes the message before', () => {
    const run = shop(QUEUE);
    expect(times(run, 'publish')).toEqual([10]);
    expect(times(run, 'callOk', 'shop.order.tell')).toEqual([11]);
  });

  test('records its fact when the broker has taken the message, though no confirm ever comes', () => {
    const run = shop(
      QUEUE,
      'services: { shop: { calls: { rabbitmq: { timeout: 1s } }, operations: { order: { steps: { tell: { fact: { told: {} } } } } } } }',
      'chaos: { deaf: { dropReply: shop -> rabbitmq } }',
    );
    expect(run.facts.find(({ name }) => name === 'told')?.at).toBe(10_000);
    expect(details(run, 'intentFailed')).toEqual(['timeout']);
  });

  test('is refused by a full queue', () => {
    const run = shop(
      QUEUE,
      `clients: { user: { count: 3 } }
brokers: { rabbitmq: { queues: { jobs: { x-max-length: 1, x-overflow: reject-publish } } } }
services: { worker: { replicas: 0 } }`,
    );
    expect(details(run, 'intentFailed')).toEqual(['rejected', 'rejected']);
    expect(run.queues[0]).toMatchObject({ published: 1, waiting: 1 });
  });

  test('to an exchange goes to every bound queue, and to none if none is bound', () => {
    const exchange = (bindings: string) =>
      shop(
        QUEUE,
        `brokers: { rabbitmq: { exchanges: { all: { bindings: ${bindings} } }, queues: { other: {} } } }
services: { shop: { operations: { order: { steps: { tell: { publish: rabbitmq/all } } } } } }`,
      );
    expect(exchange('{ jobs: "", other: "" }').queues.map(({ published }) => published)).toEqual([1, 1]);
    expect(count(exchange('{}'), 'unroutable')).toBe(1);
  });

  test('carries type, key, headers and body to the consumer', () => {
    const run = shop(
      QUEUE,
      `services:
  shop: { operations: { order: { steps: { tell: { key: "'k'", headers: { source: SHOP }, body: { n: 1 } } } } } }
  worker: { operations: { handle: { steps: { done: { fact: { handled: { t: message.type, k: message.key, s: message.headers.source, n: request.n, first: message.attempt } } } } } } }`,
    );
    expect(facts(run, 'handled')).toEqual([{ t: 'Ordered', k: 'k', s: 'SHOP', n: 1, first: 1 }]);
  });
});

describe('reply', () => {
  test('answers at once, and the steps after it run on', () => {
    const run = order(
      '{ steps: { accept: { reply: { ok: 1 } }, later: { work: 1s }, done: { fact: { done: {} } } } }',
    );
    expect(times(run, 'intentOk')).toEqual([10]);
    expect(run.facts[0]?.at).toBe(1_010_000);
    expect(count(run, 'reply')).toBe(1);
  });

  test('stands, whatever fails after it', () => {
    const run = order('{ steps: { accept: { reply: {} }, no: { fail: TOO_LATE } } }');
    expect(count(run, 'intentOk')).toBe(1);
  });
});

describe('fail', () => {
  test('ends the flow with a refusal of its reason and status', () => {
    const run = order('{ steps: { no: { fail: CLOSED }, keep: { insert: orders } } }');
    expect(all(run, 'reply')[0]).toMatchObject({ value: 422, detail: 'CLOSED' });
    expect(count(run, 'write')).toBe(0);
  });
});

describe('read', () => {
  const SEEN = '{ found: find.found, version: find.version }';

  test('of no row is no failure', () => {
    const run = order(`{ steps: { find: { read: orders }, tell: { fact: { seen: ${SEEN} } } } }`);
    expect(facts(run, 'seen')).toEqual([{ amount: 100, found: false, version: 0 }]);
  });

  test('gives the row with its version and its age', () => {
    const run = order(
      '{ steps: { keep: { insert: orders, set: { a: 1 } }, wait: { wait: 50ms }, find: { read: orders }, tell: { fact: { seen: { a: find.a, version: find.version, age: find.age } } } } }',
    );
    expect(facts(run, 'seen')).toEqual([{ amount: 100, a: 1, version: 1, age: 52_000 }]);
  });

  test('of another service looks into its database', () => {
    const run = order(
      '{ steps: { find: { read: bank.db/accounts, key: "\'a\'" }, tell: { fact: { seen: { found: find.found } } } } }',
      'services: { bank: { db: { tables: { accounts: {} } } } }',
    );
    expect(facts(run, 'seen')).toEqual([{ amount: 100, found: false }]);
  });
});

describe('query', () => {
  test('gives the rows that meet a condition, at most so many', () => {
    const run = order(
      `{ steps: {
        a: { insert: orders, key: "'a'", set: { n: 1 } }, b: { insert: orders, key: "'b'", set: { n: 2 } },
        c: { insert: orders, key: "'c'", set: { n: 3 } },
        many: { query: orders, where: row.n > 1 }, one: { query: orders, where: row.n > 1, limit: 1 },
        tell: { fact: { seen: { many: size(many.rows), one: 'one.rows[0].n' } } } } }`,
    );
    expect(facts(run, 'seen')).toEqual([{ amount: 100, many: 2, one: 2 }]);
  });
});

describe('insert', () => {
  test('of a key that is there is a duplicate', () => {
    const run = order('{ steps: { one: { insert: orders }, two: { insert: orders } } }');
    expect(details(run, 'refused')).toEqual(['duplicate']);
    expect(all(run, 'reply')[0]).toMatchObject({ value: 409, detail: 'duplicate' });
  });

  test('of values that are unique and taken is a duplicate', () => {
    const run = order(
      `{ steps: { one: { insert: orders, key: "'a'", set: { seat: 7 } }, two: { insert: orders, key: "'b'", set: { seat: 7 } } } }`,
      'services: { shop: { db: { tables: { orders: { unique: [[seat]] } } } } }',
    );
    expect(details(run, 'refused')).toEqual(['duplicate']);
    expect(Object.keys(rows(run, 'shop.db/orders'))).toEqual(['a']);
  });

  test('of values that are unique but null clashes with nothing', () => {
    const run = order(
      `{ steps: { one: { insert: orders, key: "'a'", set: { seat: null } }, two: { insert: orders, key: "'b'", set: { seat: null } } } }`,
      'services: { shop: { db: { tables: { orders: { unique: [[seat]] } } } } }',
    );
    expect(Object.keys(rows(run, 'shop.db/orders'))).toEqual(['a', 'b']);
  });
});

describe('update', () => {
  test('of no row is not-found', () => {
    const run = order('{ steps: { change: { update: orders, set: { a: 1 } } } }');
    expect(all(run, 'reply')[0]).toMatchObject({ value: 404, detail: 'not-found' });
  });

  test('whose condition fails is a conflict and changes nothing', () => {
    const run = order(
      '{ steps: { keep: { insert: orders, set: { left: 0 } }, take: { update: orders, if: row.left > 0, set: { left: row.left - 1 } } } }',
    );
    expect(all(run, 'reply')[0]).toMatchObject({ value: 409, detail: 'conflict' });
    expect(rows(run, 'shop.db/orders')['order-1']).toMatchObject({ left: 0, version: 1 });
  });

  test('changes what it names, keeps the rest, and raises the version by one', () => {
    const run = order(
      '{ steps: { keep: { insert: orders, set: { a: 1, b: 2 } }, change: { update: orders, set: { a: row.a + 10 } } } }',
    );
    expect(rows(run, 'shop.db/orders')['order-1']).toEqual({ order: 'order-1', a: 11, b: 2, version: 2 });
  });
});

describe('upsert', () => {
  test('adds a row, then changes it', () => {
    const run = order(
      '{ steps: { one: { upsert: orders, set: { a: 1 } }, two: { upsert: orders, set: { b: 2 } } } }',
    );
    expect(rows(run, 'shop.db/orders')['order-1']).toEqual({ order: 'order-1', a: 1, b: 2, version: 2 });
  });

  test('whose condition fails does nothing, and is a success', () => {
    const run = order(
      '{ steps: { one: { upsert: orders, if: false, set: { v: 5 } }, two: { upsert: orders, if: 3 > row.v, set: { v: 3 } } } }',
    );
    expect(rows(run, 'shop.db/orders')['order-1']).toMatchObject({ v: 5, version: 1 });
    expect(count(run, 'intentOk')).toBe(1);
  });
});

describe('delete', () => {
  test('removes the row; of none it is a success that found nothing', () => {
    const run = order(
      '{ steps: { keep: { insert: orders }, one: { delete: orders }, two: { delete: orders }, tell: { fact: { seen: { one: one.found, two: two.found } } } } }',
    );
    expect(rows(run, 'shop.db/orders')).toEqual({});
    expect(facts(run, 'seen')).toEqual([{ amount: 100, one: true, two: false }]);
    expect(count(run, 'intentOk')).toBe(1);
  });
});

describe('wait', () => {
  test('for a time lets it pass without work that anything could stretch', () => {
    const run = order('{ steps: { pause: { wait: 50ms } } }', 'chaos: { slow: { slow: shop, x: 2 } }');
    expect(times(run, 'intentOk')).toEqual([70]);
  });

  test('for a condition ends when it holds', () => {
    const run = order(
      `{ steps: {
        start: { set: { since: now } },
        seen: { wait: "now >= start.since + duration('300ms')", upTo: 2s }, tell: { fact: { seen: { ok: seen.ok } } } } }`,
    );
    expect(facts(run, 'seen')).toEqual([{ amount: 100, ok: true }]);
    expect(run.facts[0]?.at).toBe(310_000);
  });

  test('for a condition that never holds ends after `upTo`, without failing', () => {
    const run = order(
      '{ steps: { seen: { wait: "1 == 2", upTo: 200ms }, tell: { fact: { seen: { ok: seen.ok } } } } }',
    );
    expect(facts(run, 'seen')).toEqual([{ amount: 100, ok: false }]);
    expect(run.facts[0]?.at).toBe(210_000);
  });
});

describe('lock', () => {
  const LOCKED = `{ steps: {
    guard: { lock: seat, key: "'7'", lease: 10s, upTo: 5s }, work: { work: 1s },
    tell: { fact: { seen: { token: guard.token } } } } }`;
  const TWO = 'clients: { user: { every: 100ms, count: 2 } }';

  test('lets one in at a time; each holder has a higher token', () => {
    const run = order(LOCKED, TWO);
    expect(facts(run, 'seen').map(({ token }) => token)).toEqual([1, 2]);
    expect(run.facts.map(({ at }) => at)).toEqual([1_010_000, 2_010_000]);
  });

  test('is refused with `timeout` when it does not come free in time', () => {
    const run = order(LOCKED.replace('upTo: 5s', 'upTo: 100ms'), TWO);
    expect(details(run, 'intentFailed')).toEqual(['timeout']);
  });

  test('goes to the next when its lease is over, though the holder works on', () => {
    const run = order(LOCKED.replace('lease: 10s', 'lease: 300ms'), TWO);
    expect(run.facts.map(({ at }) => at)).toEqual([1_010_000, 1_310_000]);
  });

  test('survives the crash of its holder until the lease is over', () => {
    const run = order(
      LOCKED.replace('lease: 10s', 'lease: 3s'),
      `${TWO}\nchaos: { death: { crash: shop, at: 500ms, downFor: 1s } }`,
      'clients: { user: { calls: { shop: { retry: { maxAttempts: 5, backoff: fixed(700ms) } } } } }',
    );
    expect(Math.min(...run.facts.map(({ at }) => at))).toBe(4_010_000);
  });

  test('comes free with `unlock`', () => {
    const run = order(
      `{ steps: { guard: { lock: seat, key: "'7'", upTo: 5s }, free: { unlock: seat, key: "'7'" }, work: { work: 1s }, tell: { fact: { done: {} } } } }`,
      TWO,
    );
    expect(run.facts.map(({ at }) => at)).toEqual([1_010_000, 1_110_000]);
  });
});

describe('set', () => {
  test('computes values for later steps', () => {
    const run = order(
      '{ steps: { sum: { set: { total: request.amount * 3 } }, tell: { fact: { seen: { total: sum.total } } } } }',
    );
    expect(facts(run, 'seen')).toEqual([{ amount: 100, total: 300 }]);
  });

  test('of an expression without a value fails with 500, and is told as a mistake of the document', () => {
    const run = order('{ steps: { sum: { set: { total: request.nothing } } } }');
    expect(all(run, 'reply')[0]).toMatchObject({ value: 500, detail: 'expression' });
    expect([...run.blamed.keys()]).toEqual(['shop.order.sum']);
  });
});

describe('fact', () => {
  test('carries the amount and quantity of the request, and fields of its own', () => {
    const run = order('{ steps: { tell: { fact: { sold: { seat: 7 } } } } }');
    expect(facts(run, 'sold')).toEqual([{ amount: 100, seat: 7 }]);
  });

  test('is true in the instant of the commit that it goes with, and not if there is none', () => {
    const run = order(
      '{ steps: { keep: { insert: orders, fact: { kept: {} } }, again: { insert: orders, fact: { again: {} } } } }',
    );
    expect(run.facts.map(({ name, at }) => [name, at])).toEqual([['kept', 15_000]]);
  });

  test('can be about another entity than the request', () => {
    const run = order(
      '{ steps: { tell: { fact: { sold: {} }, of: "\'seat-7\'" } } }',
      'entities: { seat: { count: 10 } }',
    );
    expect(run.facts[0]?.entities).toEqual({ order: 'order-1', seat: 'seat-7' });
    expect(all(run, 'fact')[0]?.subject).toBe('seat-7');
  });
});
