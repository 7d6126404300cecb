import { describe, expect, test } from 'vitest';
import { all, count, DATABASE, details, shop, times } from '../testing.fixture.ts';

/** A shop that stores each order, one a second, each in 15 ms: 10 of work, 2 for the statement and 3 for its commit. */
const STORED = `
  run: { for: 60s, settle: 60s }
  clients: { user: { every: 1s, count: null } }
  services:
    shop:
      db: { pools: { main: { maximumPoolSize: 2 } } }
      operations: { order: { steps: { keep: { insert: orders } } } }
`;
const FORGETS = 'chaos: { firewall: { halfOpen: shop -> shop.db, at: 5500ms } }';
const pool = (settings: string) => `services: { shop: { db: { pools: { main: ${settings} } } } }`;
const stored = (...more: readonly string[]) => shop(DATABASE, STORED, ...more);
const took = (run: ReturnType<typeof shop>) =>
  all(run, 'callOk', 'user.buy').map(({ value }) => Math.round(value / 1_000));
const slow = (run: ReturnType<typeof shop>) => took(run).filter((ms) => ms > 15);

describe('a half-open connection of a database pool', () => {
  test('that was not used for a while is tested before use: who needs it waits for validationTimeout, and gets the next', () => {
    const rare = 'clients: { user: { every: 10s } }';
    const run = stored(FORGETS, rare);
    // The next in the pool is half-open as well.
    expect(slow(run)).toEqual([10_015]);
    expect(count(run, 'intentFailed')).toBe(0);
    expect(details(run, 'connectionLost')).toEqual(['validation', 'validation']);
    expect(slow(stored(FORGETS, rare, pool('{ validationTimeout: 1s }')))).toEqual([2_015]);
  });

  test('and all others of its pool may use up connectionTimeout with their tests', () => {
    const run = stored(
      FORGETS,
      pool('{ maximumPoolSize: 6, connectionTimeout: 10s }'),
      'clients: { user: { every: 12s } }',
    );
    expect(details(run, 'refused')).toEqual(['pool-timeout', 'pool-timeout', 'pool-timeout']);
    expect(times(run, 'refused')).toEqual([22_010, 34_010, 46_010]);
    expect(slow(run)).toEqual([]);
  });

  test('that is busy is not tested: what is sent over it hangs until socketTimeout, and the pool closes it', () => {
    const busy = ['clients: { user: { every: 200ms } }', FORGETS];
    const run = stored(...busy, pool('{ maximumPoolSize: 1, socketTimeout: 3s }'));
    expect(details(run, 'refused')).toEqual(['socket-timeout']);
    expect(times(run, 'refused')).toEqual([8_610]);
    expect(details(run, 'connectionLost')).toEqual(['socketTimeout']);
    // Others wait for the one connection there is, and why they do is told.
    const [waited] = all(run, 'poolWait');
    expect(waited?.value).toBe(2_800_000);
    expect(all(run)[waited?.cause ?? -1]).toMatchObject({ kind: 'fault', detail: 'firewall' });
    // Who tests each, finds it sooner or later as well.
    const tested = stored(...busy, pool('{ maximumPoolSize: 1, testOnBorrow: true, validationTimeout: 1s }'));
    expect(count(tested, 'refused')).toBe(0);
    expect(Math.max(...took(tested))).toBe(1_017);
  });

  test('without socketTimeout hangs until TCP gives up, a quarter of an hour', () => {
    const run = stored(
      'clients: { user: { every: 400ms, count: 20 } }',
      'run: { for: 1000s }',
      pool('{ connectionTimeout: 20m }'),
      FORGETS,
    );
    // The other one had never been used.
    expect(details(run, 'connectionLost')).toEqual(['validation', 'retransmission']);
    expect(details(run, 'refused')).toEqual(['db-reset']);
    expect(times(run, 'refused')[0]).toBe(5_610 + 924_600);
  });

  test('swallows the answer to a statement in progress, for which nobody then waits in vain but with socketTimeout', () => {
    const long = [
      FORGETS,
      'clients: { user: { count: 1 } }',
      'services: { shop: { operations: { order: { steps: { keep: { takes: 6s } } } } } }',
      'run: { for: 2000s }',
    ];
    expect(count(stored(...long), 'reply')).toBe(0);
    const run = stored(...long, pool('{ socketTimeout: 10s }'));
    expect(times(run, 'refused')).toEqual([10_010]);
    expect(count(run, 'write')).toBe(0);
  });

  test('is why a commit is never heard of: nothing is written', () => {
    const run = stored(
      FORGETS,
      'clients: { user: { count: 1 } }',
      'services: { shop: { operations: { order: { steps: { think: { work: 6s } }, order: [{ transaction: [keep, think] }] } } } }',
      pool('{ socketTimeout: 1s }'),
    );
    expect(times(run, 'refused')).toEqual([7_012]);
    expect(count(run, 'rollback')).toBe(1);
    expect(count(run, 'write')).toBe(0);
  });

  test('leaves who waits for the lock of a row without an answer, though it was given the lock', () => {
    const run = stored(
      'chaos: { firewall: { halfOpen: shop -> shop.db, at: 2s, nth: [2] } }',
      'clients: { user: { every: 100ms, count: 2, data: { order: "\'one\'" } } }',
      'services: { shop: { operations: { order: { steps: { keep: { upsert: orders, insert: null }, think: { work: 4s } }, order: [{ transaction: [keep, think] }] } } } }',
      pool('{ socketTimeout: 7s }'),
    );
    expect(details(run, 'refused')).toEqual(['socket-timeout']);
    expect(times(run, 'refused')).toEqual([7_110]);
    expect(count(run, 'write')).toBe(1);
  });

  test('is found between two uses by keepaliveTime: nobody waits', () => {
    const rare = ['clients: { user: { every: 50s } }', 'run: { for: 200s }'];
    expect(slow(stored(FORGETS, ...rare, pool('{ keepaliveTime: 30s }')))).toEqual([]);
    expect(slow(stored(FORGETS, ...rare, pool('{ keepaliveTime: 0s }')))).toEqual([10_015]);
  });

  test('is replaced after maxLifetime, used or not', () => {
    const rare = ['clients: { user: { every: 50s } }', 'run: { for: 200s }'];
    expect(slow(stored(FORGETS, ...rare, pool('{ keepaliveTime: 0s, maxLifetime: 40s }')))).toEqual([]);
  });

  test('goes with its process', () => {
    const run = stored(FORGETS, 'chaos: { death: { crash: shop, at: 5600ms, downFor: 100ms } }');
    expect(slow(run)).toEqual([]);
  });

  test('may be one of several, each with its own luck', () => {
    const run = stored(
      pool('{ maximumPoolSize: 100 }'),
      'chaos: { firewall: { halfOpen: shop -> shop.db, at: 5500ms, p: 20% } }',
    );
    expect(run.faults[0]?.fired).toBeGreaterThan(10);
    expect(run.faults[0]?.fired).toBeLessThan(40);
  });

  test('is one of another service’s database, too, and of nobody else’s', () => {
    const shared = `
      services:
        stock: { db: { read: 2ms, tables: { orders: { key: order } } } }
        shop: { operations: { order: { steps: { keep: { insert: null, read: stock.db/orders } } } } }
    `;
    const waits = (link: string) =>
      slow(
        stored(
          shared,
          'clients: { user: { every: 20s } }',
          `chaos: { firewall: { halfOpen: ${link}, at: 5500ms } }`,
        ),
      );
    expect(waits('shop -> stock.db')).toEqual([10_012]);
    expect(waits('"shop -> *"')).toEqual([10_012]);
    expect(waits('shop -> shop.db')).toEqual([]);
    expect(waits('stock -> stock.db')).toEqual([]);
  });
});

describe('a firewall that forgets what is idle', () => {
  const IDLE = 'chaos: { nat: { halfOpen: shop -> shop.db, idleTimeout: 40s } }';
  const RARE = ['clients: { user: { every: 60s } }', 'run: { for: 240s }', pool('{ maximumPoolSize: 1 }')];

  test('makes each who comes after a while wait', () => {
    expect(slow(stored(IDLE, ...RARE))).toEqual([5_015, 5_015, 5_015]);
  });

  test('remembers what keepaliveTime keeps busy', () => {
    const run = stored(IDLE, ...RARE, pool('{ keepaliveTime: 35s }'));
    expect(slow(run)).toEqual([]);
    expect(run.faults[0]?.fired).toBe(0);
  });

  test('meets none that is replaced before', () => {
    const run = stored(IDLE, ...RARE, pool('{ maxLifetime: 35s, keepaliveTime: 0s }'));
    expect(slow(run)).toEqual([]);
    expect(run.faults[0]?.fired).toBe(0);
  });

  test('swallows the answer to a statement that takes longer than it remembers', () => {
    const run = stored(
      IDLE,
      'clients: { user: { count: 1 } }',
      'services: { shop: { operations: { order: { steps: { keep: { takes: 41s } } } } } }',
      pool('{ socketTimeout: 50s }'),
    );
    expect(times(run, 'refused')).toEqual([50_010]);
  });
});

describe('socketTimeout', () => {
  const TIMEOUT = pool('{ socketTimeout: 1s }');

  test('fails who waits longer for an answer, from whomever: a slow statement, or the lock of a row', () => {
    const slowly = 'services: { shop: { operations: { order: { steps: { keep: { takes: 1500ms } } } } } }';
    const run = stored(TIMEOUT, slowly, 'clients: { user: { count: 1 } }');
    expect(details(run, 'refused')).toEqual(['socket-timeout']);
    expect(times(run, 'refused')).toEqual([1_010]);
    expect(details(run, 'connectionLost')).toEqual(['socketTimeout']);
    const locked = stored(
      TIMEOUT,
      'clients: { user: { every: 100ms, count: 2, data: { order: "\'one\'" } } }',
      'services: { shop: { operations: { order: { steps: { keep: { upsert: orders, insert: null }, think: { work: 4s } }, order: [{ transaction: [keep, think] }] } } } }',
    );
    expect(times(locked, 'refused')).toEqual([1_110]);
    expect(count(locked, 'write')).toBe(1);
  });

  test('counts the time for a lock and the time for the statement as one', () => {
    const run = stored(
      pool('{ socketTimeout: 4s }'),
      'clients: { user: { every: 100ms, count: 2, data: { order: "\'one\'" } } }',
      'services: { shop: { operations: { order: { steps: { keep: { upsert: orders, insert: null, takes: 3s } } } } } }',
    );
    expect(times(run, 'refused')).toEqual([4_110]);
  });

  test('leaves alone what is answered in time', () => {
    expect(stored(TIMEOUT).fingerprint).toBe(stored().fingerprint);
  });
});
