import { describe, expect, test } from 'vitest';
import { all, details, times } from '../testing.fixture.ts';
import { failures, meshed, requests } from './mesh.fixture.ts';

const ONE = 'services: { catalog: { replicas: 1 } }';
const SLOW = 'services: { catalog: { replicas: 1, work: 1s } }';
/** Ten orders at practically the same time. */
const BURST = 'clients: { user: { every: 1ms, count: 10 } }';

describe('limits of a connection pool', () => {
  test('over max requests: 503 with UO at once, and nothing is sent', () => {
    const run = meshed({ connectionPool: { http2MaxRequests: 4 } }, SLOW, BURST);
    expect(requests(run)).toHaveLength(4);
    expect(all(run, 'flagged').map(({ value, detail }) => [value, detail])).toEqual(
      Array(6).fill([503, 'UO']),
    );
    expect(Math.max(...times(run, 'flagged'))).toBeLessThan(30);
  });

  test('over HTTP/1.1 requests wait for a connection, up to the limit of pending ones', () => {
    const run = meshed({ connectionPool: { maxConnections: 3, http1MaxPendingRequests: 2 } }, SLOW, BURST);
    expect(requests(run)).toHaveLength(5);
    expect(failures(run)).toBe(5);
    const arrivals = requests(run).map(({ at }) => Math.round(at / 1e6));
    expect(arrivals).toEqual([0, 0, 0, 1, 1]);
  });

  test('over HTTP/2 pending counts only while the connection is being opened', () => {
    const multiplexed = { h2UpgradePolicy: 'UPGRADE', http1MaxPendingRequests: 1 };
    const cold = meshed({ connectionPool: multiplexed }, SLOW, FAR, BURST);
    expect(details(cold, 'flagged')).toContain('UO');
    const warm = meshed(
      { connectionPool: multiplexed },
      SLOW,
      FAR,
      'clients: { user: { every: 600ms, count: 8 } }',
    );
    expect(failures(warm)).toBe(0);
  });

  test('waiting for a connection counts against the timeout', () => {
    const run = meshed({ timeout: '500ms', connectionPool: { maxConnections: 1 } }, SLOW, BURST);
    expect(new Set(details(run, 'flagged'))).toEqual(new Set(['UT']));
    const waited = all(run, 'callFailed', 'shop.order.look').map(({ value }) => value);
    expect(new Set(waited)).toEqual(new Set([500_000]));
  });

  test('are reached where the callee hangs: requests that never end keep their connections, the others get UO at once', () => {
    const tight = {
      connectionPool: { maxConnections: 2, http1MaxPendingRequests: 1 },
      retries: { attempts: 0 },
    };
    const run = meshed(
      { ...tight, timeout: null },
      ONE,
      'chaos: { stuck: { hang: catalog, during: 1s..3s } }',
    );
    const flags = all(run, 'flagged');
    // Two hang and one waits, from 1 s on; at 3 s the two break and the third is sent.
    expect(flags.filter(({ detail }) => detail === 'UO')).toHaveLength(17);
    expect(times(run, 'flagged')[0]).toBe(1_310);
    expect(Math.max(...times(run, 'flagged'))).toBeLessThan(3_100);
    // A timeout gives the connections back, and is not enough for everybody.
    const short = meshed(
      { ...tight, timeout: '500ms' },
      ONE,
      'chaos: { stuck: { hang: catalog, during: 1s..3s } }',
    );
    const kinds = details(short, 'flagged');
    expect(kinds.filter((flag) => flag === 'UT').length).toBeGreaterThan(5);
    expect(kinds.filter((flag) => flag === 'UO').length).toBeGreaterThan(5);
  });

  test('each sidecar counts for itself', () => {
    const two = 'services: { shop: { replicas: 2 } }';
    expect(requests(meshed({ connectionPool: { http2MaxRequests: 4 } }, SLOW, BURST, two))).toHaveLength(8);
  });
});

const FAR = `
  network: { links: { "shop -> catalog": { rtt: 40ms } } }
  clients: { user: { every: 200ms, count: 10 } }
`;

describe('connections', () => {
  const took = (run: ReturnType<typeof meshed>) =>
    all(run, 'callOk', 'shop.order.look').map(({ value }) => value / 1_000);

  test('a first call pays for TCP and TLS, two round trips and a millisecond; the next ones do not', () => {
    expect(took(meshed({}, ONE, FAR)).slice(0, 3)).toEqual([126, 45, 45]);
  });

  test('without a sidecar at the other end there is no TLS to pay for', () => {
    expect(took(meshed({}, ONE, FAR, 'services: { catalog: { sidecar: false } }'))[0]).toBe(85);
  });

  test('a connection that has carried its requests, or has idled for too long, is opened anew', () => {
    const worn = took(meshed({ connectionPool: { maxRequestsPerConnection: 2 } }, ONE, FAR));
    expect(worn.slice(0, 4)).toEqual([126, 45, 126, 45]);
    const idle = took(meshed({ connectionPool: { idleTimeout: '50ms' } }, ONE, FAR));
    expect(idle.slice(0, 3)).toEqual([126, 126, 126]);
    const old = took(meshed({ connectionPool: { maxConnectionDuration: '250ms' } }, ONE, FAR));
    expect(old.slice(0, 4)).toEqual([126, 45, 126, 45]);
  });

  test('a cut link shows as a connect timeout on a new connection: 503 with UF', () => {
    const run = meshed(
      { connectionPool: { connectTimeout: '2s' }, retries: { attempts: 0 } },
      'chaos: { cut: { partition: shop | catalog } }',
      'clients: { user: { count: 1 } }',
    );
    expect(all(run, 'flagged')).toMatchObject([{ value: 503, detail: 'UF' }]);
    expect(times(run, 'flagged')).toEqual([2_010]);
  });
});

describe('stale endpoints', () => {
  const crash = 'chaos: { dead: { crash: "catalog[2]", at: 1050ms, downFor: 60s } }';

  test('sidecars go on using a dead host until they are told; retries hide it, their absence shows it', () => {
    const balanced = { loadBalancer: { simple: 'ROUND_ROBIN' }, proxy: { latency: '0s', propagation: '2s' } };
    const shown = meshed({ ...balanced, retries: { attempts: 0 } }, crash);
    expect(new Set(details(shown, 'flagged'))).toEqual(new Set(['UF']));
    expect(failures(shown)).toBe(5);
    expect(Math.max(...times(shown, 'flagged'))).toBeLessThan(3_060);
    const hidden = meshed(balanced, crash);
    expect(failures(hidden)).toBe(0);
    expect(all(hidden, 'meshRetry').length).toBeGreaterThan(4);
  });
});
