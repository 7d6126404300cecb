import { describe, expect, test } from 'vitest';
import { ms } from '../kernel/time.ts';
import type { Run } from '../run.ts';
import { all, count, details, facts, shop } from '../testing.fixture.ts';

/** A gateway that answers queries about products; the shop knows what they cost, and the bank what is left of them. */
const SERVER = `
  network: { links: { "* -> *": { rtt: 0s } } }
  entities: { sku: { count: 50, data: { price: 100 * index } } }
  clients:
    user:
      every: 1s
      count: 1
      data: { amount: null, query: "'{ category(first: 3) { sku price } }'" }
      steps: { buy: null, ask: { call: gateway.query, with: { query: request.query } }, told: { fact: { told: { answer: ask } } } }
  services:
    gateway:
      work: 1ms
      operations:
        query:
          steps:
            answer:
              graphql: request.query
              schema: |
                type Query { category(first: Int! = 10): [Product!]!  product(sku: ID!): Product  safe: [Product]  thing: Thing }
                type Mutation { buy(sku: ID!): Float }
                interface Thing { sku: ID! }
                type Product implements Thing { sku: ID!  price: Float  stock: Int!  tags: [String!] }
              resolve:
                Query.category: { value: "range(args.first).map(i, {'sku': 'sku-' + string(i + 1), 'tags': ['a', 'b']})" }
                Query.safe: { value: "[{'sku': 'sku-1'}, {'sku': 'sku-2'}]" }
                Query.product: { value: "{'sku': args.sku}" }
                Query.thing: { value: "{'sku': 'sku-9', '__typename': 'Product'}" }
                Product.price: { call: shop.price, with: { sku: parent.sku } }
                Product.stock: { call: bank.stock, with: { sku: parent.sku }, take: left }
                Mutation.buy: { call: shop.price, with: { sku: args.sku }, take: price }
    shop:
      db: { read: 2ms, commit: 1ms, tables: { prices: { key: sku, rows: sku, columns: { price: sku.price } } } }
      operations: { order: null, price: { steps: { find: { read: prices }, answer: { reply: { price: find.price } } } } }
    bank: { work: 5ms, operations: { stock: { steps: { answer: { reply: { left: "7" } } } } } }
`;
const asking = (query: string, ...patches: string[]): Run =>
  shop(SERVER, `clients: { user: { data: { query: ${JSON.stringify(`'${query}'`)} } } }`, ...patches);
const answer = (run: Run) => facts(run, 'told')[0]?.answer;
const data = (run: Run) => (answer(run) as { readonly data: unknown } | undefined)?.data;

const batch = 'services: { gateway: { calls: { shop: { batch: {} } } } }';
const resolving = (price: string) =>
  `services: { gateway: { operations: { query: { steps: { answer: { resolve: { Product.price: ${price} } } } } } } }`;
const broken = (service: string) => `chaos: { broken: { errors: ${service} } }`;

describe('a query', () => {
  test('gets what it asks for, and no more, under the names that it gives', () => {
    const run = asking('{ first: product(sku: \\"sku-3\\") { __typename sku cost: price } }');
    expect(answer(run)).toEqual({ data: { first: { __typename: 'Product', sku: 'sku-3', cost: 300 } } });
    expect(count(run, 'request', 'bank.stock')).toBe(0);
  });

  test('is one call for each field of each product, all at once', () => {
    const run = asking('{ category(first: 3) { sku price } }');
    expect(data(run)).toEqual({
      category: [1, 2, 3].map((n) => ({ sku: `sku-${n}`, price: 100 * n })),
    });
    expect(count(run, 'request', 'shop.price')).toBe(3);
    // 1 ms of the gateway's, 10 ms and a statement of 2 ms of the shop's.
    expect(all(run, 'intentOk')[0]?.value).toBe(ms(13));
  });

  test('is one call for all products where calls are gathered', () => {
    const run = asking('{ category(first: 3) { price } }', batch);
    expect(data(run)).toEqual({ category: [1, 2, 3].map((n) => ({ price: 100 * n })) });
    expect(count(run, 'request', 'shop.price')).toBe(1);
  });

  test('asks different services at the same time', () => {
    const run = asking('{ category(first: 1) { price stock } }');
    expect(data(run)).toEqual({ category: [{ price: 100, stock: 7 }] });
    expect(all(run, 'intentOk')[0]?.value).toBe(ms(13));
  });

  test('takes fragments, defaults, and leaves out what is skipped', () => {
    const run = asking(
      '{ category { ...part tags @skip(if: true) ... on Product { sku @include(if: true) } } } fragment part on Thing { sku }',
    );
    expect(data(run)).toMatchObject({ category: { length: 10, 0: { sku: 'sku-1' } } });
  });

  test('of an interface is answered by what the object says that it is', () => {
    expect(data(asking('{ thing { sku ... on Product { price } } }'))).toEqual({
      thing: { sku: 'sku-9', price: 900 },
    });
  });

  test('of an interface gets nothing of an object that says it is something else', () => {
    const run = asking(
      '{ thing { sku } }',
      `services: { gateway: { operations: { query: { steps: { answer: { resolve: { Query.thing: { value: "{'sku': 'sku-9', '__typename': 'Query'}" } } } } } } } }`,
    );
    expect(answer(run)).toEqual({
      data: { thing: null },
      errors: [{ message: 'no Thing', path: ['thing'] }],
    });
  });

  test('takes its variables', () => {
    const run = asking(
      'query Some($n: Int!) { category(first: $n) { sku } }',
      'services: { gateway: { operations: { query: { steps: { answer: { variables: { n: "2" } } } } } } }',
    );
    expect(data(run)).toEqual({ category: [{ sku: 'sku-1' }, { sku: 'sku-2' }] });
  });
});

describe('a field that cannot be resolved', () => {
  test('is null and told of, and the rest of the answer is there, with 200', () => {
    const run = asking('{ category(first: 2) { sku price } }', broken('shop'));
    expect(answer(run)).toEqual({
      data: { category: [1, 2].map((n) => ({ sku: `sku-${n}`, price: null })) },
      errors: [0, 1].map((at) => ({ message: '503', path: ['category', at, 'price'] })),
    });
    expect(all(run, 'reply', 'gateway.query')[0]?.value).toBe(200);
    expect(all(run, 'intentOk')[0]?.detail).toBe('degraded');
    expect(details(run, 'graphqlError')).toEqual(['category.0.price: 503', 'category.1.price: 503']);
  });

  test('takes the object with it where it must not be null, and the list, and the whole answer', () => {
    const run = asking('{ category(first: 1) { sku stock } }', broken('bank'));
    expect(answer(run)).toMatchObject({ data: null, errors: [{ path: ['category', 0, 'stock'] }] });
  });

  test('takes no more with it than the nearest thing that may be null', () => {
    const run = asking('{ safe { sku stock } }', broken('bank'));
    expect(data(run)).toEqual({ safe: [null, null] });
  });

  test('is one whose value the schema cannot write', () => {
    const run = asking(
      '{ product(sku: \\"sku-1\\") { stock } }',
      `services: { bank: { operations: { stock: { steps: { answer: { reply: { left: "'seven'" } } } } } } }`,
    );
    expect(answer(run)).toMatchObject({
      data: { product: null },
      errors: [{ message: 'Int cannot represent non-integer value: "seven"' }],
    });
  });

  test('is one whose expression has no value, which its author is told', () => {
    const run = asking(
      '{ product(sku: \\"sku-1\\") { sku price } }',
      resolving('{ call: null, with: null, value: 1 / 0 }'),
    );
    expect(answer(run)).toMatchObject({
      data: { product: { sku: 'sku-1', price: null } },
      errors: [{ message: 'expression' }],
    });
    expect([...run.blamed]).toEqual([['gateway.query.answer.Product.price', '1 / 0: division by zero']]);
  });
});

test('a resolver with a cache asks for what it does not have: by product, whichever query wants it', () => {
  const twice = 'clients: { user: { count: 2 } }';
  const kept = resolving('{ cache: { max-age: 5s, key: parent.sku } }');
  const run = asking('{ category(first: 3) { price } }', twice, kept);
  expect(facts(run, 'told').map((told) => told.answer)).toEqual(
    Array(2).fill({ data: { category: [1, 2, 3].map((n) => ({ price: 100 * n })) } }),
  );
  expect(count(run, 'request', 'shop.price')).toBe(3);
  expect(count(run, 'cacheHit', 'gateway.query.answer.Product.price')).toBe(3);
  expect(count(asking('{ category(first: 3) { price } }', twice), 'request', 'shop.price')).toBe(6);
});

test('fields of a mutation are done one after the other', () => {
  const run = asking('mutation { a: buy(sku: \\"sku-1\\") b: buy(sku: \\"sku-2\\") }');
  expect(data(run)).toEqual({ a: 100, b: 200 });
  expect(all(run, 'intentOk')[0]?.value).toBe(ms(25));
});

describe('a query that is not run is answered 400', () => {
  test.each([
    ['because of its syntax', '{ category(first: 3 { sku } }', 'Syntax Error: Expected Name, found "{".'],
    [
      'because the schema has no such field',
      '{ category { colour } }',
      'Cannot query field "colour" on type "Product".',
    ],
    [
      'because an object must say what of it',
      '{ category }',
      'Field "category" of type "[Product!]!" must have a selection of subfields. Did you mean "category { ... }"?',
    ],
    [
      'because of an argument',
      '{ category(first: \\"many\\") { sku } }',
      'Int cannot represent non-integer value: "many"',
    ],
    [
      'because it asks for the schema',
      '{ __schema { types { name } } }',
      'GraphQL introspection has been disabled, but the requested query contained the field "__schema".',
    ],
    [
      'because a variable is missing',
      'query ($n: Int!) { category(first: $n) { sku } }',
      'Variable "$n" of required type "Int!" was not provided.',
    ],
  ])('%s', (_why, query, words) => {
    const run = asking(query);
    expect(details(run, 'graphqlError')).toEqual([words]);
    expect(all(run, 'reply', 'gateway.query')[0]?.value).toBe(400);
  });
});

test('a query that its route knows by name is answered', () => {
  const run = shop(
    SERVER,
    `clients: { user: { data: { query: null, persistedQuery: "'home'" }, steps: { ask: { call: gateway.home, with: request } } } }
services: { gateway: { routes: { home: { to: gateway.query, graphql: { persisted: { home: "{ category(first: 1) { sku } }" }, persistedOnly: true } } } } }`,
  );
  expect(data(run)).toEqual({ category: [{ sku: 'sku-1' }] });
});
