import { describe, expect, test } from 'vitest';
import {
  all,
  BANK,
  changed,
  count,
  DATABASE,
  details,
  facts,
  QUEUE,
  rows,
  SHOP,
  shop,
  times,
  worldOf,
} from '../testing.fixture.ts';

const every = (interval: string, count: number) =>
  `clients: { user: { every: ${interval}, count: ${count} } }`;
const settings = (text: string) => `services: { shop: ${text} }`;

describe('workers', () => {
  test('hold one request each from its start to the end of its flow', () => {
    const run = shop(every('10ms', 4), settings('{ work: 100ms, workers: 2 }'));
    expect(times(run, 'start')).toEqual([0, 10, 100, 110]);
    expect(all(run, 'start').map(({ value }) => value / 1_000)).toEqual([0, 0, 80, 80]);
  });

  test('are free while they wait for another service only if it is async', () => {
    const ends = (async: boolean) =>
      times(
        shop(
          BANK,
          every('1ms', 3),
          settings(`{ workers: 1, async: ${async} }`),
          'externals: { bank: { work: 500ms } }',
        ),
        'intentOk',
      ).at(-1);
    expect(ends(false)).toBe(3 * 510);
    expect(ends(true)).toBe(3 * 10 + 500);
  });

  test('are shared by the replicas in turn', () => {
    const run = shop(every('1ms', 6), settings('{ replicas: 3 }'));
    expect(all(run, 'request').map(({ peer }) => peer)).toEqual([0, 1, 2, 0, 1, 2].map((i) => `shop[${i}]`));
  });
});

describe('the queue', () => {
  const busy = (queue: string, ...more: readonly string[]) =>
    shop(every('10ms', 6), settings(`{ work: 1s, workers: 1, queue: ${queue} }`), ...more);

  test('takes everybody unless it has a limit', () => {
    expect(count(busy('{}'), 'intentOk')).toBe(6);
    const limited = busy('{ limit: 2 }');
    expect(details(limited, 'shed')).toEqual(['full', 'full', 'full']);
    expect(details(limited, 'intentFailed')).toEqual(['503', '503', '503']);
  });

  test('can have a limit of its own for an operation', () => {
    expect(count(busy('{ limit: { order: 1, other: 0 } }'), 'shed')).toBe(4);
  });

  test('serves the first first, or with lifo the last', () => {
    const order = (queue: string) => all(busy(queue), 'start').map(({ subject }) => subject?.slice(6));
    expect(order('{}')).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(order('{ discipline: lifo }')).toEqual(['1', '6', '5', '4', '3', '2']);
  });

  const IMPATIENT = 'clients: { user: { calls: { shop: { timeout: 1500ms } } } }';

  test('works for those who have gone unless it drops them', () => {
    const wasted = (drop: string) =>
      details(busy(`{ drop: ${drop} }`, IMPATIENT), 'finish').filter((detail) => detail === 'wasted').length;
    expect([wasted('none'), wasted('expired'), wasted('hopeless')]).toEqual([5, 1, 0]);
  });

  test('drops who has gone, or who can no longer be served in time', () => {
    expect(details(busy('{ drop: expired }', IMPATIENT), 'shed')).toEqual(Array(4).fill('expired'));
    expect(details(busy('{ drop: hopeless }', IMPATIENT), 'shed')).toEqual(Array(5).fill('hopeless'));
  });

  test('serves the urgent before the others', () => {
    const run = shop(
      every('10ms', 3),
      settings('{ work: 1s, workers: 1, operations: { vip: { priority: high }, batch: { priority: low } } }'),
      'clients: { late: { every: 1s, count: 1, active: 50ms.., steps: { go: { call: shop.vip } } }, slow: { every: 1s, count: 1, active: 5ms.., steps: { go: { call: shop.batch } } } }',
    );
    expect(all(run, 'start').map(({ place }) => place)).toEqual([
      'shop.order',
      'shop.vip',
      'shop.order',
      'shop.order',
      'shop.batch',
    ]);
  });
});

describe('memory', () => {
  test('that is used up kills the process, and everybody sees the reset', () => {
    const run = shop(every('10ms', 4), settings('{ work: 10s, memory: 3 }'));
    expect(details(run, 'crash')).toEqual(['out of memory']);
    expect(details(run, 'intentFailed')).toEqual(Array(4).fill('reset'));
  });

  test('counts requests that wait for others, also where they hold no worker', () => {
    const run = shop(
      BANK,
      every('20ms', 4),
      settings('{ async: true, memory: 3 }'),
      'externals: { bank: { work: 5s } }',
    );
    expect(count(run, 'crash')).toBe(1);
  });
});

test('warm-up makes work after each start longer for a while', () => {
  const run = shop(
    every('500ms', 6),
    settings('{ work: 10ms, warmup: { for: 800ms, x: 5 } }'),
    'chaos: { death: { crash: shop, at: 1800ms, downFor: 100ms } }',
  );
  expect(all(run, 'finish').map(({ value }) => value / 1_000)).toEqual([50, 50, 10, 10, 50, 50]);
});

describe('scaling', () => {
  test('down lets a replica finish everything that it has', () => {
    const world = worldOf(SHOP, every('1ms', 8), settings('{ replicas: 2, workers: 1, work: 100ms }'));
    const run = changed(
      20_000,
      world,
      worldOf(SHOP, every('1ms', 8), settings('{ replicas: 1, workers: 1, work: 100ms }')),
    );
    expect(count(run, 'scaled')).toBe(1);
    expect(count(run, 'intentOk')).toBe(8);
  });

  test('up gives new requests to the new replicas', () => {
    const run = changed(
      1_500_000,
      worldOf(SHOP, every('1s', 4)),
      worldOf(SHOP, every('1s', 4), settings('{ replicas: 2 }')),
    );
    expect(all(run, 'request').map(({ peer }) => peer)).toEqual(['shop[0]', 'shop[0]', 'shop[0]', 'shop[1]']);
  });

  test('to nothing refuses everybody', () => {
    const run = shop(every('1s', 2), settings('{ replicas: 0 }'));
    expect(details(run, 'intentFailed')).toEqual(['connect-failure', 'connect-failure']);
  });
});

describe('a crash', () => {
  const death = (at: string, more = '') =>
    `chaos: { death: { crash: shop, at: ${at}, downFor: 500ms ${more} } }`;

  test('ends every request that waits or is in progress; their callers see a reset', () => {
    const run = shop(every('10ms', 3), settings('{ work: 1s, workers: 1 }'), death('100ms'));
    expect(all(run, 'crash')[0]).toMatchObject({ at: 100_000, place: 'shop[0]', value: 3 });
    expect(count(run, 'lost')).toBe(3);
    expect(details(run, 'intentFailed')).toEqual(Array(3).fill('reset'));
    expect(times(run, 'restart')).toEqual([600]);
    expect(count(run, 'finish')).toBe(0);
  });

  test('refuses connections until the replica is back', () => {
    const run = shop(every('100ms', 8), death('150ms'));
    expect(details(run, 'intentFailed')).toEqual(Array(5).fill('connect-failure'));
    expect(count(run, 'intentOk')).toBe(3);
  });

  test('of one replica leaves the others alone, and the next request goes to them', () => {
    const run = shop(
      every('100ms', 4),
      settings('{ replicas: 2 }'),
      'chaos: { death: { crash: "shop[0]", at: 50ms, downFor: 1h } }',
    );
    expect(all(run, 'request').map(({ peer }) => peer)).toEqual(['shop[0]', 'shop[1]', 'shop[1]', 'shop[1]']);
  });

  test('leaves what was committed, and nothing of a transaction in flight', () => {
    const run = shop(
      DATABASE,
      settings(
        '{ operations: { order: { steps: { one: { insert: orders, key: "\'a\'" }, two: { insert: orders, key: "\'b\'", fact: { told: {} } }, hold: { work: 1s } }, order: [one, { transaction: [two, hold] }] } } }',
      ),
      death('500ms'),
    );
    expect(Object.keys(rows(run, 'shop.db/orders'))).toEqual(['a']);
    expect(run.facts).toEqual([]);
  });

  test('gives back row locks and connections of what it interrupted', () => {
    const run = shop(
      DATABASE,
      every('1s', 3),
      settings(
        '{ db: { pools: { main: { maximumPoolSize: 1 } } }, operations: { order: { steps: { one: { upsert: orders, key: "\'a\'" }, hold: { work: 100ms } }, order: [{ transaction: [one, hold] }] } } }',
      ),
      death('50ms'),
    );
    expect(count(run, 'intentOk')).toBe(2);
    expect(count(run, 'poolWait')).toBe(0);
  });

  test('leaves what was sent: the callee goes on, and nobody hears its answer', () => {
    const run = shop(BANK, 'externals: { bank: { work: 1s } }', death('500ms'));
    expect(run.facts.map(({ name }) => name)).toEqual(['charged']);
    expect(count(run, 'lateReply')).toBe(0);
  });

  test('after an early answer loses the rest silently', () => {
    const run = shop(
      settings(
        '{ operations: { order: { steps: { accept: { reply: {} }, later: { work: 1s }, done: { fact: { done: {} } } } } } }',
      ),
      death('500ms'),
    );
    expect(count(run, 'intentOk')).toBe(1);
    expect(run.facts).toEqual([]);
  });

  test('gives messages back to their queue, which delivers them again', () => {
    const run = shop(QUEUE, 'chaos: { death: { crash: worker, at: 30ms, downFor: 1s } }');
    expect(details(run, 'delivery')).toEqual(['first', 'redelivered']);
    expect(details(run, 'requeue')).toEqual(['connection closed']);
    expect(facts(run, 'handled').length).toBe(1);
  });

  describe('between two steps', () => {
    const STEPS = `{ steps: { save: { insert: orders, fact: { saved: {} } }, tell: { fact: { told: {} } } }`;
    const between = 'chaos: { death: { crash: shop, between: [order.save, order.tell] } }';

    test('strikes when the first is durable and the second has not begun', () => {
      const run = shop(DATABASE, between, settings(`{ operations: { order: ${STEPS} } } }`));
      expect(run.facts.map(({ name }) => name)).toEqual(['saved']);
      expect(details(run, 'intentFailed')).toEqual(['reset']);
      expect(run.faults[0]?.fired).toBe(1);
    });

    test('that share a transaction strikes right after its commit', () => {
      const run = shop(
        DATABASE,
        between,
        settings(`{ operations: { order: ${STEPS}, order: [{ transaction: [save, tell] }] } } }`),
      );
      expect(Object.keys(rows(run, 'shop.db/orders'))).toEqual(['order-1']);
      expect(run.facts.map(({ name }) => name)).toEqual(['saved', 'told']);
      expect(details(run, 'intentFailed')).toEqual(['reset']);
    });

    test('of which the first ends a transaction strikes right after its commit', () => {
      const run = shop(
        DATABASE,
        between,
        settings(`{ operations: { order: ${STEPS}, order: [{ transaction: [save] }, tell] } } }`),
      );
      expect(Object.keys(rows(run, 'shop.db/orders'))).toEqual(['order-1']);
      expect(run.facts.map(({ name }) => name)).toEqual(['saved']);
    });
  });
});

describe('a schedule', () => {
  const job = (schedule: string, ...more: readonly string[]) =>
    shop(
      settings(
        `{ schedules: { nightly: ${schedule} }, operations: { report: { steps: { done: { fact: { reported: {} } } } } } }`,
      ),
      'run: { for: 5s, settle: 0s }',
      'clients: { user: { count: 0 } }',
      ...more,
    );

  test('wakes its operation at each multiple of its interval', () => {
    expect(times(job('{ every: 2s, do: report }'), 'job')).toEqual([2_000, 4_000]);
  });

  test('wakes it once at its time', () => {
    expect(times(job('{ at: 1500ms, do: report }'), 'job')).toEqual([1_500]);
  });

  test('wakes one replica, not each', () => {
    expect(count(job('{ every: 2s, do: report }', settings('{ replicas: 3 }')), 'fact')).toBe(2);
  });

  test('lets its time pass unused where no replica is alive', () => {
    expect(
      times(
        job('{ every: 1s, do: report }', 'chaos: { death: { crash: shop, at: 1500ms, downFor: 2s } }'),
        'job',
      ),
    ).toEqual([1_000, 4_000, 5_000]);
  });
});
