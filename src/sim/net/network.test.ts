import { describe, expect, test } from 'vitest';
import { all, BANK, count, details, shop, times } from '../testing.fixture.ts';

const link = (name: string, settings: string) => `network: { links: { "${name}": ${settings} } }`;
const MANY = 'clients: { user: { every: 10ms, count: 500 } }';

describe('a link', () => {
  test('takes half its round trip in each direction', () => {
    const run = shop(link('user -> shop', '{ rtt: 100ms }'));
    expect(times(run, 'request')).toEqual([50]);
    expect(times(run, 'intentOk')).toEqual([110]);
  });

  test('that is named beats one with a star', () => {
    const run = shop(link('* -> shop', '{ rtt: 1s }'), link('user -> shop', '{ rtt: 100ms }'));
    expect(times(run, 'intentOk')).toEqual([110]);
  });

  test('between any two is meant by two stars, where nothing else says more', () => {
    const run = shop(
      'network: { links: null }',
      'network: { links: { "* -> *": { rtt: 100ms }, "user -> *": { rtt: 40ms } } }',
      BANK,
    );
    expect(times(run, 'request')).toEqual([20, 80]);
  });

  test('that nobody describes takes a fraction of a millisecond', () => {
    const run = shop('network: { links: null }', MANY);
    const sorted = all(run, 'callOk')
      .map(({ value }) => value - 10_000)
      .sort((a, b) => a - b);
    expect(sorted[250]).toBeGreaterThan(200);
    expect(sorted[250]).toBeLessThan(300);
  });
});

describe('zones', () => {
  const zones = (client: string, service: string) => {
    const run = shop(
      'network: { links: null, zones: { a: {}, b: {} } }',
      MANY,
      `clients: { user: { zone: ${client} } }`,
      `services: { shop: { zone: [${service}] } }`,
    );
    const sorted = all(run, 'callOk')
      .map(({ value }) => value - 10_000)
      .sort((a, b) => a - b);
    return sorted[250] as number;
  };

  test('that differ are further apart', () => {
    expect(zones('a', 'a')).toBeLessThan(300);
    expect(zones('a', 'b')).toBeGreaterThan(850);
  });

  test('can have a link of their own', () => {
    const run = shop(
      'network: { links: null }',
      'network: { links: { a -> b: { rtt: 80ms } } }',
      'clients: { user: { zone: a } }',
      'services: { shop: { zone: [b] } }',
    );
    expect(times(run, 'intentOk')).toEqual([90]);
  });
});

describe('loss', () => {
  test('shows as retransmission, later and later, and not as a message that vanishes', () => {
    const run = shop(MANY, link('user -> shop', '{ rtt: 0s, loss: 20% }'));
    const waits = new Set(all(run, 'callOk').map(({ value }) => (value - 10_000) / 1_000));
    expect(count(run, 'intentOk')).toBe(500);
    expect(waits.has(0) && waits.has(200) && waits.has(600)).toBe(true);
  });

  test('of everything breaks the connection after the last retransmission', () => {
    const run = shop(
      link('user -> shop', '{ rtt: 0s, loss: 100% }'),
      'clients: { user: { calls: { shop: { timeout: 5s } } } }',
    );
    expect(details(run, 'dropped')).toEqual(['loss']);
    expect(details(run, 'intentFailed')).toEqual(['timeout']);
  });
});

test('bandwidth makes messages wait for each other', () => {
  const run = shop(
    'clients: { user: { every: 1ms, count: 3 } }',
    link('user -> shop', '{ rtt: 0s, bandwidth: 1KiB }'),
    'run: { settle: 60s }',
  );
  expect(times(run, 'request')).toEqual([1_000, 2_000, 3_000]);
  expect(times(run, 'intentOk')).toEqual([2_010, 3_010, 4_010]);
});

test('bandwidth makes a request take as long as its field `bytes` says', () => {
  const long = (bytes: number) =>
    shop(
      `clients: { user: { count: 1, data: { bytes: ${bytes} } } }`,
      link('user -> shop', '{ rtt: 0s, bandwidth: 1KiB }'),
    );
  expect(times(long(3_072), 'request')).toEqual([3_000]);
  expect(times(long(0), 'request')).toEqual([0]);
});

describe('a partition', () => {
  const cut = (settings: string, ...more: readonly string[]) =>
    shop(
      BANK,
      `chaos: { cut: { partition: ${settings} } }`,
      'services: { shop: { calls: { bank: { timeout: 1s } } } }',
      ...more,
    );

  test('lets messages vanish, so that callers time out', () => {
    const run = cut('shop | bank');
    expect(details(run, 'dropped')).toEqual(['partition']);
    expect(details(run, 'intentFailed')).toEqual(['timeout']);
    expect(run.facts).toEqual([]);
  });

  test('can refuse connections instead', () => {
    const run = cut('shop | bank, mode: reject');
    expect(details(run, 'intentFailed')).toEqual(['connect-failure']);
    expect(times(run, 'intentFailed')).toEqual([10]);
  });

  test('of one direction lets the other through', () => {
    expect(cut('bank | shop, oneWay: true').facts.length).toBe(1);
    expect(details(cut('bank | shop, oneWay: true'), 'intentFailed')).toEqual(['timeout']);
    expect(cut('shop | bank, oneWay: true').facts.length).toBe(0);
  });

  test('of zones cuts everybody who stands in them, in one direction or both', () => {
    const zones = [
      'services: { shop: { zone: [a] } }',
      'externals: { bank: { zone: [b] } }',
      'network: { zones: { a: {}, b: {} } }',
    ];
    expect(cut('a | b', ...zones).facts.length).toBe(0);
    expect(cut('a | b, oneWay: true', ...zones).facts.length).toBe(0);
    expect(cut('b | a, oneWay: true', ...zones).facts.length).toBe(1);
    expect(details(cut('b | a, oneWay: true', ...zones), 'intentFailed')).toEqual(['timeout']);
  });

  test('heals', () => {
    const run = cut('shop | bank, at: 0s, for: 2500ms', 'clients: { user: { count: 4 } }');
    expect(details(run, 'intentFailed')).toEqual(['timeout', 'timeout', 'timeout']);
    expect(count(run, 'intentOk')).toBe(1);
  });
});
