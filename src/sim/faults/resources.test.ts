import { describe, expect, test } from 'vitest';
import { all, BANK, count, DATABASE, details, shop, times } from '../testing.fixture.ts';

const fault = (text: string) => `chaos: { it: ${text} }`;

/** The shop remembers for 3 s what its bank says of each of two things; somebody asks for them in turn, ten times a second. */
const CACHED = [
  BANK,
  'entities: { sku: { count: 2 } }',
  'clients: { user: { every: 100ms, count: 80, data: { sku: "\'sku-\' + string(1 + index % 2)" } } }',
  'services: { shop: { operations: { order: { steps: { charge: { cache: { max-age: 3s, key: request.sku } } } } } } }',
];
const asked = (...more: string[]) => times(shop(...CACHED, ...more), 'call', 'shop.order.charge');

describe('flush', () => {
  test('empties a cache: each key is asked for once more, as where nothing was there', () => {
    expect(asked()).toEqual([10, 110, 3210, 3310, 6410, 6510]);
    expect(asked(fault('{ flush: shop, at: 1s }'))).toEqual([10, 110, 1010, 1110, 4210, 4310, 7410, 7510]);
  });

  test('of a step leaves other caches as they are, and of a replica those of the others', () => {
    const step = asked(fault('{ flush: shop.order.charge, at: 1s }'));
    expect(step).toEqual(asked(fault('{ flush: shop, at: 1s }')));
    const [one, both] = ['"shop[0]"', 'shop'].map((place) =>
      asked('services: { shop: { replicas: 2 } }', fault(`{ flush: ${place}, at: 1s }`)),
    );
    expect(one?.length).toBeLessThan(both?.length as number);
  });

  test('is why the first who has to ask waits, and nobody else', () => {
    const run = shop(...CACHED, fault('{ flush: shop, at: 1s }'));
    expect(all(run, 'fault').map(({ subject }) => subject)).toEqual([null, 'order-11', 'order-12']);
  });
});

describe('ttlAlign', () => {
  test('lets all keys of a cache be asked for again at the same moment, all at once', () => {
    const many = [
      ...CACHED,
      'entities: { sku: { count: 20 } }',
      'clients: { user: { every: 10ms, count: 500, data: { sku: "\'sku-\' + string(1 + index % 20)" } } }',
      'services: { shop: { operations: { order: { steps: { charge: { cache: { max-age: 1s } } } } } } }',
    ];
    const run = shop(...many, fault('{ ttlAlign: shop.order.charge, at: 700ms }'));
    const after = times(run, 'call', 'shop.order.charge').filter((at) => at >= 700 && at < 1_000);
    expect(after.length).toBe(20);
  });

  test('leaves what may be given out stale where it is', () => {
    const stale =
      'services: { shop: { operations: { order: { steps: { charge: { cache: { stale-if-error: 10s } } } } } } }';
    const broken = (kind: string) =>
      shop(...CACHED, stale, `chaos: { it: { ${kind}: shop, at: 1s }, bank: { errors: bank, at: 1s } }`);
    expect(count(broken('ttlAlign'), 'intentFailed')).toBe(0);
    expect(count(broken('flush'), 'intentFailed')).toBe(70);
  });
});

describe('cpuSteal', () => {
  const took = (text: string) => {
    const run = shop(
      BANK,
      'externals: { bank: { work: 100ms } }',
      'clients: { user: { count: 3 } }',
      fault(text),
    );
    return all(run, 'callOk', 'shop.order.charge').map(({ value }) => value / 1_000);
  };

  test('stretches work by the share that is left', () => {
    expect(took('{ cpuSteal: bank, share: 50% }')).toEqual([200, 200, 200]);
    expect(took('{ cpuSteal: bank, share: 75%, during: 1s..2s }')).toEqual([100, 400, 100]);
  });

  test('ends in the middle of work that is in progress, and leaves alone what had begun before it', () => {
    // From 10 ms on: 30 ms at half the speed, and what is left at all of it.
    expect(took('{ cpuSteal: bank, share: 50%, during: 0s..40ms }')[0]).toBe(115);
    expect(took('{ cpuSteal: bank, share: 90%, during: 0s..100ms }')[0]).toBe(181);
    expect(took('{ cpuSteal: bank, share: 50%, during: 40ms..80ms, idle: allowed }')[0]).toBe(100);
  });

  test('comes again and again, and takes of all work together what it takes of the time', () => {
    const run = shop(
      BANK,
      'externals: { bank: { work: 900ms } }',
      'clients: { user: { every: 1s, count: 400 } }',
      'run: { for: 400s }',
      fault('{ cpuSteal: bank, share: 50%, every: 700ms, lasts: exponential(100ms) }'),
    );
    const total = all(run, 'callOk', 'shop.order.charge').reduce((sum, { value }) => sum + value, 0);
    // A seventh of the time is stolen by half: work takes 900 ms / (1 - 1/14) on average.
    expect(total / 400 / 1_000).toBeGreaterThan(955);
    expect(total / 400 / 1_000).toBeLessThan(985);
  });
});

describe('poolExhaust', () => {
  const STORED = [
    DATABASE,
    'services: { shop: { db: { pools: { main: { maximumPoolSize: 2, connectionTimeout: 1s } } }, operations: { order: { steps: { keep: { insert: orders } } } } } }',
    'clients: { user: { every: 500ms, count: 12 } }',
  ];

  test('leaves nobody a connection: who needs one waits, and gives up after connectionTimeout', () => {
    const run = shop(...STORED, fault('{ poolExhaust: shop.db/main, at: 1100ms, for: 2s }'));
    expect(details(run, 'refused')).toEqual(['pool-timeout', 'pool-timeout']);
    expect(times(run, 'refused')).toEqual([2510, 3010]);
    expect(details(run, 'intentFailed')).toEqual(['pool-timeout', 'pool-timeout']);
    expect(all(run, 'poolWait').map(({ value }) => value)).toEqual([590_000, 90_000]);
    const cause = all(run, 'refused')[0]?.cause as number;
    expect(all(run)[cause]).toMatchObject({ kind: 'fault', subject: 'order-4' });
  });

  test('may leave some, or take one after the other', () => {
    const leaked = (more: string) =>
      shop(...STORED, fault(`{ poolExhaust: shop.db, at: 1s, for: 4s, ${more} }`));
    expect(count(leaked('connections: 1'), 'refused')).toBe(0);
    expect(times(leaked('every: 1s'), 'refused')[0]).toBe(3010);
  });

  test('is over when the process dies', () => {
    const run = shop(
      ...STORED,
      'chaos: { it: { poolExhaust: shop.db, at: 1100ms }, death: { crash: shop, at: 1200ms, downFor: 100ms } }',
    );
    expect(count(run, 'refused')).toBe(0);
    expect(count(run, 'intentOk')).toBe(12);
  });
});

describe('poolPoison', () => {
  const stored = (pool: string, ...more: string[]) =>
    shop(
      DATABASE,
      `services: { shop: { db: { pools: { main: ${pool} } }, operations: { order: { steps: { keep: { insert: orders } } } } } }`,
      'clients: { user: { every: 500ms, count: 12 } }',
      ...more,
    );
  const POISON = fault('{ poolPoison: shop.db, at: 1100ms }');

  test('fails whoever gets a broken connection, which is thrown away: as many as there were', () => {
    const run = stored('{ maximumPoolSize: 3, aliveBypassWindow: 1h }', POISON);
    expect(times(run, 'refused')).toEqual([1510, 2010, 2510]);
    expect(details(run, 'intentFailed')).toEqual(['db-reset', 'db-reset', 'db-reset']);
    expect(count(run, 'write')).toBe(9);
    const cause = all(run, 'refused')[0]?.cause as number;
    expect(all(run)[cause]).toMatchObject({ kind: 'fault', subject: 'order-4' });
  });

  test('leaves those that are in use, and may leave others', () => {
    const refused = (chaos: string) =>
      times(stored('{ maximumPoolSize: 2, aliveBypassWindow: 1h }', fault(chaos)), 'refused');
    // The one in use is the one that is always given out first.
    expect(refused('{ poolPoison: shop.db/main, at: 1012ms }')).toEqual([]);
    expect(refused('{ poolPoison: shop.db/main, connections: 1, at: 1100ms }')).toEqual([1510]);
    expect(refused('{ poolPoison: shop.db/report, at: 1100ms }')).toEqual([]);
  });

  test('harms only who is given one that was used a moment ago: HikariCP tests the others', () => {
    // The first was given back 485 ms before, and the next two had never been used.
    expect(times(stored('{ maximumPoolSize: 3 }', POISON), 'refused')).toEqual([1510]);
    expect(count(stored('{ maximumPoolSize: 3, aliveBypassWindow: 400ms }', POISON), 'refused')).toBe(0);
  });

  test('harms nobody where each connection is tested before use, at the price of a statement each time', () => {
    const run = stored('{ maximumPoolSize: 3, aliveBypassWindow: 1h, testOnBorrow: true }', POISON);
    expect(count(run, 'intentOk')).toBe(12);
    const took = (pool: string) => new Set(all(stored(pool), 'callOk', 'user.buy').map(({ value }) => value));
    expect(took('{ testOnBorrow: true }')).toEqual(new Set([17_000]));
    expect(took('{}')).toEqual(new Set([15_000]));
  });

  test('is over for a process that starts anew', () => {
    const death = 'chaos: { death: { crash: shop, at: 1200ms, downFor: 100ms } }';
    expect(count(stored('{ aliveBypassWindow: 1h }', POISON, death), 'refused')).toBe(0);
  });
});
