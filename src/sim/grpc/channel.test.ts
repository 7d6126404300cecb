import { describe, expect, test } from 'vitest';
import { all, count, details, shop, times } from '../testing.fixture.ts';

/** Three shops call one of four pricings that serve eight at a time in 50 ms each, over gRPC. */
const PRICING = `
  run: { for: 20s, settle: 5s }
  clients: { user: { every: 5ms, count: null } }
  services:
    shop:
      replicas: 3
      work: 1ms
      operations: { order: { steps: { ask: { call: pricing.get } } } }
      calls: { pricing: { via: grpc, timeout: 500ms } }
    pricing: { replicas: 4, workers: 8, work: 50ms, queue: { limit: 20 }, operations: { get: {} } }
`;

const pricing = (...more: readonly string[]) => shop(PRICING, ...more);
type Ran = ReturnType<typeof shop>;

/** Requests that each replica of pricing was sent, in a stretch of time in seconds. */
function shares(run: Ran, from = 0, to = 1e9): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { peer, at } of all(run, 'request', 'pricing.get'))
    if (at >= from * 1e6 && at < to * 1e6) found[peer ?? ''] = (found[peer ?? ''] ?? 0) + 1;
  return found;
}

const failures = (run: Ran) => count(run, 'callFailed', 'shop.order.ask');
const calls = (run: Ran) => count(run, 'call', 'shop.order.ask');

const ROUND_ROBIN =
  'services: { shop: { calls: { pricing: { grpc: { loadBalancingPolicy: round_robin } } } } }';
const HEADLESS = 'discovery: { pricing: { kind: dns, ttl: 1s, lookup: 1ms } }';

describe('a channel behind a balancer of connections', () => {
  test('is one for all operations that are called with equal settings, and one more for those with others', () => {
    const channels = (settings: string) =>
      count(
        pricing(
          'clients: { user: { every: 1s } }',
          `services: { shop: { replicas: 1, operations: { order: { steps: { more: { call: pricing.list } } } }, calls: {
            pricing.get: { via: grpc, grpc: { keepAliveTime: 10s } }, pricing.list: { via: grpc, grpc: ${settings} } } } }`,
          'services: { pricing: { operations: { list: {} } } }',
        ),
        'connected',
      );
    expect(channels('{ keepAliveTime: 10s }')).toBe(1);
    expect(channels('{ keepAliveTime: 20s }')).toBe(2);
  });

  test('sends all its requests to one replica: three callers never use more than three of four', () => {
    const run = pricing();
    expect(count(run, 'connected')).toBe(3);
    expect(Object.keys(shares(run)).length).toBeLessThan(4);
    // 200 a second over callers of 67 each; a replica serves 160.
    const least = Math.min(...Object.values(shares(run)));
    expect(least / calls(run)).toBeGreaterThan(0.32);
  });

  test('is no better off with more replicas: new ones get no connection', () => {
    const before = shares(pricing());
    const more = shares(pricing('services: { pricing: { replicas: 8 } }'));
    expect(Object.keys(more).length).toBe(Object.keys(before).length);
  });

  test('overloads the replica that all callers happen to meet, while the others are idle', () => {
    const run = pricing('services: { shop: { replicas: 1 } }');
    expect(Object.keys(shares(run))).toHaveLength(1);
    expect(failures(run) / calls(run)).toBeGreaterThan(0.15);
  });

  test('has one address under round_robin, too, since nobody sees what is behind it', () => {
    const run = pricing('services: { shop: { replicas: 1 } }', ROUND_ROBIN);
    expect(Object.keys(shares(run))).toHaveLength(1);
  });

  test('spreads under maxConnectionAge in the course of time, since each new connection meets somebody else', () => {
    const run = pricing('services: { pricing: { grpc: { maxConnectionAge: 2s } } }');
    expect(count(run, 'goAway')).toBeGreaterThan(20);
    expect(Object.keys(shares(run))).toHaveLength(4);
    expect(count(run, 'lost')).toBe(0); // what is in progress is finished
    // A tenth earlier or later than it says.
    const first = times(run, 'connected')[0] ?? 0;
    const next = times(run, 'goAway')[0] ?? 0;
    expect(next - first).toBeGreaterThan(1_790);
    expect(next - first).toBeLessThan(2_300);
  });
});

describe('round_robin over addresses from DNS', () => {
  test('gives each replica its share', () => {
    const run = pricing(ROUND_ROBIN, HEADLESS);
    expect(count(run, 'connected')).toBe(12);
    for (const share of Object.values(shares(run))) expect(share / calls(run)).toBeCloseTo(0.25, 1);
    expect(failures(run)).toBe(0);
  });

  test('does not hear of new replicas until a connection ends, which maxConnectionAge sees to', () => {
    const born = 'chaos: { late: { crash: "pricing[3]", at: 0s, downFor: 5s } }';
    const deaf = pricing(ROUND_ROBIN, HEADLESS, born);
    expect(Object.keys(shares(deaf, 8))).toHaveLength(3);
    const cured = pricing(
      ROUND_ROBIN,
      HEADLESS,
      born,
      'services: { pricing: { grpc: { maxConnectionAge: 3s } } }',
    );
    expect(Object.keys(shares(cured, 12))).toHaveLength(4);
  });
});

test('a sidecar balances requests, whatever the channel would do', () => {
  const run = pricing('mesh: { default: {} }');
  expect(count(run, 'connected')).toBe(0);
  for (const share of Object.values(shares(run))) expect(share / calls(run)).toBeCloseTo(0.25, 1);
});

describe('a connection that is lost', () => {
  const DEAD = 'chaos: { dead: { crash: pricing, at: 5s, downFor: 4s } }';

  test('fails what is on it as UNAVAILABLE, then all calls at once while there is nobody to connect to', () => {
    const run = pricing(DEAD);
    expect(new Set(details(run, 'callFailed', 'shop.order.ask'))).toEqual(new Set(['UNAVAILABLE']));
    expect(count(run, 'connectFailed')).toBe(0); // the balancer itself refuses
    // It tries after 1 s and after 1.6 s more, a fifth more or less; meanwhile nothing is sent.
    expect((all(run, 'connected')[3]?.at ?? 0) / 1e6).toBeGreaterThan(9);
    expect((all(run, 'connected')[3]?.at ?? 0) / 1e6).toBeLessThan(14);
  });

  test('is waited for up to the deadline with waitForReady', () => {
    const run = pricing(
      DEAD,
      'chaos: { dead: { downFor: 200ms } }',
      'services: { shop: { calls: { pricing: { timeout: 3s, grpc: { waitForReady: true } } } }, pricing: { queue: { limit: 500 } } }',
    );
    const lost = count(run, 'lost', 'pricing.get');
    expect(failures(run)).toBe(lost);
  });
});
