import { expect, test } from 'vitest';
import { History, resultOf, worldOf } from '../history.fixture.ts';

const services = { payment: { operations: { charge: { steps: {} } }, consumers: {}, outbox: null } };
const limited = { amplification: 'payment', per: 'shoppers', max: 1.5 };

/** Ten wishes; each leads to `requests` requests at payment. */
function wishes(requests: (order: number) => number) {
  const history = new History(worldOf({ services }));
  for (let order = 1; order <= 10; order++) {
    const subject = `order-${order}`;
    history.wish(subject, order, order + 0.5);
    for (let i = 0; i < requests(order); i++) {
      history.note('call', 'checkout.placeOrder.charge', { subject, peer: 'payment.charge', value: i + 1 });
      history.note('request', 'payment.charge', { subject, peer: 'payment[0]' });
    }
  }
  return history;
}

test('counts what arrives for each wish', () => {
  expect(resultOf(limited, wishes((order) => (order <= 5 ? 2 : 1)).run())).toMatchObject({
    outcome: 'valid',
    need: 'payment: at most 1.5 requests for each intention of shoppers',
    got: '1.5 (15 requests for 10 intentions)',
    measures: { amplification: 1.5 },
  });
});

test('is broken by one request too many, at the first that was over', () => {
  const result = resultOf(limited, wishes((order) => (order <= 6 ? 2 : 1)).run());
  expect(result).toMatchObject({ outcome: 'invalid', got: '1.6 (16 requests for 10 intentions)' });
  const records = result.findings[0]?.records ?? [];
  expect(records).toHaveLength(16);
  expect(result.findings[0]?.subject).toBe('order-10');
});

test('leaves out what others wanted', () => {
  const history = wishes(() => 1);
  history.at(50).note('request', 'payment.charge', { subject: 'visit-1', peer: 'payment[0]' });
  expect(resultOf({ ...limited, max: 1 }, history.run()).outcome).toBe('valid');
});

test('counts calls over a link', () => {
  const run = wishes(() => 3).run();
  expect(resultOf({ ...limited, amplification: 'checkout -> *' }, run).got).toBe(
    '3 (30 requests for 10 intentions)',
  );
  expect(resultOf({ ...limited, amplification: 'gateway -> *' }, run).got).toBe(
    '0 (0 requests for 10 intentions)',
  );
});

test('is vacuous where the client wanted nothing', () => {
  const history = new History(worldOf({ services }));
  expect(resultOf(limited, history.run())).toMatchObject({ outcome: 'vacuous' });
});
