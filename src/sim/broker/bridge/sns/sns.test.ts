import { describe, expect, test } from 'vitest';
import { all, changed, count, details, facts, SHOP, shop, times, worldOf } from '../../../testing.fixture.ts';

/** For the shop: it tells a topic of each order; two queues get copies, and a worker polls each. */
const TOPIC = `
  brokers:
    sqs: { send: 1ms, receive: 1ms, duplicates: 0, lostDeletes: 0, queues: { mails: {}, labels: {} } }
    sns: { publish: 1ms, delivery: 2ms, topics: { orders: { subscriptions: [sqs/mails, sqs/labels] } } }
  network:
    links: { "* -> sqs": { rtt: 0s }, "sqs -> *": { rtt: 0s }, "* -> sns": { rtt: 0s }, "sns -> *": { rtt: 0s } }
  services:
    shop: { operations: { order: { steps: { tell: { publish: sns/orders, type: Ordered, headers: { region: '"eu"' } } } } } }
    mail:
      consumers: { mails: { from: sqs/mails, do: send, WaitTimeSeconds: 20 } }
      operations: { send: { steps: { done: { fact: { mailed: {} } } } } }
    shipping:
      consumers: { labels: { from: sqs/labels, do: print, WaitTimeSeconds: 20 } }
      operations: { print: { steps: { done: { fact: { labelled: {} } } } } }
`;

const topic = (settings: string) => `brokers: { sns: { topics: { orders: ${settings} } } }`;
const subscriptions = (mails: string) =>
  topic(`{ subscriptions: { mails: ${mails}, labels: { Endpoint: sqs/labels } } }`);

test('every subscribed queue gets a copy of what is published to a topic', () => {
  const run = shop(TOPIC);
  expect([facts(run, 'mailed').length, facts(run, 'labelled').length]).toEqual([1, 1]);
  expect([count(run, 'publish'), count(run, 'enqueued')]).toEqual([1, 2]);
  expect(all(run)[all(run, 'enqueued')[0]!.cause]!.kind).toBe('publish');
});

test('a filter keeps from a queue what it does not want: by the type, a header or the body', () => {
  const filtered = (settings: string) => {
    const run = shop(TOPIC, subscriptions(`{ Endpoint: sqs/mails, ${settings} }`));
    expect(facts(run, 'labelled').length).toBe(1);
    return [facts(run, 'mailed').length, count(run, 'filtered')];
  };
  expect(filtered('FilterPolicy: { type: [Ordered] }')).toEqual([1, 0]);
  expect(filtered('FilterPolicy: { region: [{ anything-but: eu }] }')).toEqual([0, 1]);
  const body = 'FilterPolicyScope: MessageBody, FilterPolicy: { amount: [{ numeric: [">=", 101] }] }';
  expect(filtered(body)).toEqual([0, 1]);
  expect(filtered(body.replace('101', '100'))).toEqual([1, 0]);
});

describe('a queue that cannot be reached', () => {
  const cut = (during: string) => `chaos: { cut: { partition: sns | sqs, during: ${during} } }`;

  test('gets the message once it can: the topic tries on', () => {
    const run = shop(TOPIC, cut('0s..20s'), 'run: { settle: 90s }');
    expect(count(run, 'undelivered')).toBeGreaterThan(3);
    expect(facts(run, 'mailed').length).toBe(1);
    expect(times(run, 'delivery')[0]).toBeGreaterThan(20_000);
  });

  test('does not keep the publisher waiting', () => {
    expect(times(shop(TOPIC, cut('0s..20s')), 'intentOk')[0]).toBeLessThan(100);
  });

  test('gets a message twice whose answer was lost', () => {
    const run = shop(TOPIC, 'chaos: { deaf: { dropReply: sns -> sqs, nth: [1] } }', 'run: { settle: 90s }');
    expect(facts(run, 'mailed').length + facts(run, 'labelled').length).toBe(3);
  });
});

test('a message that a queue refuses goes to the dead-letter queue of the subscription, or is gone', () => {
  const big = 'services: { shop: { operations: { order: { steps: { tell: { size: 2KiB } } } } } }';
  const small = 'brokers: { sqs: { queues: { dead: {}, mails: { MaximumMessageSize: 1024 } } } }';
  const gone = shop(TOPIC, big, small);
  expect(all(gone, 'undeliverable')).toMatchObject([{ place: 'sns/orders', peer: 'sqs/mails' }]);
  const kept = shop(
    TOPIC,
    big,
    small,
    subscriptions('{ Endpoint: sqs/mails, RedrivePolicy: { deadLetter: dead } }'),
  );
  expect(details(kept, 'deadLetter')).toEqual(['undeliverable']);
  expect(kept.queues.find(({ queue }) => queue === 'sqs/dead')).toMatchObject({ waiting: 1 });
});

test('a FIFO topic keeps each group in order, and recognises what a publisher sends again', () => {
  const run = shop(
    TOPIC,
    `
    brokers:
      sqs: { queues: { mails.fifo: {} } }
      sns: { topics: { orders: null, orders.fifo: { ContentBasedDeduplication: true, subscriptions: [sqs/mails.fifo] } } }
    clients: { user: { every: 20ms, count: 8 } }
    chaos: { deaf: { dropReply: shop -> sns, nth: [2] } }
    services:
      shop:
        calls: { sns: { timeout: 300ms, retry: { maxAttempts: 3 } } }
        operations: { order: { steps: { tell: { publish: sns/orders.fifo, key: '"all"' } } } }
      mail: { replicas: 3, consumers: { mails: { from: sqs/mails.fifo } } }
    `,
  );
  expect(count(run, 'deduplicated')).toBe(1);
  expect(all(run, 'fact').map(({ subject }) => subject)).toEqual(
    Array.from({ length: 8 }, (_, i) => `order-${i + 1}`),
  );
});

test('who subscribes while the world runs gets what is published from then on', () => {
  const user = 'clients: { user: { every: 1s, count: 4 } }';
  const before = worldOf(SHOP, TOPIC, user, topic('{ subscriptions: [sqs/labels] }'));
  const run = changed(1_500_000, before, worldOf(SHOP, TOPIC, user));
  expect([facts(run, 'labelled').length, facts(run, 'mailed').length]).toEqual([4, 2]);
});

test('who leaves while the world runs gets nothing that is published from then on', () => {
  const user = 'clients: { user: { every: 1s, count: 4 } }';
  const after = worldOf(SHOP, TOPIC, user, topic('{ subscriptions: [sqs/labels] }'));
  const run = changed(1_500_000, worldOf(SHOP, TOPIC, user), after);
  expect([facts(run, 'labelled').length, facts(run, 'mailed').length]).toEqual([4, 2]);
});
