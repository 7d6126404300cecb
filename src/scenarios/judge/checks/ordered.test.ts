import { describe, expect, test } from 'vitest';
import { seconds } from '../../../sim/kernel/time.ts';
import { History, resultOf, worldOf } from '../history.fixture.ts';

const services = {
  inventory: { operations: { adjust: { steps: {} } }, consumers: {}, outbox: null },
  shipping: { operations: {}, consumers: { follow: { from: 'rabbitmq/shipping' } }, outbox: null },
};
const rabbitmq = { exchanges: {}, queues: { shipping: {} } };
const world = () => new History(worldOf({ services, brokers: { rabbitmq } }));

describe('a consumer', () => {
  const inOrder = { ordered: 'shipping.follow', by: 'order' };

  /** Messages of two orders, handled in this order. */
  function handled(...messages: number[]) {
    const history = world();
    for (const value of [1, 2, 3, 4]) {
      history
        .at(value)
        .note('publish', 'rabbitmq/shipping', { value, subject: value < 4 ? 'order-1' : 'order-2' });
    }
    for (const [index, value] of messages.entries()) {
      history.at(10 + index).note('ack', 'shipping.follow', {
        value,
        subject: value < 4 ? 'order-1' : 'order-2',
        peer: 'rabbitmq/shipping',
      });
    }
    return history;
  }

  test('applies the messages of one order as they were emitted', () => {
    expect(resultOf(inOrder, handled(4, 1, 2, 3).run())).toMatchObject({
      outcome: 'valid',
      got: '0 of 1 order out of order',
      measures: { broken: 0 },
    });
  });

  test('breaks the order when an earlier message is applied after a later one', () => {
    const result = resultOf(inOrder, handled(1, 3, 2, 4).run());
    expect(result).toMatchObject({
      outcome: 'invalid',
      count: 1,
      at: seconds(12),
      measures: { broken: 1 },
    });
    expect(result.findings[0]).toMatchObject({ subject: 'order-1', records: [1, 2, 5, 6] });
  });

  test('is not harmed by a copy of a message that was applied before', () => {
    expect(resultOf(inOrder, handled(1, 2, 1, 3).run()).outcome).toBe('valid');
  });

  test('is vacuous where no order had two messages', () => {
    expect(resultOf(inOrder, handled(1, 4).run())).toMatchObject({
      outcome: 'vacuous',
      got: 'no order had two things to apply',
    });
  });
});

test('a retry counts as emitted when its first attempt was', () => {
  const history = world().subject('sku-1');
  const call = (at: number, span: number, value: number) =>
    history
      .at(at)
      .note('call', 'catalog.change.tell', { subject: 'sku-1', span, value, peer: 'inventory.adjust' });
  const applied = (at: number, sentBy: number) => {
    const span = history.at(at).note('request', 'inventory.adjust', { subject: 'sku-1', span: sentBy });
    history.note('reply', 'inventory.adjust', { subject: 'sku-1', span, value: 200 });
  };
  const [older, newer] = [history.note('job', 'catalog.a'), history.note('job', 'catalog.b')];
  call(1, older, 1);
  applied(2.5, call(2, newer, 1));
  applied(3.5, call(3, older, 2));
  expect(resultOf({ ordered: 'inventory.adjust', by: 'sku' }, history.run())).toMatchObject({
    outcome: 'invalid',
    at: seconds(3.5),
  });
});
