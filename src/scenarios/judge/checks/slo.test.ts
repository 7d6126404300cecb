import { describe, expect, test } from 'vitest';
import { seconds } from '../../../sim/kernel/time.ts';
import { History, resultOf, worldOf } from '../history.fixture.ts';

interface Wishes {
  readonly count?: number;
  readonly failing?: number;
  readonly took?: (order: number) => number;
}

/** One wish a second, of `took` seconds each; every `failing`-th ends badly. */
function shoppers({ count = 100, failing = 0, took = () => 0.5 }: Wishes = {}) {
  const history = new History();
  for (let order = 1; order <= count; order++) {
    const bad = failing > 0 && order % failing === 0;
    history.wish(`order-${order}`, order - 1, order - 1 + took(order), bad ? 'timeout' : undefined);
  }
  return history;
}

describe('success', () => {
  test('is broken by one failure too many, and names those who failed', () => {
    const result = resultOf({ slo: 'shoppers', success: '99%' }, shoppers({ failing: 50 }).run());
    expect(result).toMatchObject({
      outcome: 'invalid',
      need: 'shoppers: success >= 99 %',
      got: '98 % success, of 100 intentions',
      measures: { success: 98 },
      at: seconds(99.5), // the second failure is the one too many
      count: 1,
    });
    expect(result.findings[0]?.records).toHaveLength(4);
  });

  test('holds at exactly its threshold', () => {
    expect(resultOf({ slo: 'shoppers', success: '99%' }, shoppers({ failing: 100 }).run())).toMatchObject({
      outcome: 'valid',
      got: '99 % success, of 100 intentions',
    });
  });

  test('is vacuous without traffic, or for a client that this world has not', () => {
    const got = (place: string) => resultOf({ slo: place, success: '99%' }, new History().run());
    expect(got('shoppers')).toMatchObject({ outcome: 'vacuous', got: 'no intention in the time looked at' });
    expect(got('nobody')).toMatchObject({ outcome: 'vacuous', got: 'this world has no nobody' });
  });

  test('counts a wish that outlived its patience as failed, and leaves out one that had no time', () => {
    const history = shoppers({ count: 1 });
    history.wish('order-2', 50, null);
    history.wish('order-3', 119, null);
    expect(resultOf({ slo: 'shoppers', success: '50%' }, history.run())).toMatchObject({
      outcome: 'valid',
      got: '50 % success, of 3 intentions (1 still open and not counted)',
    });
  });

  test('takes the first end of a wish: lost patience is not undone by a late answer', () => {
    const history = new History();
    const intent = history.wish('order-1', 1, null);
    history.at(4).note('gaveUp', 'shoppers', { subject: 'order-1', span: intent });
    history.at(9).note('intentOk', 'shoppers', { subject: 'order-1', span: intent });
    expect(resultOf({ slo: 'shoppers', success: '1%' }, history.run()).outcome).toBe('invalid');
  });

  test('ignores the warm-up and what lies outside', () => {
    const world = worldOf({ run: { for: seconds(100), warmup: seconds(10), settle: seconds(20) } });
    const history = new History(world);
    history.wish('order-1', 5, 6, 'timeout');
    history.wish('order-2', 15, 16);
    history.wish('order-3', 30, 31, 'timeout');
    const success = { slo: 'shoppers', success: '100%' };
    expect(resultOf({ ...success, outside: '25s..35s' }, history.run())).toMatchObject({ outcome: 'valid' });
    expect(resultOf(success, history.run())).toMatchObject({
      outcome: 'invalid',
      got: '50 % success, of 2 intentions',
    });
  });
});

describe('times', () => {
  test('are nearest-rank percentiles of good answers', () => {
    const run = shoppers({ took: (order) => order / 100 }).run();
    const at = (limits: object) => resultOf({ slo: 'shoppers', ...limits }, run);
    expect(at({ p99: '990ms' })).toMatchObject({ outcome: 'valid', got: '990 ms at p99, of 100 intentions' });
    expect(at({ p50: '500ms', p90: '900ms', p95: '950ms' })).toMatchObject({
      outcome: 'valid',
      measures: { p50: 500_000, p90: 900_000, p95: 950_000 },
    });
    const slow = at({ p95: '949ms' });
    expect(slow).toMatchObject({ outcome: 'invalid', got: '950 ms at p95, of 100 intentions' });
    expect(slow.findings[0]?.subject).toBe('order-100'); // the sixth of them is the one too many
  });

  test('leave failures out: they are the business of `success`', () => {
    const run = shoppers({ failing: 2, took: (order) => (order % 2 === 0 ? 3 : 0.1) }).run();
    expect(resultOf({ slo: 'shoppers', p99: '100ms' }, run).outcome).toBe('valid');
  });
});

test('a time goal is not met where nobody was served at all', () => {
  const run = shoppers({ failing: 1 }).run();
  expect(resultOf({ slo: 'shoppers', p99: '10s' }, run)).toMatchObject({
    outcome: 'invalid',
    got: 'no good end for p99, of 100 intentions',
    measures: {},
  });
});

test('a goal is unknown where nothing had ended when the run did', () => {
  const history = new History();
  history.wish('order-1', 119, null);
  expect(resultOf({ slo: 'shoppers', success: '99%' }, history.run())).toMatchObject({ outcome: 'unknown' });
});

describe('rate', () => {
  test('is a floor of good ends per second', () => {
    const run = shoppers({ failing: 2 }).run();
    expect(resultOf({ slo: 'shoppers', rate: '0.5/s' }, run)).toMatchObject({ outcome: 'valid' });
    expect(resultOf({ slo: 'shoppers', rate: '0.6/s' }, run)).toMatchObject({
      outcome: 'invalid',
      got: '0.5/s, of 100 intentions',
      measures: { rate: 0.5 },
    });
  });
});

test('what is measured is not rounded as what is shown', () => {
  const history = new History();
  for (let order = 1; order <= 3; order++) {
    const ended = 10 * order + (order < 3 ? 1.2345678 : 1);
    history.wish(`order-${order}`, 10 * order, ended, order === 3 ? 'timeout' : undefined);
  }
  expect(resultOf({ slo: 'shoppers', success: '50%', p99: '2s' }, history.run())).toMatchObject({
    got: '66.66 % success, 1.235 s at p99, of 3 intentions',
    measures: { success: 66.6666, p99: 1_234_568 },
  });
});

describe('per', () => {
  test('holds each window against the goal and shows the worst', () => {
    const history = new History();
    for (let order = 1; order <= 100; order++) {
      history.wish(
        `order-${order}`,
        order - 1,
        order - 0.5,
        order > 40 && order <= 50 ? 'timeout' : undefined,
      );
    }
    const whole = { slo: 'shoppers', success: '90%' };
    expect(resultOf(whole, history.run()).outcome).toBe('valid');
    expect(resultOf({ ...whole, per: '20s' }, history.run())).toMatchObject({
      outcome: 'invalid',
      need: 'shoppers: success >= 90 % in every 20 s',
      got: '50 % success (worst window 40 s..60 s, 1 of 5 broke it), of 100 intentions',
      measures: { success: 50 },
      count: 1,
    });
  });
});

describe('other places', () => {
  const services = {
    payment: { operations: { charge: { steps: {} } }, consumers: {}, outbox: null },
    shipping: { operations: {}, consumers: { orders: { from: 'rabbitmq/shipping' } }, outbox: null },
  };
  const rabbitmq = { exchanges: { orders: { bindings: { shipping: '' } } }, queues: { shipping: {} } };
  const world = () => new History(worldOf({ services, brokers: { rabbitmq } }));

  test('an operation’s requests are good unless they are shed, lost, or answered with a server error', () => {
    const history = world();
    const request = (at: number) =>
      history
        .at(at)
        .note('request', 'payment.charge', { peer: 'payment[0]', span: history.note('call', 'x.y.z') });
    for (const [at, status] of [
      [1, 200],
      [2, 409],
      [3, 500],
    ] as const) {
      const span = request(at);
      history.at(at + 0.1).note('reply', 'payment.charge', { span, value: status });
    }
    history.note('shed', 'payment.charge', { span: request(4), detail: 'full' });
    history.note('lost', 'payment.charge', { span: request(5) });
    expect(resultOf({ slo: 'payment.charge', success: '100%', p99: '100ms' }, history.run())).toMatchObject({
      got: '40 % success, 100 ms at p99, of 5 requests',
    });
  });

  test('a consumer’s messages count from the broker’s acceptance to their end', () => {
    const history = world();
    for (const message of [1, 2, 3, 4])
      history.at(message).note('publish', 'rabbitmq/orders', { value: message });
    history.at(11).note('ack', 'shipping.orders', { value: 1, peer: 'rabbitmq/shipping' });
    history.at(13).note('ack', 'shipping.orders', { value: 2, peer: 'rabbitmq/shipping' });
    history.at(14).note('deadLetter', 'rabbitmq/shipping', { value: 3 });
    history.at(15).note('ack', 'billing.orders', { value: 4, peer: 'rabbitmq/billing' });
    expect(resultOf({ slo: 'shipping.orders', success: '50%', p99: '11s' }, history.run())).toMatchObject({
      outcome: 'valid',
      got: '50 % success, 11 s at p99, of 4 messages',
    });
  });
});
