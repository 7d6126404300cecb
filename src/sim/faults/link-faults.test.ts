import { describe, expect, test } from 'vitest';
import { all, BANK, count, DATABASE, details, facts, QUEUE, shop, times } from '../testing.fixture.ts';

const fault = (text: string) => `chaos: { it: ${text} }`;
const MANY = 'clients: { user: { every: 10ms, count: 200 } }';
const bank = (text: string, ...more: readonly string[]) => shop(BANK, fault(text), ...more);

/** How long the shop waited for its bank, in ms. */
const waited = (run: ReturnType<typeof shop>) =>
  all(run, 'callOk', 'shop.order.charge').map(({ value }) => value / 1_000);

describe('latency', () => {
  test('of a service stretches its work, by a factor and by a time', () => {
    expect(waited(bank('{ latency: bank, x: 4 }'))).toEqual([80]);
    expect(waited(bank('{ latency: bank, add: 300ms }'))).toEqual([320]);
    expect(waited(bank('{ latency: bank, x: 2, add: 300ms }'))).toEqual([340]);
  });

  test('of a replica leaves the others as they are', () => {
    expect(
      waited(
        bank(
          '{ latency: "bank[1]", add: 1s }',
          'externals: { bank: { replicas: 2 } }',
          'clients: { user: { count: 4 } }',
        ),
      ),
    ).toEqual([20, 1_020, 20, 1_020]);
  });

  test('of a link is added in both directions, to what the first asks of the second', () => {
    expect(waited(bank('{ latency: shop -> bank, add: 100ms }'))).toEqual([220]);
    expect(waited(bank('{ latency: bank -> shop, add: 100ms }'))).toEqual([20]);
    expect(waited(bank('{ latency: "* -> bank", add: 100ms }'))).toEqual([220]);
    expect(waited(bank('{ latency: "shop -> *", add: 100ms }'))).toEqual([220]);
    expect(waited(bank('{ latency: "* -> shop", add: 100ms }'))).toEqual([20]);
  });

  test('of a database stretches its statements and commits, by a factor and by a time', () => {
    const took = (text: string) =>
      times(
        shop(
          DATABASE,
          fault(text),
          'services: { shop: { operations: { order: { steps: { keep: { insert: orders } } } } } }',
        ),
        'intentOk',
      );
    expect(took('{ latency: shop.db, x: 10 }')).toEqual([10 + 20 + 30]);
    expect(took('{ latency: shop.db, add: 100ms }')).toEqual([10 + 102 + 103]);
  });
});

describe('jitter', () => {
  test('adds to each message of a link a time of its own', () => {
    const run = bank('{ jitter: shop -> bank, by: uniform(0s 100ms) }', MANY);
    expect(new Set(waited(run)).size).toBeGreaterThan(190);
    expect(Math.min(...waited(run))).toBeGreaterThanOrEqual(20);
    expect(Math.max(...waited(run))).toBeLessThanOrEqual(220);
  });
});

describe('drop', () => {
  const PATIENT = 'services: { shop: { calls: { bank: { timeout: 1s } } } }';

  test('lets a request vanish on its link: nothing is done and nobody is told', () => {
    const run = bank('{ drop: shop -> bank }', PATIENT);
    expect(run.facts).toEqual([]);
    expect(details(run, 'dropped')).toEqual(['drop']);
    expect(details(run, 'intentFailed')).toEqual(['timeout']);
  });

  test('of a link to somebody leaves alone what he asks of others', () => {
    expect(
      count(bank('{ drop: "* -> shop", during: 5s..6s }', 'clients: { user: { count: 8 } }'), 'dropped'),
    ).toBe(1);
    const asking = bank('{ drop: "* -> shop", nth: [2] }', PATIENT);
    expect(asking.facts.length).toBe(1);
  });

  test('of a channel lets the broker confirm a message and forget it', () => {
    const run = shop(QUEUE, fault('{ drop: rabbitmq/jobs }'));
    expect(count(run, 'intentOk')).toBe(1);
    expect(run.facts).toEqual([]);
    expect(run.queues[0]).toMatchObject({ published: 0 });
  });

  test('of a link to a consumer is made good by TCP, which sends again', () => {
    const run = shop(QUEUE, fault('{ drop: rabbitmq -> worker, nth: [1] }'));
    expect(times(run, 'delivery')).toEqual([211]);
    expect(run.facts.length).toBe(1);
  });

  test('of all on a link to a consumer ends its connection once the heartbeat is missed', () => {
    const run = shop(QUEUE, fault('{ drop: rabbitmq -> worker, during: 0s..61s }'), 'run: { settle: 100s }');
    expect(details(run, 'requeue')).toEqual(['connection lost']);
    expect(run.facts.length).toBe(1);
  });
});

describe('dropReply', () => {
  test('loses the answer to what was done', () => {
    const run = bank(
      '{ dropReply: shop -> bank }',
      'services: { shop: { calls: { bank: { timeout: 1s } } } }',
    );
    expect(run.facts.length).toBe(1);
    expect(details(run, 'dropped')).toEqual(['dropReply']);
    expect(details(run, 'intentFailed')).toEqual(['timeout']);
  });

  test('can mean whoever asks', () => {
    expect(count(bank('{ dropReply: "* -> bank" }'), 'dropped')).toBe(1);
  });

  test('of a broker loses the confirm of a message that it has', () => {
    const run = shop(
      QUEUE,
      fault('{ dropReply: shop -> rabbitmq }'),
      'services: { shop: { calls: { rabbitmq: { timeout: 1s } } } }',
    );
    expect(details(run, 'intentFailed')).toEqual(['timeout']);
    expect(facts(run, 'handled').length).toBe(1);
  });
});

describe('partition', () => {
  test('cuts a consumer from its broker', () => {
    const run = shop(QUEUE, fault('{ partition: worker | rabbitmq }'));
    expect(count(run, 'delivery')).toBe(0);
    expect(count(run, 'intentOk')).toBe(1);
  });
});
