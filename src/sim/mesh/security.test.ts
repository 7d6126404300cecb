import { describe, expect, test } from 'vitest';
import { all, details, times } from '../testing.fixture.ts';
import { isAllowed } from './authorization.ts';
import { doubtOf } from './certificates.ts';
import { spiffeId } from './identity.ts';
import { failures, meshed, requests } from './mesh.fixture.ts';

const OUTSIDE = 'services: { shop: { sidecar: false } }';

test('a workload’s identity is a SPIFFE ID of at most 2048 bytes, in the trust domain of the mesh', () => {
  expect(spiffeId('payment')).toBe('spiffe://cluster.local/ns/default/sa/payment');
});

describe('the mode of mutual TLS', () => {
  test('STRICT: a caller without a sidecar is cut off before any HTTP, and gets no status', () => {
    const run = meshed({ mtls: 'STRICT' }, OUTSIDE);
    expect(requests(run)).toEqual([]);
    expect(all(run, 'denied')[0]).toMatchObject({ place: 'catalog.get', value: 0 });
    expect(new Set(details(run, 'callFailed', 'shop.order.look'))).toEqual(new Set(['tls']));
  });

  test('STRICT: callers in the mesh notice nothing', () => {
    expect(failures(meshed({ mtls: 'STRICT' }))).toBe(0);
  });

  test('STRICT: a gateway still lets those in who are outside of the mesh; what is behind it does not', () => {
    const run = meshed(
      { mtls: 'STRICT' },
      'services: { shop: { routes: { buy: { to: shop.order } } } }',
      JSON.stringify({ mesh: { shop: { mtls: 'STRICT', proxy: { latency: '0s' } } } }),
      'clients: { user: { steps: { buy: { call: shop.buy } } } }',
    );
    expect(failures(run)).toBe(0);
    const direct = meshed(
      {},
      JSON.stringify({ mesh: { shop: { mtls: 'STRICT', proxy: { latency: '0s' } } } }),
    );
    expect(failures(direct)).toBe(100);
  });

  test.each(['PERMISSIVE', 'DISABLE'])('%s lets plain text in', (mtls) => {
    expect(failures(meshed({ mtls }, OUTSIDE))).toBe(0);
  });

  test('DISABLE: nobody has an identity any more, not even those in the mesh', () => {
    expect(failures(meshed({ mtls: 'DISABLE', authorization: { get: ['shop'] } }))).toBe(100);
  });

  test('PERMISSIVE unless it is said otherwise', () => {
    expect(failures(meshed({}, OUTSIDE))).toBe(0);
  });
});

describe('authorization', () => {
  test('DENY comes first; without ALLOW rules all others may; with them, only who is named', () => {
    const allowed = (deny: object | null, allow: object | null, peer: string | null = 'shop') =>
      isAllowed({ deny, allow } as Parameters<typeof isAllowed>[0], 'get', peer);
    expect(allowed(null, null)).toBe(true);
    expect(allowed({ get: ['shop'] }, { get: ['shop'] })).toBe(false);
    expect(allowed({ put: ['shop'] }, null)).toBe(true);
    expect(allowed(null, { get: ['shop'] })).toBe(true);
    expect(allowed(null, { get: ['cart'] })).toBe(false);
    expect(allowed(null, { put: ['shop'] })).toBe(false);
    expect(allowed(null, { '*': ['shop'] })).toBe(true);
    expect(allowed(null, { get: ['*'] })).toBe(true);
    expect(allowed(null, { get: ['*'] }, null)).toBe(false);
  });

  test('an ALLOW policy without rules lets nobody in', () => {
    expect(failures(meshed({ authorization: {} }))).toBe(100);
  });

  test('who is not allowed gets 403, which nobody tries again', () => {
    const run = meshed({ authorization: { get: ['cart'] }, retries: { attempts: 2, retryOn: ['5xx'] } });
    expect(all(run, 'denied')[0]).toMatchObject({
      value: 403,
      detail: 'RBAC: access denied; it came from spiffe://cluster.local/ns/default/sa/shop',
    });
    expect(all(run, 'meshRetry')).toEqual([]);
    expect(new Set(details(run, 'callFailed', 'shop.order.look'))).toEqual(new Set(['authz']));
  });

  test('plain text has no identity that a rule could name', () => {
    const run = meshed({ authorization: { get: ['shop'] } }, OUTSIDE);
    expect(failures(run)).toBe(100);
  });
});

describe('certificates', () => {
  const certificate = { notBefore: 0, notAfter: 100, root: 'mesh' };

  test('are judged by the verifier’s clock', () => {
    expect(doubtOf(certificate, 50, 'mesh')).toBeNull();
    expect(doubtOf(certificate, 101, 'mesh')).toBe('expired');
    expect(doubtOf(certificate, -1, 'mesh')).toBe('not valid yet');
    expect(doubtOf(certificate, 50, 'other')).toBe('signed by an authority that is not trusted');
  });

  /** Connections live for three seconds, so that there are handshakes all the time. */
  const RECYCLED = { connectionPool: { maxConnectionDuration: '3s' }, retries: { attempts: 0 } };
  const EXPIRY = 'chaos: { expiry: { certExpire: catalog, at: 2s } }';
  const FAST = 'services: { catalog: { replicas: 1 } }';

  test('an expired one fails new handshakes, and connections that are open live on', () => {
    const run = meshed({ ...RECYCLED, certificates: { rotate: false } }, EXPIRY, FAST);
    const first = times(run, 'flagged')[0]!;
    expect(first).toBeGreaterThan(2_900);
    expect(first).toBeLessThan(3_300);
    expect(details(run, 'handshakeFailed')[0]).toBe('the certificate of catalog is expired');
    expect(new Set(details(run, 'flagged'))).toEqual(new Set(['UF']));
    expect(requests(run)).toHaveLength(all(run, 'callOk', 'shop.order.look').length);
  });

  test('rotated ones have been replaced by then', () => {
    const run = meshed(RECYCLED, EXPIRY, FAST);
    expect(failures(run)).toBe(0);
    expect(run.faults[0]?.fired).toBe(0);
  });

  test('a caller whose clock runs ahead by more than what is left of a life believes nobody', () => {
    const short = { ...RECYCLED, certificates: { ttl: '60s' } };
    const ahead = (offset: string) => meshed(short, FAST, `chaos: { c: { clock: shop, offset: ${offset} } }`);
    expect(failures(ahead('20s'))).toBe(0);
    expect(failures(ahead('70s'))).toBe(100);
  });

  test('a clock that is behind by two minutes or less does no harm to new certificates', () => {
    const behind = (offset: string) =>
      meshed(RECYCLED, FAST, `chaos: { c: { clock: catalog, offset: ${offset}, behind: true } }`);
    expect(failures(behind('110s'))).toBe(0);
    expect(failures(behind('150s'))).toBe(100);
  });

  test('certificates of an authority that is not trusted fail in both directions', () => {
    const run = meshed(RECYCLED, FAST, 'chaos: { split: { trustSplit: catalog, at: 1s } }');
    expect(details(run, 'handshakeFailed')[0]).toBe(
      'the certificate of catalog is signed by an authority that is not trusted',
    );
    expect(failures(run)).toBeGreaterThan(50);
  });
});

describe('faults of the mesh', () => {
  test('a sidecar that is down cuts its pod off in both directions, and retries go elsewhere', () => {
    const callee = meshed({}, 'chaos: { down: { sidecarDown: "catalog[1]", during: 1s..3s } }');
    expect(failures(callee)).toBe(0);
    expect(all(callee, 'meshRetry').length).toBeGreaterThan(0);
    const caller = meshed({}, 'chaos: { down: { sidecarDown: shop, during: 1s..3s } }');
    expect(failures(caller)).toBe(20);
  });

  test('without news from the control plane sidecars go on asking the dead', () => {
    const run = meshed(
      { retries: { attempts: 0 }, loadBalancer: { simple: 'ROUND_ROBIN' } },
      'chaos: { mute: { staleEndpoints: catalog, at: 0s, for: 9s }, dead: { crash: "catalog[2]", at: 2050ms, downFor: 60s } }',
    );
    expect(failures(run)).toBe(17);
    expect(run.faults[0]).toMatchObject({ kind: 'staleEndpoints', fired: 1 });
  });

  test('a policy that was pushed by mistake refuses who may come in', () => {
    const run = meshed({}, 'chaos: { push: { policyDeny: catalog, during: 1s..2s } }');
    expect(failures(run)).toBe(10);
    expect(run.faults[0]?.fired).toBe(10);
  });
});
