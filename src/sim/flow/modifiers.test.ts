import { describe, expect, test } from 'vitest';
import { all, BANK, count, DATABASE, details, facts, shop, times } from '../testing.fixture.ts';

/** Runs an order of the shop that is made of these steps, in a world with a database and more. */
const order = (steps: string, ...more: readonly string[]) =>
  shop(DATABASE, ...more, NO_ORDER, `services: { shop: { operations: { order: ${steps} } } }`);

const NO_ORDER = 'services: { shop: { operations: { order: null } } }';

describe('when', () => {
  test('lets a step run only if it holds; a skipped one is no failure', () => {
    const run = order(
      '{ steps: { a: { fact: { yes: {} }, when: request.amount == 100 }, b: { set: { n: 1 }, when: request.amount > 100 }, c: { fact: { seen: { ok: b.ok, skipped: b.skipped } } } } }',
    );
    expect(run.facts.map(({ name }) => name)).toEqual(['yes', 'seen']);
    expect(facts(run, 'seen')).toEqual([{ amount: 100, ok: false, skipped: true }]);
    expect(count(run, 'intentOk')).toBe(1);
  });
});

describe('forEach', () => {
  test('runs a step once for each element, one after another, and gives the list of results', () => {
    const run = order(
      `{ steps: { many: { insert: orders, key: "'k' + string(each)", set: { n: each * 10, i: index }, forEach: "[1, 2, 3]" },
          tell: { fact: { seen: { size: size(many), n: "many[1].n", i: "many[2].i" } } } } }`,
    );
    expect(facts(run, 'seen')).toEqual([{ amount: 100, size: 3, n: 20, i: 2 }]);
    expect(times(run, 'write')).toEqual([15, 20, 25]);
  });

  test('has `concurrency` elements in progress at once', () => {
    const run = order('{ steps: { many: { wait: 100ms, forEach: range(5), concurrency: 2 } } }');
    expect(times(run, 'intentOk')).toEqual([310]);
  });

  test('over nothing is done at once', () => {
    const run = order(
      '{ steps: { many: { wait: 100ms, forEach: "[]" }, tell: { fact: { seen: { size: size(many) } } } } }',
    );
    expect(facts(run, 'seen')).toEqual([{ amount: 100, size: 0 }]);
    expect(run.facts[0]?.at).toBe(10_000);
  });

  test('fails with the first element that does, and starts no further one', () => {
    const run = order(
      `{ steps: { many: { insert: orders, key: "each == 2 ? 'k1' : 'k' + string(each)", forEach: "[1, 2, 3]" } } }`,
    );
    expect(details(run, 'intentFailed')).toEqual(['duplicate']);
    expect(count(run, 'write')).toBe(1);
  });

  test('of anything but a list is a mistake of the document', () => {
    const run = order('{ steps: { many: { wait: 1ms, forEach: request.amount } } }');
    expect(details(run, 'intentFailed')).toEqual(['expression']);
    expect([...run.blamed.keys()]).toEqual(['shop.order.many']);
  });
});

describe('fallback', () => {
  const BROKEN = 'chaos: { broken: { errors: bank } }';

  test('makes a value of a failure, and marks the answer as degraded all the way up', () => {
    const run = order(
      '{ steps: { ask: { call: bank.charge, fallback: { price: 7 } }, tell: { fact: { seen: { price: ask.price, degraded: ask.degraded } } } } }',
      BANK,
      BROKEN,
    );
    expect(facts(run, 'seen')).toEqual([{ amount: 100, price: 7, degraded: true }]);
    expect(details(run, 'intentOk')).toEqual(['degraded']);
    expect(details(run, 'fallback')).toEqual(['503']);
  });

  test('of the client library does so as well', () => {
    const run = order(
      '{ steps: { ask: { call: bank.charge } } }',
      BANK,
      BROKEN,
      'services: { shop: { calls: { bank: { fallback: {} } } } }',
    );
    expect(details(run, 'intentOk')).toEqual(['degraded']);
  });

  test('is not asked where nothing fails', () => {
    const run = order('{ steps: { ask: { call: bank.charge, fallback: {} } } }', BANK);
    expect(details(run, 'intentOk')).toEqual([null]);
    expect(count(run, 'fallback')).toBe(0);
  });
});

describe('cache', () => {
  const cached = (settings: string, ...more: readonly string[]) =>
    order(
      `{ steps: { ask: { call: bank.charge, cache: ${settings} } } }`,
      BANK,
      'clients: { user: { every: 100ms, count: 10, entity: null, data: { n: 1 } } }',
      'externals: { bank: { operations: { charge: { steps: { take: { reply: {} } } } } } }',
      ...more,
    );
  const asked = (run: ReturnType<typeof shop>) => count(run, 'call', 'shop.order.ask');

  test('answers while what it remembers is fresh', () => {
    const run = cached('{ max-age: 450ms }');
    expect(asked(run)).toBe(2);
    expect(details(run, 'cacheHit')).toEqual(Array(8).fill('fresh'));
  });

  test('tells requests apart by what they ask, unless a key says otherwise', () => {
    const different = 'clients: { user: { data: { n: index } } }';
    expect(asked(cached('{ max-age: 10s }', different))).toBe(10);
    expect(asked(cached('{ max-age: 10s, key: 1 }', different))).toBe(1);
  });

  test('lets all ask at once when nothing is fresh, unless it coalesces', () => {
    const slow = 'externals: { bank: { work: 450ms } }';
    expect(asked(cached('{ max-age: 10s }', slow))).toBe(5);
    const coalesced = cached('{ max-age: 10s, coalesce: true }', slow);
    expect(asked(coalesced)).toBe(1);
    expect(count(coalesced, 'intentOk')).toBe(10);
  });

  test('shows the stale one and asks anew behind it, with stale-while-revalidate', () => {
    const run = cached('{ max-age: 250ms, stale-while-revalidate: 10s }');
    const hits = details(run, 'cacheHit');
    expect(hits.filter((detail) => detail === 'stale').length).toBe(3);
    expect(asked(run)).toBe(4);
    expect(count(run, 'intentOk')).toBe(10);
  });

  test('falls back on the stale one when asking fails, with stale-if-error, and says so', () => {
    const broken = 'chaos: { broken: { errors: bank, at: 200ms } }';
    expect(details(cached('{ max-age: 150ms, stale-if-error: 10s }', broken), 'intentOk')).toEqual([
      ...Array(2).fill(null),
      ...Array(8).fill('degraded'),
    ]);
    expect(count(cached('{ max-age: 150ms }', broken), 'intentFailed')).toBe(8);
  });

  test('does not remember failures', () => {
    expect(asked(cached('{ max-age: 10s }', 'chaos: { broken: { errors: bank, during: 0s..250ms } }'))).toBe(
      4,
    );
  });

  test('is lost in a crash, and is each replica’s own', () => {
    expect(
      asked(cached('{ max-age: 10s }', 'chaos: { death: { crash: shop, at: 550ms, downFor: 10ms } }')),
    ).toBe(2);
    expect(asked(cached('{ max-age: 10s }', 'services: { shop: { replicas: 2 } }'))).toBe(2);
  });

  test('that coalesces lets nobody wait for ever when the one who asks is gone', () => {
    const run = shop(
      'clients: { user: { every: 100ms, count: 2, entity: null, data: { n: 1 }, patience: 250ms, steps: { buy: { cache: { max-age: 1h, coalesce: true } } } } }',
      'services: { shop: { work: 300ms } }',
    );
    expect(times(run, 'call')).toEqual([0, 250]);
  });
});

describe('database modifiers', () => {
  test('`takes` says how long a statement holds its connection', () => {
    const run = order('{ steps: { find: { read: orders, takes: 500ms } } }');
    expect(times(run, 'intentOk')).toEqual([510]);
  });

  test('`pool` keeps those who are slow from those who are quick', () => {
    const run = (pool: string) =>
      order(
        `{ steps: { find: { read: orders, takes: 500ms, pool: ${pool} } } }`,
        'clients: { user: { every: 10ms, count: 2 } }',
        'services: { shop: { db: { pools: { main: { maximumPoolSize: 1 }, report: { maximumPoolSize: 2 } } } } }',
      );
    expect(times(run('main'), 'intentOk')).toEqual([510, 1_010]);
    expect(times(run('report'), 'intentOk')).toEqual([510, 520]);
    expect(all(run('main'), 'poolWait')[0]).toMatchObject({ peer: 'shop.db/main', value: 490_000 });
  });
});

test('an undo is not looked at without a saga', () => {
  const run = order(
    '{ steps: { take: { call: bank.charge, undo: { call: bank.refund } }, no: { fail: NO } } }',
    BANK,
    'externals: { bank: { operations: { refund: { steps: { give: { fact: { refunded: {} } } } } } } }',
  );
  expect(run.facts.map(({ name }) => name)).toEqual(['charged']);
});
