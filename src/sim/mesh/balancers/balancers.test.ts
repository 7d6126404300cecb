import { describe, expect, test } from 'vitest';
import { hashText, Luck } from '../../kernel/luck.ts';
import { seconds } from '../../kernel/time.ts';
import { UpstreamHost } from '../upstream-host.ts';
import { type Balancing, balancerFor } from './index.ts';
import { observeLatency } from './peak-ewma.ts';

const hosts = (count: number, weights: readonly number[] = []) =>
  Array.from({ length: count }, (_, at) => new UpstreamHost(`h${at}`, null, 0, null, weights[at] ?? 1));

/** How often each host is chosen for `n` requests. */
function chosen(balancing: Balancing, among: readonly UpstreamHost[], n: number, now = seconds(1_000)) {
  const balancer = balancerFor(balancing);
  const stream = new Luck('any').stream('balancing');
  const counts = new Map(among.map((host) => [host, 0]));
  for (let request = 1; request <= n; request++) {
    const draw = (at: number) => stream.uniform(request, 0, at);
    const host = balancer.pick(among, { draw, hash: hashText(`key-${request}`), now });
    counts.set(host, counts.get(host)! + 1);
  }
  return [...counts.values()];
}

const ROUND_ROBIN: Balancing = { by: 'ROUND_ROBIN', warmUp: null };
const LEAST_REQUEST: Balancing = { by: 'LEAST_REQUEST', warmUp: null };
const RING: Balancing = { by: 'RING_HASH', field: 'customer', minimumRingSize: 1_024 };
const MAGLEV: Balancing = { by: 'MAGLEV', field: 'customer', tableSize: 65_537 };

describe('round robin', () => {
  test('gives each host its turn', () => {
    expect(chosen(ROUND_ROBIN, hosts(4), 100)).toEqual([25, 25, 25, 25]);
  });

  test('gives a host of twice the weight twice the turns', () => {
    expect(chosen(ROUND_ROBIN, hosts(3, [1, 2, 1]), 100)).toEqual([25, 50, 25]);
  });
});

describe('least request', () => {
  test('takes the less busy of two drawn hosts: one that is stuck is chosen only against itself', () => {
    const [stuck, ...rest] = hosts(4);
    stuck!.active = 50;
    const counts = chosen(LEAST_REQUEST, [stuck!, ...rest], 16_000);
    expect(counts[0]! / 16_000).toBeCloseTo(1 / 16, 2);
  });

  test('weighs by weight over requests in progress where weights differ', () => {
    const counts = chosen(LEAST_REQUEST, hosts(2, [3, 1]), 20_000);
    expect(counts[0]! / 20_000).toBeCloseTo(0.75, 1);
  });
});

test('random is even', () => {
  for (const count of chosen({ by: 'RANDOM' }, hosts(4), 40_000)) expect(count / 40_000).toBeCloseTo(0.25, 1);
});

describe.each([
  ['ring hash', RING],
  ['maglev', MAGLEV],
] as const)('%s', (_name, balancing) => {
  const keys = Array.from({ length: 10_000 }, (_, at) => hashText(`customer-${at}`));
  const owners = (among: readonly UpstreamHost[]) => {
    const balancer = balancerFor(balancing);
    return keys.map((hash) => balancer.pick(among, { draw: () => 0, hash, now: 0 }).address);
  };

  test('the same key meets the same host', () => {
    expect(owners(hosts(10))).toEqual(owners(hosts(10)));
  });

  test('adding one of eleven hosts moves about an eleventh of the keys', () => {
    const before = owners(hosts(10));
    const after = owners(hosts(11));
    const moved = before.filter((owner, at) => owner !== after[at]).length / keys.length;
    expect(moved).toBeGreaterThan(1 / 22);
    expect(moved).toBeLessThan(2 / 11);
  });
});

test('maglev shares out almost evenly', () => {
  for (const count of chosen(MAGLEV, hosts(7), 70_000)) expect(count / 10_000).toBeCloseTo(1, 1);
});

describe('peak EWMA', () => {
  test('avoids a host after one slow answer, at once, and comes back as that fades', () => {
    const [slow, ...rest] = hosts(2);
    for (const host of rest) observeLatency(host, 10_000, 0);
    observeLatency(slow!, 10_000, 0);
    observeLatency(slow!, 2_000_000, 0);
    const now = chosen({ by: 'PEAK_EWMA' }, [slow!, ...rest], 10_000, 0);
    expect(now[0]! / 10_000).toBeCloseTo(0.25, 1);
    observeLatency(rest[0]!, 2_000_000, seconds(60));
    const later = chosen({ by: 'PEAK_EWMA' }, [slow!, ...rest], 10_000, seconds(60));
    expect(later[0]! / 10_000).toBeCloseTo(0.75, 1);
  });
});

describe('a warm-up', () => {
  const fresh = () => new UpstreamHost('new', null, seconds(100));
  const share = (balancing: Balancing, at: number) => {
    const among = [...hosts(3), fresh()];
    return chosen(balancing, among, 3_100, seconds(at))[3]! / 3_100;
  };

  test.each([ROUND_ROBIN, LEAST_REQUEST])(
    'begins with a tenth of a share and ends with a whole one: $by',
    ({ by }) => {
      const balancing = { by, warmUp: { duration: seconds(60), minimumPercent: 10 } } as Balancing;
      expect(share(balancing, 100)).toBeCloseTo(0.1 / 3.1, 1);
      expect(share(balancing, 130)).toBeCloseTo(0.5 / 3.5, 1);
      expect(share(balancing, 160)).toBeCloseTo(0.25, 1);
    },
  );
});
