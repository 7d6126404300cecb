import { describe, expect, test } from 'vitest';
import { all, changed, count, details, SHOP, shop, times, worldOf } from '../testing.fixture.ts';

/** Ten calls a second, over `pricing` with four replicas, of which the first dies at 20 s and stays dead. */
const PRICING = `
  run: { for: 400s, settle: 10s }
  network: { links: { "shop -> pricing": { rtt: 0s } } }
  clients: { user: { every: 100ms, count: null } }
  services:
    shop: { work: 1ms, operations: { order: { steps: { ask: { call: pricing.get } } } } }
    pricing: { work: 1ms, replicas: 4, operations: { get: {} } }
  chaos: { dead: { crash: "pricing[0]", at: 20s, downFor: 1h } }
`;

const store = (discovery: string, ...more: readonly string[]) =>
  shop(PRICING, `discovery: { pricing: ${discovery} }`, ...more);

/** Seconds from the crash to the last request that met the dead. */
const blind = (run: ReturnType<typeof shop>) =>
  ((times(run, 'misdirected').at(-1) ?? 20_000) - 20_000) / 1_000;

test('without discovery a caller knows at once who is there, and nothing of it is recorded', () => {
  const run = shop(PRICING);
  expect(count(run, 'misdirected')).toBe(0);
  expect(count(run, 'intentFailed')).toBe(0);
});

describe('a static list', () => {
  test('sends every fourth request to the dead replica until it returns, and each is on record', () => {
    const run = store('{ kind: static }', 'run: { for: 60s }', 'chaos: { dead: { downFor: 20s } }');
    expect(count(run, 'misdirected')).toBe(50);
    expect(count(run, 'callFailed', 'shop.order.ask')).toBe(50);
    expect(blind(run)).toBeLessThan(20);
    expect(all(run, 'misdirected')[0]).toMatchObject({
      place: 'pricing.get',
      peer: 'pricing[0]',
      detail: 'dead',
    });
  });

  test('leads from the failure to the request that met nobody', () => {
    const run = store('{ kind: static }', 'run: { for: 30s }');
    const failure = all(run, 'callFailed')[0];
    expect(failure?.detail).toBe('connect-failure');
    expect(all(run)[failure?.cause ?? -1]).toMatchObject({ kind: 'misdirected', detail: 'dead' });
  });
});

describe('DNS', () => {
  const dns = (more: string, ...patches: readonly string[]) =>
    store(
      '{ kind: dns, ttl: 60s, lookup: 0s, propagation: 0s }',
      `discovery: { pricing: { ${more} } }`,
      ...patches,
    );

  test('is believed until its time is over: a stale answer sends requests to the dead for up to the TTL', () => {
    const run = dns('', 'run: { for: 150s }');
    expect(blind(run)).toBeGreaterThan(35);
    expect(blind(run)).toBeLessThan(41);
    expect(count(run, 'misdirected')).toBe(100);
    expect(details(run, 'learned')).toEqual(['pricing[1] pricing[2] pricing[3]']);
  });

  test('is kept for ever where networkaddress.cache.ttl is -1, as by a JVM with a security manager', () => {
    expect(blind(dns('networkaddress.cache.ttl: -1', 'run: { for: 200s }'))).toBeGreaterThan(179);
  });

  test('is kept for networkaddress.cache.ttl seconds, whatever the record says', () => {
    expect(blind(dns('networkaddress.cache.ttl: 10', 'run: { for: 60s }'))).toBeLessThan(10.1);
  });

  test('costs a lookup where nothing is kept, and those who come meanwhile wait for the same one', () => {
    const run = dns(
      'lookup: 80ms',
      'run: { for: 1s }',
      'clients: { user: { every: 10ms } }',
      'services: { pricing: { work: 0ms } }',
    );
    const took = all(run, 'callOk', 'shop.order.ask').map(({ value }) => value / 1_000);
    expect(took.slice(0, 9)).toEqual([80, 70, 60, 50, 40, 30, 20, 10, 0]);
  });

  test('says that there is no address while nobody is ready, which is believed for its own time', () => {
    const run = dns(
      'ttl: 1s',
      'run: { for: 60s }',
      'services: { pricing: { replicas: 1 } }',
      'chaos: { dead: { at: 20500ms, downFor: 5s } }',
    );
    const failed = all(run, 'callFailed');
    expect(new Set(failed.map(({ detail }) => detail))).toEqual(new Set(['connect-failure', 'dns-failure']));
    // The replica is back at 25.5 s; the answer of about 21 s, that there is none, is kept for 10 s.
    expect((failed.at(-1)?.at ?? 0) / 1e6).toBeGreaterThan(30);
    expect((failed.at(-1)?.at ?? 0) / 1e6).toBeLessThan(31.2);
  });

  test('is asked anew by a process that has restarted', () => {
    const run = dns(
      'networkaddress.cache.ttl: -1',
      'run: { for: 60s }',
      'chaos: { again: { crash: shop, at: 40s, downFor: 1s } }',
    );
    expect(blind(run)).toBeGreaterThan(19);
    expect(blind(run)).toBeLessThan(20);
  });
});

describe('a fault of DNS', () => {
  const dns = (fault: string, ...patches: readonly string[]) =>
    store(
      '{ kind: dns, ttl: 5s, lookup: 20ms, propagation: 0s }',
      'run: { for: 60s }',
      `chaos: { trouble: ${fault} }`,
      ...patches,
    );
  const failed = (run: ReturnType<typeof shop>) => all(run, 'callFailed', 'shop.order.ask');

  test('dnsStale gives the old answer as long as it lasts, and callers go on sending requests to the dead', () => {
    const run = dns('{ dnsStale: pricing, during: 15s..40s }');
    expect(blind(run)).toBeGreaterThan(20);
    expect(blind(run)).toBeLessThan(25.1);
    expect(run.faults.find(({ id }) => id === 'trouble')?.fired).toBeGreaterThan(2);
  });

  test('dnsStale does not strike where the old answer is still true', () => {
    const run = dns('{ dnsStale: pricing, during: 5s..15s }');
    expect(run.faults.find(({ id }) => id === 'trouble')?.fired).toBe(0);
  });

  test('dnsEmpty fails everybody at once whose answer runs out, and for longer than it lasts', () => {
    const run = dns('{ dnsEmpty: pricing, during: 30s..33s }', 'chaos: { dead: null }');
    const all = failed(run);
    expect(new Set(all.map(({ detail }) => detail))).toEqual(new Set(['dns-failure']));
    const [first, last] = [all[0]?.at ?? 0, all.at(-1)?.at ?? 0];
    expect((last - first) / 1e6).toBeGreaterThan(9.8);
    expect((last - first) / 1e6).toBeLessThan(10.1);
  });

  test('dnsEmpty is what an explanation of the failure leads back to', () => {
    const run = dns('{ dnsEmpty: pricing, during: 30s..33s }', 'chaos: { dead: null }');
    const records = all(run);
    const learned = records[failed(run)[0]?.cause ?? -1];
    expect(learned).toMatchObject({ kind: 'learned', value: 0 });
    expect(records[learned?.cause ?? -1]).toMatchObject({ kind: 'fault', detail: 'trouble' });
  });

  test('dnsSlow is felt by those whose answer has run out, and by nobody else', () => {
    const run = dns('{ dnsSlow: pricing, add: 3s, during: 30s..31s }', 'chaos: { dead: null }');
    const slow = all(run, 'callOk', 'shop.order.ask').filter(({ value }) => value > 100_000);
    expect(slow.length).toBeGreaterThan(28);
    expect(slow.length).toBeLessThan(32);
  });
});

describe('Eureka', () => {
  test('forgets a crashed instance after its doubled lease, the sweep and two caches', () => {
    const run = store('{ kind: eureka, enableSelfPreservation: false }');
    const [evicted] = all(run, 'unlisted');
    expect(evicted).toMatchObject({ peer: 'pricing[0]', detail: 'evicted' });
    expect((evicted?.value ?? 0) / 1e6).toBeGreaterThan(180);
    expect((evicted?.value ?? 0) / 1e6).toBeLessThan(180 + 60);
    expect(blind(run)).toBeGreaterThan(150);
    expect(blind(run)).toBeLessThan(180 + 60 + 30 + 30);
  });

  test('keeps everybody in self-preservation, which one death among four is enough for', () => {
    const run = store('{ kind: eureka }');
    expect(count(run, 'unlisted')).toBe(0);
    expect(details(run, 'selfPreservation')).toEqual(['on']);
    expect(blind(run)).toBeGreaterThan(375);
  });

  test('evicts in a larger fleet, in which one silence is not too many', () => {
    const run = store('{ kind: eureka }', 'services: { pricing: { replicas: 10 } }');
    expect(details(run, 'unlisted')).toEqual(['evicted']);
    expect(count(run, 'selfPreservation')).toBe(0);
  });

  test('takes an instance off at once that says goodbye; callers hear of it after the two caches', () => {
    const patches = [
      PRICING,
      'discovery: { pricing: { kind: eureka } }',
      'run: { for: 120s }',
      'chaos: null',
    ];
    const fewer = [...patches, 'services: { pricing: { replicas: 3 } }'];
    const run = changed(20_000_000, worldOf(SHOP, ...patches), worldOf(SHOP, ...fewer));
    expect(times(run, 'unlisted')).toEqual([20_000]);
    expect(details(run, 'unlisted')).toEqual(['deregistered']);
    expect(blind(run)).toBeGreaterThan(10);
    expect(blind(run)).toBeLessThan(60);
  });

  test('lists an instance again that has come back', () => {
    const run = store(
      '{ kind: eureka, enableSelfPreservation: false }',
      'run: { for: 400s }',
      'chaos: { dead: { downFor: 300s } }',
    );
    expect(times(run, 'listed')).toEqual([320_000]);
    expect(times(run, 'request', 'pricing.get').at(-1)).toBeGreaterThan(399_000);
  });
});

describe('Consul', () => {
  test('takes a silent instance away after its TTL, and tells callers at once', () => {
    const run = store('{ kind: consul, ttl: 15s, heartbeat: 5s }', 'run: { for: 60s }');
    expect(blind(run)).toBeGreaterThan(10);
    expect(blind(run)).toBeLessThan(15);
    expect(details(run, 'learned')).toEqual(['pricing[1] pricing[2] pricing[3]']);
  });

  test('keeps an instance that hangs: its heartbeats still come', () => {
    const run = store(
      '{ kind: consul }',
      'run: { for: 60s }',
      'services: { shop: { calls: { pricing: { timeout: 200ms } } } }',
      'chaos: { dead: null, stuck: { hang: "pricing[0]", during: 20s..50s } }',
    );
    expect(count(run, 'unlisted')).toBe(0);
    expect(count(run, 'callFailed')).toBeGreaterThan(70);
  });
});

describe('Kubernetes', () => {
  test('takes an instance out of the rules a while after it died', () => {
    const run = store('{ kind: kubernetes, propagation: 3s }', 'run: { for: 60s }');
    expect(blind(run)).toBeLessThan(3);
    expect(count(run, 'misdirected')).toBeGreaterThan(2);
    expect(count(run, 'misdirected')).toBeLessThan(16);
  });

  test('refuses connections while there is no endpoint', () => {
    const run = store(
      '{ kind: kubernetes, propagation: 0s }',
      'run: { for: 30s }',
      'services: { pricing: { replicas: 1 } }',
    );
    expect(count(run, 'misdirected')).toBe(0);
    expect(new Set(details(run, 'callFailed'))).toEqual(new Set(['connect-failure']));
  });
});

test('`default` holds for services of ours, not for partners', () => {
  const run = shop(
    PRICING,
    'discovery: { default: { kind: static } }',
    'run: { for: 60s }',
    'services: { pricing: null, shop: { operations: { order: { steps: { ask: { call: bank.get } } } } } }',
    'externals: { bank: { replicas: 2, operations: { get: {} } } }',
    'chaos: { dead: { crash: "bank[0]" } }',
  );
  expect(count(run, 'misdirected')).toBe(0);
});
