import { describe, expect, test } from 'vitest';
import { all, count, details, shop, times } from '../testing.fixture.ts';

/** Twenty calls a second over four carts that need 300 ms each, and whose instances Kubernetes leads. */
const CART = `
  run: { for: 80s, settle: 5s }
  network: { links: { "shop -> cart": { rtt: 0s } } }
  clients: { user: { every: 50ms, count: null } }
  services:
    shop: { work: 1ms, operations: { order: { steps: { ask: { call: cart.add } } } } }
    cart:
      work: 300ms
      replicas: 4
      pod: {}
      operations: { add: {} }
  discovery: { cart: { kind: kubernetes, propagation: 3s } }
`;

const cart = (pod: string, ...more: readonly string[]) =>
  shop(CART, `services: { cart: { pod: ${pod} } }`, ...more);

const RELEASE = 'chaos: { release: { deploy: cart, to: v1, at: 10s, interval: 1s } }';

const failed = (run: ReturnType<typeof shop>) => count(run, 'callFailed', 'shop.order.ask');

describe('a rolling deploy', () => {
  test('that exits on SIGTERM loses what is in progress, and what comes before the news is round', () => {
    const run = cart('{}', RELEASE);
    expect(details(run, 'stopped')).toEqual(['SIGTERM', 'SIGTERM', 'SIGTERM', 'SIGTERM']);
    expect(count(run, 'lost')).toBeGreaterThan(2);
    // The new one is ready, and listens, at once: what meets the old one's address is lost.
    expect(new Set(details(run, 'misdirected'))).toEqual(new Set(['replaced']));
    expect(count(run, 'misdirected')).toBeGreaterThan(40);
    expect(failed(run)).toBe(count(run, 'misdirected') + count(run, 'lost'));
    expect(all(run, 'deployed').map(({ place }) => place)).toEqual([
      'cart[0]',
      'cart[1]',
      'cart[2]',
      'cart[3]',
    ]);
  });

  test('that shuts down gracefully finishes what it has, and still refuses what comes late', () => {
    const run = cart('{ shutdown: graceful }', RELEASE);
    expect(count(run, 'lost')).toBe(0);
    expect(new Set(details(run, 'misdirected'))).toEqual(new Set(['stopping', 'replaced']));
    expect(failed(run)).toBe(count(run, 'misdirected'));
  });

  test('that goes on serving in preStop for longer than the news takes fails nobody', () => {
    const run = cart('{ shutdown: graceful, preStop: 5s }', RELEASE);
    expect(failed(run)).toBe(0);
    expect(count(run, 'misdirected')).toBe(0);
    expect(count(run, 'stopped')).toBe(4);
  });

  test('without a readiness probe sends requests to instances that do not listen yet', () => {
    const run = cart('{ shutdown: graceful, preStop: 5s, startup: 8s }', RELEASE);
    expect(new Set(details(run, 'misdirected'))).toEqual(new Set(['starting']));
    expect(count(run, 'misdirected')).toBeGreaterThan(100);
  });

  test('with a readiness probe waits for each instance before it goes on, and fails nobody', () => {
    const run = cart(
      '{ shutdown: graceful, preStop: 5s, startup: 8s, readinessProbe: { periodSeconds: 2 } }',
      RELEASE,
    );
    expect(failed(run)).toBe(0);
    const [first, second] = times(run, 'terminating');
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(5_000 + 8_000 + 1_000);
  });
});

describe('terminationGracePeriodSeconds', () => {
  test('ends with SIGKILL what takes too long, its hook included', () => {
    const slow = 'services: { cart: { work: 20s } }';
    const run = cart('{ shutdown: graceful, preStop: 5s, terminationGracePeriodSeconds: 12 }', RELEASE, slow);
    expect(times(run, 'stopped')[0]).toBe(22_000);
    expect(details(run, 'stopped')[0]).toBe('SIGKILL');
    expect(all(run, 'stopped')[0]?.value).toBeGreaterThan(0);
  });
});

/** The health of a cart asks its database, which is away for a while. */
const SICK = `
  run: { for: 90s }
  clients: { user: { every: 200ms } }
  services:
    cart:
      db: { read: 1ms, commit: 1ms, tables: { carts: { key: order } } }
      operations: { health: { work: 1ms, steps: { ping: { query: carts, limit: 1 } } } }
  chaos: { blip: { latency: cart.db, add: 5s, during: 20s..40s } }
`;
const PROBE = '{ httpGet: health, periodSeconds: 5 }';

describe('a readiness probe', () => {
  test('that asks a shared database takes all instances out at once when that is slow, though they could serve', () => {
    const run = cart(`{ readinessProbe: ${PROBE} }`, SICK);
    expect(details(run, 'ready').slice(0, 4)).toEqual(['not ready', 'not ready', 'not ready', 'not ready']);
    expect(details(run, 'probeFailed')[0]).toBe('readiness: timeout');
    expect(new Set(details(run, 'callFailed', 'shop.order.ask'))).toEqual(new Set(['connect-failure']));
    expect(count(run, 'stopped')).toBe(0);
    expect(details(run, 'ready').slice(-4)).toEqual(['ready', 'ready', 'ready', 'ready']);
  });

  test('needs failureThreshold failures in a row, and successThreshold successes to trust again', () => {
    const run = cart('{ readinessProbe: { httpGet: health, periodSeconds: 5, successThreshold: 2 } }', SICK);
    const [out] = all(run, 'ready');
    expect(all(run)[out?.cause ?? -1]).toMatchObject({ kind: 'probeFailed', value: 3 });
    const back = all(run, 'ready').find(({ detail, place }) => detail === 'ready' && place === out?.place);
    expect((back?.at ?? 0) / 1e6).toBeGreaterThan(45);
  });
});

describe('a liveness probe', () => {
  test('that asks a shared database restarts every instance when that is slow: one blip, four restarts', () => {
    const run = cart(`{ livenessProbe: ${PROBE} }`, SICK);
    expect(count(run, 'restart')).toBe(4);
    expect(new Set(all(run, 'restart').map(({ place }) => place)).size).toBe(4);
    expect(details(run, 'terminating')[0]).toBe('its liveness probe failed');
  });

  test('waits longer before each further restart', () => {
    const run = cart(
      '{ livenessProbe: { httpGet: health, periodSeconds: 1, failureThreshold: 1 } }',
      SICK,
      'chaos: { blip: { during: 20s..80s } }',
      'services: { cart: { replicas: 1 } }',
    );
    const [first = 0, second = 0, third = 0] = times(run, 'restart');
    const stops = times(run, 'stopped');
    expect([first, second, third].map((at, i) => at - (stops[i] ?? 0))).toEqual([0, 10_000, 20_000]);
  });

  test('does not mind that a replica is slow to answer others, where it asks only whether that listens', () => {
    const run = cart('{ livenessProbe: {} }', 'chaos: { stuck: { hang: cart, during: 20s..60s } }');
    expect(count(run, 'restart')).toBe(0);
  });
});

describe('a startup probe', () => {
  const DIES = 'chaos: { death: { crash: "cart[0]", at: 10s, downFor: 0s } }';
  const LIVE = 'livenessProbe: { periodSeconds: 1, failureThreshold: 2 }';

  test('holds the liveness probe back, which would not let a slow process start', () => {
    const impatient = cart(`{ startup: 8s, ${LIVE} }`, DIES);
    expect(all(impatient, 'terminating').length).toBeGreaterThan(1);
    const patient = cart(
      `{ startup: 8s, startupProbe: { periodSeconds: 1, failureThreshold: 30 }, ${LIVE} }`,
      DIES,
    );
    expect(all(patient, 'terminating')).toEqual([]);
    expect(new Set(details(patient, 'probeFailed'))).toEqual(new Set(['startup: nobody listens']));
    expect(details(patient, 'ready')).toEqual(['ready']);
    expect(times(patient, 'ready')[0]).toBe(18_000);
  });

  test('holds the readiness probe back, and restarts what takes too long', () => {
    const run = cart(
      '{ startup: 8s, startupProbe: { periodSeconds: 1, failureThreshold: 3 }, readinessProbe: { periodSeconds: 1 } }',
      DIES,
    );
    expect(new Set(details(run, 'terminating'))).toEqual(new Set(['its startup probe failed']));
    expect(details(run, 'ready')).toEqual([]);
  });
});
