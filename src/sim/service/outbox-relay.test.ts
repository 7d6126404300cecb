import { describe, expect, test } from 'vitest';
import { all, count, DATABASE, QUEUE, shop, times } from '../testing.fixture.ts';

/** A shop that tells of each order through its outbox. */
const outbox = (settings: string, ...more: readonly string[]) =>
  shop(
    DATABASE,
    QUEUE,
    `services: { shop: { outbox: ${settings}, operations: { order: { steps: { keep: { insert: orders } }, order: [{ transaction: [keep, tell] }] } } } }`,
    ...more,
  );
const every = (interval: string, count: number) =>
  `clients: { user: { every: ${interval}, count: ${count} } }`;

test('a relay publishes what it finds at its next look, and the request does not wait for it', () => {
  const run = outbox('{ interval: 1s }');
  expect(times(run, 'intentOk')).toEqual([17]);
  expect(times(run, 'publish')).toEqual([1_000]);
  expect(run.facts.map(({ name }) => name)).toEqual(['handled']);
});

test('each message is published once, in the order of its commit', () => {
  const run = outbox('{ interval: 100ms }', every('20ms', 20));
  expect(all(run, 'publish').map(({ subject }) => subject)).toEqual(
    Array.from({ length: 20 }, (_, i) => `order-${i + 1}`),
  );
});

test('a look takes at most a batch', () => {
  const run = outbox('{ interval: 1s, batch: 2 }', every('20ms', 6));
  expect(times(run, 'publish').map((at) => Math.floor(at / 1_000))).toEqual([1, 1, 2, 2, 3, 3]);
});

test('what was committed is published though the replica dies right after', () => {
  const run = outbox('{ interval: 1s }', 'chaos: { death: { crash: shop, at: 18ms } }');
  expect(count(run, 'publish')).toBe(1);
});

test('a relay that dies between confirm and removal publishes again: at least once', () => {
  const run = outbox(
    '{ interval: 1s }',
    'chaos: { death: { crash: "shop.outbox[0]", at: 1002ms, downFor: 1s } }',
  );
  expect(times(run, 'publish').length).toBe(2);
  expect(run.facts.length).toBe(2);
});

test('a relay goes on trying while the broker cannot be reached', () => {
  const run = outbox(
    '{ interval: 1s }',
    'chaos: { cut: { partition: shop | rabbitmq, mode: reject, at: 0s, for: 3500ms } }',
  );
  expect(times(run, 'publish')).toEqual([4_000]);
});

describe('a relay that reads the commit log', () => {
  const cdc = (settings: string, ...more: readonly string[]) =>
    outbox(`{ relay: cdc, lag: 20ms${settings} }`, ...more);

  test('publishes a moment after the commit, without looking at the table', () => {
    const run = cdc('');
    expect(times(run, 'publish')).toEqual([37]);
    expect(run.facts.map(({ name }) => name)).toEqual(['handled']);
  });

  test('publishes in the order of the commits, each once', () => {
    const run = cdc('', every('20ms', 20));
    expect(all(run, 'publish').map(({ subject }) => subject)).toEqual(
      Array.from({ length: 20 }, (_, i) => `order-${i + 1}`),
    );
  });

  test('begins again after a crash at the position that it had stored, and publishes twice what came after', () => {
    const crash = 'chaos: { death: { crash: "shop.outbox[0]", at: 1s, downFor: 1s } }';
    const published = (flush: string) => count(cdc(`, flush: ${flush}`, every('100ms', 8), crash), 'publish');
    expect(published('60s')).toBe(16);
    expect(published('100ms')).toBeLessThan(11);
  });

  test('has no help from a second one, which stands by until the first is gone', () => {
    const death = 'chaos: { death: { crash: "shop.outbox[0]", at: 50ms, downFor: 60s } }';
    const run = cdc(', replicas: 2, flush: 30ms', every('100ms', 3), death);
    expect(new Set(all(run, 'job').map(({ place }) => place))).toEqual(
      new Set(['shop.outbox[0]', 'shop.outbox[1]']),
    );
    expect(count(run, 'publish')).toBe(3);
  });
});

describe('several relays', () => {
  const relays = (claim: string) =>
    outbox(
      `{ interval: 200ms, replicas: 2, claim: ${claim} }`,
      every('20ms', 20),
      'brokers: { rabbitmq: { confirm: 30ms } }',
    );

  test('that claim nothing publish the same messages', () => {
    expect(count(relays('none'), 'publish')).toBeGreaterThan(20);
  });

  test.each(['skip-locked', 'shard'])('that claim with %s publish each message once', (claim) => {
    const published = all(relays(claim), 'publish').map(({ subject }) => subject);
    expect(published.length).toBe(20);
    expect(new Set(published).size).toBe(20);
  });

  test('with shards keep the messages of one order in sequence; with skip-locked they do not', () => {
    const inOrder = (claim: string) => {
      const run = shop(
        DATABASE,
        QUEUE,
        `services: { shop: { outbox: { interval: 50ms, batch: 1, replicas: 4, claim: ${claim} },
           operations: { order: { steps: { tell: { publish: rabbitmq/jobs, forEach: range(6) } } } } } }`,
        'network: { links: { "shop -> *": { rtt: uniform(0s 400ms) } } }',
        every('30ms', 10),
      );
      const messages = all(run, 'publish');
      expect(messages.length).toBe(60);
      return messages.every(({ subject, value }, i) =>
        messages.slice(0, i).every((before) => before.subject !== subject || before.value < value),
      );
    };
    expect(inOrder('shard')).toBe(true);
    expect(inOrder('skip-locked')).toBe(false);
  });

  test('that stop give back what they had claimed', () => {
    const run = outbox(
      '{ interval: 200ms, replicas: 2, claim: skip-locked }',
      every('20ms', 20),
      'chaos: { death: { crash: "shop.outbox[0]", at: 450ms, downFor: 1h } }',
    );
    expect(new Set(all(run, 'publish').map(({ subject }) => subject)).size).toBe(20);
  });
});
