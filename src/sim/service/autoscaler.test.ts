import { describe, expect, test } from 'vitest';
import { all, count, details, shop, times } from '../testing.fixture.ts';

/** Twenty calls a second that need 200 ms each: four workers are busy all the time. */
const CART = `
  run: { for: 60s, settle: 1s }
  network: { links: { "shop -> cart": { rtt: 0s } } }
  clients: { user: { every: 50ms, count: null } }
  services:
    shop: { work: 1ms, operations: { order: { steps: { ask: { call: cart.add } } } } }
    cart: { work: 200ms, workers: 8, operations: { add: {} } }
`;

const scaled = (autoscale: string, ...more: readonly string[]) =>
  shop(CART, `services: { cart: { autoscale: ${autoscale} } }`, ...more);
const steps = (run: ReturnType<typeof shop>) =>
  all(run, 'scaled').map(({ at, value }) => [Math.round(at / 1_000_000), value]);

describe('an autoscaler', () => {
  test('has so many replicas that their processors are used as its target says', () => {
    const run = scaled('{ maxReplicas: 10, averageUtilization: 20 }');
    expect(steps(run)).toEqual([[15, 3]]); // half of eight workers, of a fifth: two and a half times as many
    expect(details(run, 'scaled')).toEqual(['cpu 50 % of 20 %']);
    expect(steps(scaled('{ maxReplicas: 2, averageUtilization: 20 }'))).toEqual([[15, 2]]);
    expect(steps(scaled('{ maxReplicas: 10, averageUtilization: 48 }'))).toEqual([]); // within the tolerance
    expect(steps(scaled('{ maxReplicas: 10, averageUtilization: 20, syncPeriod: 30s }'))).toEqual([[30, 3]]);
  });

  test('doubles at most in one period, or adds four', () => {
    const run = scaled('{ maxReplicas: 20, averageUtilization: 4 }');
    expect(steps(run)).toEqual([
      [15, 5],
      [30, 10],
      [45, 13],
    ]);
  });

  test('begins within its bounds, whatever the service is written with', () => {
    const run = scaled('{ minReplicas: 3, maxReplicas: 5, averageUtilization: 17 }');
    expect(steps(run)).toEqual([]);
    expect(new Set(all(run, 'start', 'cart.add').map(({ peer }) => peer)).size).toBe(3);
  });

  test('counts instances that are not ready yet as idle, and does not ask for more meanwhile', () => {
    const pod = 'services: { cart: { pod: { startup: 40s, readinessProbe: { periodSeconds: 1 } } } }';
    const run = scaled('{ maxReplicas: 10, averageUtilization: 20 }', pod);
    expect(steps(run)).toEqual([[15, 3]]);
    expect(Math.min(...times(run, 'ready'))).toBe(55_000);
    const began = all(run, 'start', 'cart.add').filter(({ peer }) => peer !== 'cart[0]');
    expect(began[0]?.at).toBeGreaterThanOrEqual(55_000_000);
  });

  test('takes replicas away only when fewer have been enough for the length of its window', () => {
    const rush = 'clients: { user: { active: 0s..40s } }';
    const longer = 'run: { for: 400s }';
    const usual = scaled('{ maxReplicas: 10, averageUtilization: 20 }', rush, longer);
    expect(steps(usual)).toEqual([
      [15, 3],
      [330, 2],
      [345, 1],
    ]);
    const hasty =
      '{ maxReplicas: 10, averageUtilization: 20, scaleDown: { stabilizationWindowSeconds: 60 } }';
    expect(steps(scaled(hasty, rush, longer))).toEqual([
      [15, 3],
      [90, 2],
      [105, 1],
    ]);
  });

  test('that looks at processors sees nothing of workers that only wait; one that counts requests does', () => {
    const waits = [
      'externals: { bank: { work: 2s, workers: 1000, operations: { charge: {} } } }',
      'services: { cart: { work: 1ms, operations: { add: { steps: { charge: { call: bank.charge } } } } } }',
    ];
    const blind = scaled('{ minReplicas: 2, maxReplicas: 10 }', ...waits);
    expect(steps(blind)).toEqual([]);
    const counting = scaled('{ minReplicas: 2, maxReplicas: 10, averageValue: 8 }', ...waits);
    expect(all(counting, 'scaled')[0]).toMatchObject({ value: 6 });
    expect(all(counting, 'scaled')[0]?.detail).toMatch(/^\d+(?:\.\d)? requests of 8$/);
    expect(count(counting, 'intentOk')).toBeGreaterThan(count(blind, 'intentOk') * 1.2);
  });

  test('has what it takes away finish its work, and brings it back if it is wanted again', () => {
    const run = scaled(
      '{ maxReplicas: 4, averageUtilization: 20, scaleDown: { stabilizationWindowSeconds: 30 } }',
      'services: { cart: { pod: { shutdown: graceful, preStop: 2s } } }',
      'run: { for: 130s }',
      'clients: { user: { active: 0s..30s }, later: { every: 50ms, active: 100s.., entity: order, steps: { buy: { call: shop.order } } } }',
    );
    expect(steps(run).map(([, replicas]) => replicas)).toEqual([3, 1, 3]);
    expect(count(run, 'stopped')).toBe(2);
    expect(count(run, 'restart')).toBe(2);
    expect(count(run, 'intentFailed')).toBe(0);
  });

  test('is charged for as many replicas as there were on average', () => {
    const { usage } = scaled('{ maxReplicas: 10, averageUtilization: 20 }');
    // Two services with one each, for 61 s, and two more from 15 s on.
    expect(usage.replicaTime).toBe(61_000_000 * 2 + 46_000_000 * 2);
    expect(usage.replicas).toBeCloseTo(2 + (46 * 2) / 61, 3);
  });
});
