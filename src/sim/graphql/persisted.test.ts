import { describe, expect, test } from 'vitest';
import { all, changed, count, details, SHOP, shop, times, worldOf } from '../testing.fixture.ts';
import { documentHash } from './documents.ts';

const QUERY = '{ category(first: 2) { sku } }';

/** Somebody who asks a gateway once a second for the same list, at first with the query's text. */
const LIST = `
  network: { links: { user -> gateway: { rtt: 10ms } } }
  clients:
    user: { every: 1s, count: 4, data: { amount: null, query: "'${QUERY}'" }, steps: { buy: null, look: { call: gateway.query } } }
  services:
    shop: null
    gateway:
      work: 1ms
      routes: { query: { match: POST /graphql, to: gateway.list, graphql: { automatic: true } } }
      operations:
        list:
          steps:
            answer:
              graphql: request.query
              schema: "type Query { category(first: Int!): [Product!]! } type Product { sku: ID! }"
              resolve: { Query.category: { value: "range(args.first).map(i, { 'sku': 'sku-' + string(i) })" } }
`;
const HASHED = 'clients: { user: { calls: { gateway: { persistedQueries: true } } } }';
const list = (...patches: string[]) => shop(LIST, ...patches);
const hashed = (...patches: string[]) => list(HASHED, ...patches);
const route = (settings: string) => `services: { gateway: { routes: { query: { graphql: ${settings} } } } }`;
const unknown = (run: ReturnType<typeof list>) =>
  details(run, 'denied').filter((detail) => detail === 'PersistedQueryNotFound').length;
/** How long each question took, in ms. */
const took = (run: ReturnType<typeof list>) => all(run, 'intentOk').map(({ value }) => value / 1_000);

describe('a query that is sent by its hash', () => {
  test('costs a further round trip the first time, when nobody knows it, and none afterwards', () => {
    expect(took(list())).toEqual([11, 11, 11, 11]);
    const run = hashed();
    expect(took(run)).toEqual([21, 11, 11, 11]);
    expect([unknown(run), count(run, 'request', 'gateway.query')]).toEqual([1, 5]);
  });

  test('is answered as one that is sent by its text', () => {
    const TOLD =
      'clients: { user: { steps: { tell: { fact: { told: { skus: "look.data.category.map(p, p.sku)" } } } } } }';
    const run = hashed(TOLD);
    expect(run.facts.map(({ fields }) => fields)).toEqual(list(TOLD).facts.map(({ fields }) => fields));
    expect(run.facts).toHaveLength(4);
  });

  test('is unknown to each replica by itself: where they are asked in turn, the text reaches the next, and the first never learns it', () => {
    const run = hashed('services: { gateway: { replicas: 2 } }');
    expect(all(run, 'denied').map(({ peer }) => peer)).toEqual(Array(4).fill('gateway[0]'));
    const many = hashed(
      'services: { gateway: { replicas: 2 } }',
      'clients: { user: { every: null, rate: 100/s, count: 200 } }',
    );
    expect(unknown(many)).toBeLessThan(20);
    expect(new Set(all(many, 'denied').map(({ peer }) => peer)).size).toBe(2);
  });

  test('is unknown to a replica that has restarted', () => {
    const crash = hashed('chaos: { death: { crash: "gateway[0]", at: 2500ms, downFor: 100ms } }');
    expect(took(crash)).toEqual([21, 11, 11, 21]);
  });

  test('makes requests shorter, which counts on a narrow link', () => {
    // 4 KiB with its text against one message of 1 KiB, at 8 KiB/s.
    const LONG = `
      network: { links: { user -> gateway: { rtt: 0s, bandwidth: 8KiB } } }
      clients: { user: { data: { bytes: 4096 } } }
    `;
    expect(took(list(LONG))).toEqual([626, 626, 626, 626]); // 500 ms there, 1 ms, 125 ms back
    expect(took(hashed(LONG))).toEqual([876, 251, 251, 251]);
  });

  test('is held against the limits of its route like any other, and not kept where it breaks them', () => {
    const run = hashed(route('{ maxCost: 2 }'));
    expect(count(run, 'intentOk')).toBe(0);
    expect(unknown(run)).toBe(4);
  });

  test('is refused if the hash is not that of its text', () => {
    const run = list(`clients: { user: { data: { persistedQuery: "'${documentHash('{ other }')}'" } } }`);
    expect(new Set(details(run, 'denied'))).toEqual(new Set(['the hash is not that of the query']));
  });

  test('is asked for by its text within one try: no retry, no fallback and no failure of the breaker', () => {
    const run = hashed(
      `clients: { user: { calls: { gateway: { fallback: {}, circuitBreaker: { consecutive: 1 }, retry: { maxAttempts: 3, budget: 0% } } } } }`,
    );
    expect([count(run, 'retry'), count(run, 'fallback'), count(run, 'breaker')]).toEqual([0, 0, 0]);
    expect(count(run, 'intentOk')).toBe(4);
  });
});

describe('a list of the queries that are answered', () => {
  const LISTED = `{ automatic: false, persisted: { home: "${QUERY}" }, persistedOnly: true }`;
  const named = `clients: { user: { data: { query: null, persistedQuery: "'home'" } } }`;

  test('is deployed with the gateway: no first time, and nothing that a restart forgets', () => {
    const run = list(
      route(LISTED),
      named,
      'chaos: { death: { crash: "gateway[0]", at: 2500ms, downFor: 100ms } }',
    );
    expect(took(run)).toEqual([11, 11, 11, 11]);
    expect(count(run, 'denied')).toBe(0);
  });

  test('refuses for good what is not on it, sent by text or by hash', () => {
    expect(count(list(route(LISTED)), 'intentOk')).toBe(0);
    const run = hashed(route(LISTED));
    expect(count(run, 'intentOk')).toBe(0);
    expect(count(run, 'request', 'gateway.query')).toBe(4); // nobody comes again with the text
  });
});

test('a route whose settings change goes on knowing what was registered', () => {
  const before = worldOf(SHOP, LIST, HASHED);
  const after = worldOf(SHOP, LIST, HASHED, route('{ maxDepth: 5 }'));
  const run = changed(2_500_000, before, after);
  expect(unknown(run)).toBe(1);
  expect(times(run, 'denied')).toHaveLength(1);
});
