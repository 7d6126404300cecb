import { describe, expect, test } from 'vitest';
import { seconds } from '../../../sim/kernel/time.ts';
import { History, read, resultOf, worldOf } from '../history.fixture.ts';
import { checkVocabulary } from '../vocabulary.ts';

const kept = { verb: 'call', fields: {}, modifiers: { cache: {} } };
const answer = {
  verb: 'graphql',
  fields: { resolve: { 'Product.stock': { cache: {} }, 'Product.price': { cache: null } } },
  modifiers: { cache: null },
};
const services = {
  checkout: { operations: { placeOrder: { steps: { price: kept } } }, outbox: {} },
  shipping: { consumers: { orders: { from: ['rabbitmq/shipping'] } } },
  gateway: {
    operations: { answer: { steps: { query: answer } } },
    routes: { search: { to: 'search.find', cache: {} } },
  },
};
const rabbitmq = { exchanges: { orders: { bindings: { shipping: '' } } }, queues: { shipping: {} } };
const world = () => new History(worldOf({ services, brokers: { rabbitmq } }));

describe('a consumer', () => {
  const fresh = { fresh: 'shipping.orders', within: '5s' };

  test('may let a message wait for so long', () => {
    const history = world();
    history.at(1).note('publish', 'rabbitmq/orders', { value: 1 });
    history.at(6).note('ack', 'shipping.orders', { value: 1, peer: 'rabbitmq/shipping' });
    expect(resultOf(fresh, history.run())).toMatchObject({
      outcome: 'valid',
      got: '5 s the oldest; 0 of 1 older than allowed',
      measures: { fresh: seconds(5) },
    });
  });

  test('is too late for a message that is handled later, from the moment it became too old', () => {
    const history = world();
    const published = history.at(1).note('publish', 'rabbitmq/orders', { value: 1, subject: 'order-1' });
    const ack = history.at(9).note('ack', 'shipping.orders', { value: 1, peer: 'rabbitmq/shipping' });
    const result = resultOf(fresh, history.run());
    expect(result).toMatchObject({ outcome: 'invalid', got: '8 s the oldest; 1 of 1 older than allowed' });
    expect(result.findings[0]).toMatchObject({
      subject: 'order-1',
      at: seconds(6),
      records: [published, ack],
    });
  });

  test('is too late for a message that nobody ever handles', () => {
    const history = world();
    history.at(110).note('publish', 'rabbitmq/orders', { value: 1 });
    expect(resultOf(fresh, history.run())).toMatchObject({ outcome: 'invalid' });
  });

  test('is not looked at outside the time asked about', () => {
    const history = world();
    history.at(1).note('publish', 'rabbitmq/orders', { value: 1 });
    history.at(9).note('ack', 'shipping.orders', { value: 1, peer: 'rabbitmq/shipping' });
    expect(resultOf({ ...fresh, outside: '5s..10s' }, history.run()).outcome).toBe('valid');
    expect(resultOf({ ...fresh, outside: '5s..8s' }, history.run()).outcome).toBe('invalid');
    expect(resultOf({ ...fresh, during: '20s..30s' }, history.run()).outcome).toBe('vacuous');
  });

  test('is vacuous without messages', () => {
    expect(resultOf(fresh, world().run())).toMatchObject({ outcome: 'vacuous' });
  });
});

test('an outbox is late when its relay publishes late', () => {
  const history = world();
  const request = history.at(1).note('request', 'checkout.placeOrder');
  history.note('outboxed', 'rabbitmq/orders', { value: 1, span: request });
  history.at(4).note('publish', 'rabbitmq/orders', { value: 1 });
  const within = (limit: string) =>
    resultOf({ fresh: 'checkout.outbox', within: limit }, history.run()).outcome;
  expect([within('3s'), within('2s')]).toEqual(['valid', 'invalid']);
});

test.each([
  ['a step', 'checkout.placeOrder.price'],
  ['what resolves a field of a query', 'gateway.answer.query.Product.stock'],
  ['a route', 'gateway.search'],
])('a cache of %s is stale by the age of what it answers', (_whose, place) => {
  const history = world();
  history.at(9).note('cacheHit', place, { value: seconds(8), detail: 'stale' });
  const within = (limit: string) => resultOf({ fresh: place, within: limit }, history.run());
  expect(within('8s').outcome).toBe('valid');
  expect(within('7s')).toMatchObject({
    outcome: 'invalid',
    findings: [{ message: `cached answer: 8 s old at ${place}` }],
  });
});

test('the cache of another field is another one', () => {
  const history = world();
  history.at(9).note('cacheHit', 'gateway.answer.query.Product.stock', { value: seconds(8) });
  const fresh = { fresh: 'gateway.answer.query.Product.price', within: '1s' };
  expect(resultOf(fresh, history.run())).toMatchObject({
    outcome: 'vacuous',
    got: 'nothing to wait for in the time looked at',
  });
});

describe('only what can grow old is named', () => {
  const problems = (fresh: string) =>
    checkVocabulary(worldOf({ services, brokers: { rabbitmq } }), { it: read({ fresh, within: '1s' }) });

  test.each([
    'shipping.orders',
    'rabbitmq/shipping',
    'checkout.outbox',
    'checkout.placeOrder.price',
    'gateway.answer.query.Product.stock',
    'gateway.search',
  ])('as %s can', (place) => {
    expect(problems(place)).toEqual([]);
  });

  test.each([
    [
      'a resolver that is not there',
      'gateway.answer.query.Product.stok',
      'gateway.answer.query.Product.stock',
    ],
    ['a resolver without a cache', 'gateway.answer.query.Product.price', undefined],
    ['a step without a cache', 'gateway.answer.query', undefined],
    ['a service', 'shipping', undefined],
  ])('and not %s', (_what, place, suggestion) => {
    const [problem, ...others] = problems(place);
    expect(problem?.message).toContain('outbox or cache of a step, resolver or route is called');
    expect(problem?.suggestion).toBe(suggestion);
    expect(others).toEqual([]);
  });
});
