import { describe, expect, test } from 'vitest';
import { all, changed, count, details, SHOP, shop, times, worldOf } from '../testing.fixture.ts';

const POD = '{ startup: 5s, readinessProbe: { periodSeconds: 1 }, preStop: 1s, shutdown: graceful }';
const RELEASE = `work: 300ms, workers: 2, replicas: 4, pod: ${POD}, operations: { add: {} }`;

/** Four carts that need 5 s until they are ready, and drain; 16 calls a second would keep 60 % of their workers busy. */
const CART = `
  run: { for: 60s, settle: 5s }
  clients: { user: { every: 62500us, count: null } }
  services:
    shop: { work: 1ms, operations: { order: { steps: { ask: { call: cart.add } } } } }
    cart: { ${RELEASE}, versions: { v2: { ${RELEASE} } } }
  discovery: { cart: { kind: kubernetes, propagation: 500ms } }
  chaos: { release: { deploy: cart, to: v2, at: 10s, interval: 1s } }
`;
const roll = (strategy: string, ...more: readonly string[]) =>
  shop(CART, `services: { cart: { rollingUpdate: ${strategy} } }`, ...more);

type Run = ReturnType<typeof shop>;

/** How many carts are ready after each change, at their least and their most. */
function bounds(run: Run): { least: number; most: number } {
  let now = 4;
  let [least, most] = [now, now];
  const fresh = new Set(['cart[0]', 'cart[1]', 'cart[2]', 'cart[3]']);
  for (const { kind, place, detail } of all(run)) {
    if (kind === 'terminating' && fresh.delete(place)) now--;
    if (kind === 'ready' && detail === 'ready' && !fresh.has(place)) {
      fresh.add(place);
      now++;
    }
    [least, most] = [Math.min(least, now), Math.max(most, now)];
  }
  return { least, most };
}
const scaled = (run: Run) => all(run, 'scaled').map(({ value }) => value);

describe('a rolling update', () => {
  test('takes one away and adds none where nothing is said, as with maxUnavailable 1 and maxSurge 0', () => {
    const run = shop(CART);
    expect(bounds(run)).toEqual({ least: 3, most: 4 });
    expect(scaled(run)).toEqual([]);
    expect(roll('{ maxSurge: 0, maxUnavailable: 1 }').fingerprint).toBe(run.fingerprint);
  });

  test('with maxSurge 1 and maxUnavailable 0 never has less capacity, and one replica more meanwhile', () => {
    const run = roll('{ maxSurge: 1, maxUnavailable: 0 }');
    expect(bounds(run)).toEqual({ least: 4, most: 5 });
    expect(scaled(run)).toEqual([5, 4]);
    expect(all(run, 'deployed')[0]?.place).toBe('cart[4]');
    expect(all(run, 'terminating').at(-1)?.place).toBe('cart[4]');
  });

  test('with maxUnavailable 50% replaces two at once, faster, and those that are left have too much to do', () => {
    const half = roll('{ maxUnavailable: 50% }');
    expect(bounds(half)).toEqual({ least: 2, most: 4 });
    const full = roll('{ maxSurge: 1, maxUnavailable: 0 }');
    const lasted = (run: Run) => (times(run, 'ready').at(-1) ?? 0) - 10_000;
    expect(lasted(half)).toBeLessThan(lasted(full) / 2);
    const worst = (run: Run) => Math.max(...all(run, 'intentOk').map(({ value }) => value / 1_000));
    expect(worst(full)).toBeLessThan(1_000);
    expect(worst(half)).toBeGreaterThan(3_000);
  });

  test('rounds what may be more up, and what may be missing down', () => {
    const six = 'services: { cart: { replicas: 6 } }';
    expect(Math.max(...scaled(roll('{ maxSurge: 25%, maxUnavailable: 25% }', six)))).toBe(8);
    expect(new Set(times(roll('{ maxUnavailable: 49% }', six), 'terminating').slice(0, 2))).toEqual(
      new Set([10_000]),
    );
    expect(times(roll('{ maxUnavailable: 49% }', six), 'terminating')[2]).toBeGreaterThan(15_000);
  });

  test('takes one away where both percentages are less than a replica', () => {
    expect(bounds(roll('{ maxSurge: 0%, maxUnavailable: 20% }'))).toEqual({ least: 3, most: 4 });
  });

  test('replaces who is not ready first, and takes nobody else away while somebody is missing', () => {
    const dead = 'chaos: { death: { crash: "cart[2]", at: 5s, downFor: 200s } }';
    const run = roll('{ maxUnavailable: 1 }', dead);
    expect(all(run, 'deployed').map(({ place }) => place)).toEqual([
      'cart[2]',
      'cart[0]',
      'cart[1]',
      'cart[3]',
    ]);
    const later = 'chaos: { death: { crash: "cart[0]", at: 19s, downFor: 200s } }';
    const stuck = roll('{ maxUnavailable: 1 }', later);
    expect(all(stuck, 'deployed').map(({ place }) => place)).toEqual(['cart[0]', 'cart[1]']);
  });

  test('stops at a version that never becomes ready: the old ones stay', () => {
    const sick = 'services: { cart: { versions: { v2: { pod: { startup: 1000s } } } } }';
    const run = roll('{ maxSurge: 1, maxUnavailable: 0 }', sick);
    expect(details(run, 'deployed')).toEqual(['v2']);
    expect(count(run, 'terminating')).toBe(0);
    expect(scaled(run)).toEqual([5]);
  });

  test('is taken back by another one in its middle, which leaves alone who was not replaced yet', () => {
    const back = 'chaos: { back: { deploy: cart, to: v1, at: 28s, interval: 1s } }';
    const run = roll('{ maxSurge: 1, maxUnavailable: 0 }', back);
    const before = all(run, 'deployed').filter(({ at }) => at < 28e6).length;
    expect(before).toBeLessThan(5);
    const last = new Map(all(run, 'deployed').map(({ place, detail }) => [place, detail]));
    last.delete('cart[4]');
    expect(last.size).toBeLessThan(4);
    expect(new Set(last.values())).toEqual(new Set(['v1']));
    expect(bounds(run).least).toBe(4);
    expect(scaled(run).at(-1)).toBe(4);
  });

  test('counts a new instance only after it has been ready for its interval without a break', () => {
    const slow = 'chaos: { release: { interval: 10s } }';
    const once = 'chaos: { death: { crash: "cart[0]", at: 24s, downFor: 1s } }';
    const second = (run: Run) => times(run, 'terminating', 'cart[1]')[0] ?? Number.NaN;
    const firstReady = (run: Run) => times(run, 'ready', 'cart[0]').at(-1) ?? Number.NaN;
    const [plain, broken] = [roll('{}', slow), roll('{}', slow, once)];
    const ready = times(plain, 'ready', 'cart[0]')[0] ?? Number.NaN;
    expect(second(plain) - ready).toBe(10_000);
    expect(ready).toBeLessThan(24_000);
    expect(firstReady(broken)).toBe(30_000);
    expect(second(broken) - firstReady(broken)).toBe(10_000);
  });

  test('does not wait for one that is not wanted any more', () => {
    const last = 'chaos: { release: { at: 1s }, dead: { crash: "cart[3]", at: 500ms, downFor: 100s } }';
    // The one that is down is replaced first, and taken away before it is ready.
    const run = changed(
      4_000_000,
      worldOf(SHOP, CART, last),
      worldOf(SHOP, CART, last, 'services: { cart: { replicas: 3 } }'),
    );
    expect(new Set(all(run, 'deployed').map(({ place }) => place))).toEqual(
      new Set(['cart[3]', 'cart[0]', 'cart[1]', 'cart[2]']),
    );
  });

  test('goes on where one dies as it is to end: its place is free at once', () => {
    const dies = 'chaos: { death: { crash: "cart[1]", at: 17200ms, downFor: 1s } }';
    const run = shop(CART, dies);
    const at = times(run, 'terminating', 'cart[1]')[0];
    expect(at).toBeLessThan(17_200);
    expect(all(run, 'deployed', 'cart[3]')).toHaveLength(1);
    expect(all(run, 'deployed', 'cart[1]')).toHaveLength(1);
  });

  test('costs the replicas that it adds, for as long as they are there', () => {
    const cost = (run: Run) => run.usage.replicaTime;
    const [none, one] = [roll('{}'), roll('{ maxSurge: 1, maxUnavailable: 0 }')];
    const [from = 0, to = 0] = times(one, 'scaled');
    expect(to - from).toBeGreaterThan(30_000);
    expect(cost(one) - cost(none)).toBe((to - from) * 1_000);
  });

  test('is followed by those that an autoscaler adds: they run what was deployed last', () => {
    const more = `
      services: { cart: { autoscale: { minReplicas: 4, maxReplicas: 8, averageValue: 1, syncPeriod: 5s } } }
      clients: { user: { every: 20ms } }
      chaos: { release: { at: 1s, interval: 0s } }`;
    const run = roll('{ maxUnavailable: 100% }', more);
    expect(Math.max(...scaled(run))).toBe(8);
    expect(new Set(details(run, 'deployed'))).toEqual(new Set(['v2']));
    expect(count(run, 'deployed', 'cart[7]')).toBeLessThan(2);
  });
});
