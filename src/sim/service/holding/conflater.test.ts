import { describe, expect, test } from 'vitest';
import { kafkaProduct } from '../../broker/bridge/kafka/product.ts';
import type { Run } from '../../run.ts';
import { all, changed, count, details, facts, SHOP, shop, worldOf } from '../../testing.fixture.ts';

/** 50 prices a second for four articles, in turn, for 2 s; an indexer puts 20 a second into its store. */
const FEED = `
  entities: { order: {}, sku: { count: 4 } }
  run: { for: 20s, settle: 60s }
  clients: { user: { every: 20ms, count: 100, active: 5s..20s, data: { sku: "'sku-' + string(index % 4)", price: index } } }
  services:
    shop:
      work: 1ms
      operations:
        order: { steps: { tell: { publish: rabbitmq/prices, body: { sku: request.sku, price: request.price } } } }
    indexer:
      workers: 1
      work: 50ms
      consumers: { prices: { from: rabbitmq/prices, do: index } }
      operations: { index: { steps: { done: { fact: { indexed: { sku: request.sku, price: request.price } } } } } }
  brokers: { rabbitmq: { queues: { prices: {} } } }
`;
const CONFLATE = 'services: { indexer: { consumers: { prices: { conflate: request.sku } } } }';
const LOG = `
  brokers: { rabbitmq: null, kafka: { topics: { prices: { partitions: 2 } } } }
  services:
    shop: { operations: { order: { steps: { tell: { publish: kafka/prices, key: request.sku } } } } }
    indexer: { consumers: { prices: { from: kafka/prices, commit: after, auto.offset.reset: earliest } } }
`;
const CLOUD = `
  brokers: { rabbitmq: null, sqs: { queues: { prices: {} } } }
  services:
    shop: { operations: { order: { steps: { tell: { publish: sqs/prices } } } } }
    indexer: { consumers: { prices: { from: sqs/prices, WaitTimeSeconds: 20, MaxNumberOfMessages: 10 } } }
`;
const crash = (at: string) => `chaos: { death: { crash: "indexer[0]", at: ${at}, downFor: 100ms } }`;

/** What the store holds in the end. */
const last = (run: Run) => Object.fromEntries(facts(run, 'indexed').map(({ sku, price }) => [sku, price]));
const NEWEST = { 'sku-0': 100, 'sku-1': 97, 'sku-2': 98, 'sku-3': 99 };
const newest = Object.values(NEWEST);

/** The most messages that waited for a worker when one of them got it. */
function deepest(run: Run): number {
  let [waiting, most] = [0, 0];
  for (const { kind } of all(run)) {
    if (kind === 'held') waiting++;
    if (kind === 'released') most = Math.max(most, waiting);
    if (kind === 'released' || kind === 'conflated') waiting--;
  }
  return most;
}

describe('a consumer that conflates', () => {
  test.each([
    ['a queue', ''],
    ['a log', LOG],
    ['a cloud queue', CLOUD],
  ])('of %s works the newest value of each key last, and passes over what is older', (_, channel) => {
    const run = shop(FEED, channel || '{}', CONFLATE);
    expect(Object.values(last(run)).sort()).toEqual([...newest].sort());
    expect(facts(run, 'indexed').length + count(run, 'conflated')).toBe(100);
    expect(count(run, 'conflated')).toBeGreaterThan(20);
    expect(run.queues[0]).toMatchObject({ published: 100, acked: 100, waiting: 0, inFlight: 0 });
  });

  test('keeps one message for each key, where the others wait in line', () => {
    expect(deepest(shop(FEED, CONFLATE))).toBeLessThanOrEqual(4);
    expect(deepest(shop(FEED, LOG, CONFLATE))).toBeLessThanOrEqual(4);
    expect(count(shop(FEED), 'held')).toBe(0);
  });

  test('bounds how old a value is by the number of keys, not by how many have come', () => {
    const age =
      'services: { indexer: { operations: { index: { steps: { done: { fact: { indexed: { age: message.age } } } } } } } }';
    const oldest = (...more: string[]) =>
      Math.max(...facts(shop(FEED, LOG, age, ...more), 'indexed').map(({ age }) => Number(age) / 1_000));
    expect(oldest()).toBeGreaterThan(2_500);
    expect(oldest(CONFLATE)).toBeLessThan(5 * 50 + 50);
  });

  test.each([
    ['a queue', '{}'],
    ['a log', LOG],
  ])('of %s that dies loses no last value: what it had in hand comes again, in order', (_, channel) => {
    const run = shop(FEED, channel, CONFLATE, crash('6500ms'));
    expect(count(run, 'crash')).toBe(1);
    expect(last(run)).toEqual(NEWEST);
    expect(count(run, 'forgotten')).toBe(0);
  });

  test('of a cloud queue that dies gets back what it had after all that is newer, and works it last', () => {
    const run = shop(FEED, CLOUD, CONFLATE, crash('6500ms'));
    expect(last(run)).not.toEqual(NEWEST);
    expect(run.queues[0]).toMatchObject({ acked: 100, lost: 0 });
  });

  test('loses what waits with its process where the broker forgets as it sends', () => {
    const auto = 'services: { indexer: { consumers: { prices: { ack: auto } } } }';
    const run = shop(FEED, CONFLATE, auto, crash('6990ms'));
    expect(details(run, 'forgotten')).toContain('process ended');
    expect(last(run)).not.toEqual(NEWEST);
  });

  test('passes a failed message over where a newer one has come, and takes it again where none has', () => {
    const fails = `
      services:
        indexer:
          operations: { index: { steps: { bad: { fail: BROKEN, status: 503, when: "!message.redelivered && request.price % 5 == 0" }, done: null } } }
    `;
    const done = fails.replace(
      'done: null',
      'done: { fact: { indexed: { sku: request.sku, price: request.price } } }',
    );
    for (const channel of ['{}', LOG]) {
      const run = shop(FEED, channel, CONFLATE, done);
      expect(count(run, 'requeue')).toBeGreaterThan(0);
      expect(last(run)).toEqual(NEWEST);
      const rising = newest.map((_, i) => facts(run, 'indexed').filter(({ sku }) => sku === `sku-${i}`));
      for (const prices of rising.map((of) => of.map(({ price }) => Number(price))))
        expect(prices).toEqual([...prices].sort((a, b) => a - b));
    }
  });

  test('lets what has no key through, each for itself', () => {
    const none =
      'services: { indexer: { consumers: { prices: { conflate: "request.price > 50 ? null : request.sku" } } } }';
    const run = shop(FEED, none);
    expect(facts(run, 'indexed').filter(({ price }) => Number(price) > 50)).toHaveLength(50);
  });

  test('works a key once at a time, however many workers there are', () => {
    const many = 'services: { indexer: { workers: 50, work: 200ms } }';
    const run = shop(FEED, CONFLATE, many);
    const [starts, ends] = [all(run, 'start', 'indexer.index'), all(run, 'finish', 'indexer.index')];
    for (const { at } of starts) {
      const busy =
        starts.filter((each) => each.at <= at).length - ends.filter((each) => each.at <= at).length;
      expect(busy).toBeLessThanOrEqual(4);
    }
    expect(last(run)).toEqual(NEWEST);
  });

  test.each([
    ['a queue', '{}'],
    ['a log', LOG],
  ])('of %s leaves what waits to the others when its replica is taken away', (_, channel) => {
    const [two, one] = [2, 1].map((replicas) =>
      worldOf(SHOP, FEED, channel, CONFLATE, `services: { indexer: { replicas: ${replicas} } }`),
    );
    const run = changed(6_500_000, two!, one!);
    expect(run.queues[0]).toMatchObject({ acked: 100, waiting: 0, inFlight: 0, lost: 0 });
    expect(Object.keys(last(run)).sort()).toEqual(Object.keys(NEWEST));
  });

  test('of a log leaves what lies in a partition that it lost to the member that has that now', () => {
    const two =
      'services: { indexer: { replicas: 2, consumers: { prices: { session.timeout.ms: 6000, heartbeat.interval.ms: 2000 } } } }';
    const stop = 'chaos: { stop: { pause: "indexer[0]", at: 7500ms, for: 12s } }';
    const run = shop(FEED, LOG, CONFLATE, two, stop, 'clients: { user: { every: 50ms } }');
    expect(details(run, 'memberLeft')).toContain('session.timeout.ms exceeded');
    expect(Object.keys(last(run)).sort()).toEqual(Object.keys(NEWEST));
    expect(run.queues[0]).toMatchObject({ waiting: 0, inFlight: 0, lost: 0 });
  });

  test('of a log commits no further than the first record that is not done', () => {
    const run = shop(FEED, LOG, CONFLATE, crash('6500ms'));
    const worked = new Set(all(run, 'ack', 'indexer.prices').map(({ value }) => value));
    expect(worked.size).toBe(100);
    expect(run.queues[0]).toMatchObject({ acked: 100, lost: 0 });
  });
});

test('a consumer of a log that conflates must commit what is done', () => {
  const messages = (settings: string) => {
    const world = worldOf(
      SHOP,
      FEED,
      LOG,
      CONFLATE,
      `services: { indexer: { consumers: { prices: ${settings} } } }`,
    );
    return [...kafkaProduct.problems(world)].map(({ message }) => message);
  };
  expect(messages('{}')).toEqual([]);
  expect(messages('{ commit: batch }')[0]).toContain('write commit: after');
  expect(messages('{ commit: null }')[0]).toContain('write commit: after');
  expect(messages('{ commit: null, transactional.id: feed }')[0]).toContain('so `conflate` has no say in it');
});
