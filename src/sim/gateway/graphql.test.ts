import { describe, expect, test } from 'vitest';
import { ms } from '../kernel/time.ts';
import { all, count, facts, shop, times } from '../testing.fixture.ts';

/** A page with a list of products, whose prices a gateway asks the shop for, one by one. */
const LIST = `
  network: { links: { "* -> gateway": { rtt: 0s }, "gateway -> *": { rtt: 0s } } }
  entities: { sku: { count: 50, data: { price: 100 * index } } }
  clients: { user: { every: 1s, count: 2, data: { amount: null, items: "24" }, steps: { buy: null, open: { call: gateway.category } } } }
  services:
    gateway:
      work: 1ms
      routes: { query: { match: POST /graphql, to: gateway.category } }
      operations:
        category:
          steps:
            prices: { call: shop.price, forEach: range(request.items), concurrency: 100, with: { sku: "'sku-' + string(each + 1)" } }
            answer: { reply: { prices: "prices.map(p, p.price)" } }
    shop:
      workers: 4
      db: { read: 2ms, commit: 1ms, tables: { prices: { key: sku, rows: sku, columns: { price: sku.price } } } }
      operations: { order: null, price: { steps: { find: { read: prices }, answer: { reply: { price: find.price } } } } }
`;
const list = (...patches: string[]) => shop(LIST, ...patches);
const batch = (settings = '{}') => `services: { gateway: { calls: { shop: { batch: ${settings} } } } }`;

describe('a list of n with a call for each', () => {
  test('is n calls: the service behind sees 24 times the traffic', () => {
    const run = list();
    expect(count(run, 'request', 'shop.price')).toBe(48);
    expect(count(run, 'request', 'gateway.category')).toBe(2);
  });

  test('is one call with a batching loader, with the answers in the order of the keys', () => {
    const seen = 'clients: { user: { steps: { told: { fact: { told: { prices: open.prices } } } } } }';
    const run = list(batch(), seen);
    expect(count(run, 'request', 'shop.price')).toBe(2);
    expect(facts(run, 'told')[0]?.prices).toEqual(Array.from({ length: 24 }, (_, i) => 100 * (i + 1)));
    expect(facts(list(seen), 'told')[0]?.prices).toEqual(facts(run, 'told')[0]?.prices);
  });

  test('leaves on record how many calls became one', () => {
    const values = (...patches: string[]) => all(list(...patches), 'batched').map(({ value }) => value);
    expect([values(), values(batch()), values(batch('{ max: 10 }'))]).toEqual([
      [],
      [24, 24],
      [10, 10, 4, 10, 10, 4],
    ]);
    const [first] = all(list(batch()), 'batched');
    expect(first).toMatchObject({ place: 'gateway.category.prices', peer: 'shop.price' });
  });

  test('in a batch takes one worker and one statement, and a little for each', () => {
    const run = list(batch(), 'services: { shop: { workPerItem: 500us } }');
    const [first] = all(run, 'intentOk');
    // 1 ms of the gateway's, 10 ms + 24 · 0.5 ms of the shop's, one statement of 2 ms.
    expect(first?.value).toBeCloseTo(ms(1 + 10 + 12 + 2), -1);
    expect(all(list(), 'intentOk')[0]?.value).toBeGreaterThan(ms(60)); // 24 calls for 4 workers
  });

  test('is several calls where a batch may hold only so many', () => {
    expect(count(list(batch('{ max: 10 }')), 'request', 'shop.price')).toBe(6);
  });

  test('that asks one after the other has nothing to batch', () => {
    const alone =
      'services: { gateway: { operations: { category: { steps: { prices: { concurrency: 1 } } } } } }';
    expect(count(list(batch(), alone), 'request', 'shop.price')).toBe(48);
  });

  test('asks once for what it wants twice in one request, and anew in the next', () => {
    const twice =
      'services: { gateway: { operations: { category: { steps: { prices: { with: { sku: "\'sku-\' + string(each % 3 + 1)" } } } } } } }';
    const run = list(batch(), twice, 'services: { shop: { workPerItem: 10ms } }');
    expect(count(run, 'request', 'shop.price')).toBe(2);
    expect(all(run, 'intentOk')[0]?.value).toBeLessThan(ms(50)); // three keys, not twenty-four
  });

  test('shares the failure of its batch', () => {
    const run = list(batch(), 'chaos: { broken: { errors: shop } }');
    expect(count(run, 'intentFailed')).toBe(2);
    expect(count(run, 'request', 'shop.price')).toBe(2);
  });

  test('goes on without a field that may be null: 200 with a part missing, which a monitor of status codes does not see', () => {
    const nullable =
      'services: { gateway: { operations: { category: { steps: { prices: { fallback: [] } } } } } }';
    const run = list(batch(), nullable, 'chaos: { broken: { errors: shop } }');
    expect(all(run, 'reply', 'gateway.category').every(({ value }) => value === 200)).toBe(true);
    expect(all(run, 'intentOk').every(({ detail }) => detail === 'degraded')).toBe(true);
  });
});

describe('a query at the gateway', () => {
  const ask = (query: string) =>
    `clients: { user: { count: 1, data: { items: "3", query: "'${query}'" }, steps: { open: { call: gateway.query } } } }`;
  const route = (settings: string) =>
    `services: { gateway: { routes: { query: { graphql: ${settings} } } } }`;
  const refusals = (...patches: string[]) =>
    all(list(...patches), 'denied').map(({ value, detail }) => [value, detail]);

  test('that costs too much is refused before anybody is asked anything', () => {
    const run = list(ask('{ category(first: 5000) { price } }'), route('{ maxCost: 200 }'));
    expect(all(run, 'denied')[0]).toMatchObject({
      value: 400,
      detail: 'the query costs 5001, and 200 are allowed',
    });
    expect(times(run, 'request', 'shop.price')).toEqual([]);
  });

  test('that hides how long its list is in a variable is weighed by that variable', () => {
    const hidden = 'query ($n: Int! = 100) { category(first: $n) { price } }';
    const variables = (given: string) => `clients: { user: { data: { variables: "${given}" } } }`;
    const cost = (...patches: string[]) => refusals(ask(hidden), route('{ maxCost: 50 }'), ...patches);
    expect(cost()).toEqual([[400, 'the query costs 101, and 50 are allowed']]);
    expect(cost(variables("{ 'n': 5000 }"))).toEqual([[400, 'the query costs 5001, and 50 are allowed']]);
    expect(cost(variables("{ 'n': 20 }"))).toEqual([]);
  });

  test('that is too deep is refused', () => {
    const deep = '{ a(first: 1) { b(first: 1) { c(first: 1) { d } } } }';
    expect(refusals(ask(deep), route('{ maxDepth: 3 }'))).toEqual([
      [400, 'the query is 4 fields deep, and 3 are allowed'],
    ]);
    expect(refusals(ask(deep), route('{ maxDepth: 4 }'))).toEqual([]);
  });

  test('that nobody knows by name is refused where only persisted queries are answered', () => {
    const settings = route('{ persisted: { home: "{ category { price } }" }, persistedOnly: true }');
    expect(refusals(ask('{ category { price } }'), settings)).toHaveLength(1);
    const named = (name: string) =>
      `clients: { user: { count: 1, data: { items: "3", persistedQuery: "'${name}'" }, steps: { open: { call: gateway.query } } } }`;
    expect(refusals(named('home'), settings)).toEqual([]);
    expect(refusals(named('gone'), settings)).toEqual([[400, 'PersistedQueryNotFound']]);
  });
});
