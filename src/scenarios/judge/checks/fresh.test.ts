import { describe, expect, test } from 'vitest';
import { seconds } from '../../../sim/kernel/time.ts';
import { History, resultOf, worldOf } from '../history.fixture.ts';

const services = {
  checkout: { operations: { placeOrder: { steps: { price: {} } } }, consumers: {}, outbox: {} },
  shipping: { operations: {}, consumers: { orders: { from: ['rabbitmq/shipping'] } }, outbox: null },
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

test('a cache is stale by the age of what it answers', () => {
  const history = world();
  history.at(9).note('cacheHit', 'checkout.placeOrder.price', { value: seconds(8), detail: 'stale' });
  const within = (limit: string) =>
    resultOf({ fresh: 'checkout.placeOrder.price', within: limit }, history.run()).outcome;
  expect([within('8s'), within('7s')]).toEqual(['valid', 'invalid']);
});
