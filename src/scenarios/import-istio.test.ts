import { describe, expect, test } from 'vitest';
import { meshDestination } from '../sim/world/schema/mesh.ts';
import { importIstio } from './import-istio.ts';

const REVIEWS = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews.shop.svc.cluster.local]
  http:
    - name: testers
      match: [{ headers: { end-user: { exact: jason } } }]
      route: [{ destination: { host: reviews, subset: next } }]
    - route:
        - { destination: { host: reviews, subset: stable }, weight: 90 }
        - { destination: { host: reviews, subset: next }, weight: 10 }
      timeout: 2s
      retries: { attempts: 3, perTryTimeout: 500ms, retryOn: "connect-failure,refused-stream,503" }
      fault: { delay: { percentage: { value: 5 }, fixedDelay: 1s } }
      mirror: { host: reviews, subset: next }
      mirrorPercentage: { value: 25 }
      corsPolicy: { allowCredentials: true }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews }
spec:
  host: reviews
  trafficPolicy:
    connectionPool:
      tcp: { maxConnections: 100, connectTimeout: 30ms, tcpKeepalive: { time: 7200s } }
      http: { http2MaxRequests: 1000, maxRequestsPerConnection: 10 }
    loadBalancer: { simple: LEAST_CONN }
    outlierDetection: { consecutive5xxErrors: 7, interval: 5m, baseEjectionTime: 15m, maxEjectionPercent: 50 }
    tls: { mode: ISTIO_MUTUAL }
  subsets:
    - { name: stable, labels: { version: v1 } }
    - { name: next, labels: { version: v2 } }
`;

describe('a VirtualService and a DestinationRule', () => {
  const { mesh, warnings } = importIstio(REVIEWS);

  test('become settings of a mesh, under the name of the service and with versions for subsets', () => {
    expect(mesh).toEqual({
      reviews: {
        route: { v1: 90, v2: 10 },
        match: { testers: { headers: { 'end-user': { exact: 'jason' } }, to: 'v2' } },
        timeout: '2s',
        retries: {
          attempts: 3,
          perTryTimeout: '500ms',
          retryOn: ['connect-failure', 'refused-stream', '503'],
        },
        fault: { delay: { percentage: 5, fixedDelay: '1s' } },
        mirror: { to: 'v2', percentage: 25 },
        connectionPool: {
          maxConnections: 100,
          connectTimeout: '30ms',
          http2MaxRequests: 1000,
          maxRequestsPerConnection: 10,
        },
        loadBalancer: { simple: 'LEAST_REQUEST' },
        outlierDetection: {
          consecutive5xxErrors: 7,
          interval: '5m',
          baseEjectionTime: '15m',
          maxEjectionPercent: 50,
        },
      },
    });
  });

  test('are what a world takes', () => {
    expect(meshDestination.safeParse(mesh['reviews']).success).toBe(true);
  });

  test('name everything that is left out', () => {
    expect(warnings).toEqual([
      'DestinationRule reviews: spec.trafficPolicy.connectionPool.tcp.tcpKeepalive.time',
      'DestinationRule reviews: spec.trafficPolicy.tls.mode',
      'VirtualService reviews: spec.http[1].corsPolicy.allowCredentials',
    ]);
  });
});

test('other resources are named as a whole', () => {
  expect(importIstio('kind: EnvoyFilter\nspec: {}').warnings).toEqual(['EnvoyFilter: the whole resource']);
});

/** What becomes of the `http` of a VirtualService for a shop whose subsets are named after their versions. */
const shop = (http: string, more = '') =>
  importIstio(
    `{ kind: VirtualService, metadata: { name: shop }, spec: { hosts: [shop]${more}, http: ${http} } }`,
  );
const V1 = '{ destination: { host: shop, subset: v1 } }';
const V2 = '{ destination: { host: shop, subset: v2 } }';

describe('a match', () => {
  test('that is not by header is named, and its route with it', () => {
    expect(shop(`[{ match: [{ uri: { prefix: /v2 } }], route: [${V2}] }]`)).toEqual({
      mesh: {},
      warnings: [
        'VirtualService shop: spec.http[0].match[0].uri.prefix',
        'VirtualService shop: spec.http[0].route[0].destination.host',
        'VirtualService shop: spec.http[0].route[0].destination.subset',
      ],
    });
  });

  test('by a header and something else is left out as a whole, since without it more requests would fit', () => {
    const { mesh, warnings } = shop(
      `[{ match: [{ headers: { user: { exact: ann } }, uri: { exact: /a } }], route: [${V2}] }]`,
    );
    expect(mesh).toEqual({});
    expect(warnings).toContain('VirtualService shop: spec.http[0].match[0].headers.user.exact');
  });

  test('of several kinds is one rule for each, and two rules of one name stay two', () => {
    const either = 'match: [{ headers: { user: { exact: ann } } }, { headers: { user: { prefix: test- } } }]';
    const { mesh, warnings } = shop(
      `[{ name: testers, ${either}, route: [${V2}] }, { name: testers, match: [{ headers: { beta: { exact: 'yes' } } }], route: [${V2}] }]`,
    );
    expect(warnings).toEqual([]);
    expect(mesh['shop']?.['match']).toEqual({
      testers: { headers: { user: { exact: 'ann' } }, to: 'v2' },
      'testers-2': { headers: { user: { prefix: 'test-' } }, to: 'v2' },
      'testers-3': { headers: { beta: { exact: 'yes' } }, to: 'v2' },
    });
  });

  test('whose requests are shared among versions is named', () => {
    const { mesh, warnings } = shop(
      `[{ match: [{ headers: { user: { exact: ann } } }], route: [${V1}, ${V2}] }]`,
    );
    expect(mesh).toEqual({});
    expect(warnings).toHaveLength(5);
  });
});

test('a rule without a name is named after its place', () => {
  const { mesh } = shop(`[{ match: [{ headers: { user: { exact: ann } } }], route: [${V2}] }]`);
  expect(Object.keys(mesh['shop']?.['match'] as object)).toEqual(['rule-1']);
});

describe('routes', () => {
  test('after the first that fits everything are never asked, and named', () => {
    const { mesh, warnings } = shop(`[{ route: [${V1}], timeout: 1s }, { timeout: 9s }]`);
    expect(mesh).toEqual({ shop: { route: { v1: 100 }, timeout: '1s' } });
    expect(warnings).toEqual(['VirtualService shop: spec.http[1].timeout']);
  });

  test('that lead to another host, too, are named', () => {
    const { mesh, warnings } = shop(
      `[{ route: [${V1}, { destination: { host: old-shop }, weight: 5 }], retries: { attempts: 1 } }]`,
    );
    expect(mesh).toEqual({ shop: { retries: { attempts: 1 } } });
    expect(warnings).toContain('VirtualService shop: spec.http[0].route[1].destination.host');
  });

  test('of further hosts, and of every host, are named', () => {
    expect(
      importIstio(
        '{ kind: VirtualService, spec: { hosts: [shop, shop.a.svc, store], http: [{ timeout: 1s }] } }',
      ),
    ).toEqual({ mesh: { shop: { timeout: '1s' } }, warnings: ['VirtualService: spec.hosts[2]'] });
    const gateway = `{ kind: VirtualService, spec: { hosts: ['*'], gateways: [g], http: [{ timeout: 1s }] } }`;
    expect(importIstio(gateway)).toEqual({
      mesh: {},
      warnings: [
        'VirtualService: spec.hosts[0]',
        'VirtualService: spec.gateways[0]',
        'VirtualService: spec.http[0].timeout',
      ],
    });
    expect(importIstio(`{ kind: DestinationRule, spec: { host: '*.local' } }`)).toEqual({
      mesh: {},
      warnings: ['DestinationRule: spec.host'],
    });
  });
});

test('a fault without a share strikes nobody, as in Istio', () => {
  const { mesh } = shop(
    '[{ fault: { abort: { httpStatus: 500 }, delay: { fixedDelay: 2s, percent: 10 } } }]',
  );
  expect(mesh['shop']?.['fault']).toEqual({
    abort: { httpStatus: 500, percentage: 0 },
    delay: { fixedDelay: '2s', percentage: 10 },
  });
});

test('values that no world takes are left out and named, so that what is printed can be used', () => {
  const { mesh, warnings } = shop(
    '[{ timeout: soon, retries: { attempts: 2, retryOn: "5xx,retriable-status-codes,connect-failure,http3-post-connect-failure" } }]',
  );
  expect(mesh).toEqual({ shop: { retries: { attempts: 2, retryOn: ['5xx', 'connect-failure'] } } });
  expect(warnings.map((warning) => warning.split(': ').slice(0, 2).join(': '))).toEqual([
    'shop: retries.retryOn.3',
    'shop: retries.retryOn.1',
    'shop: timeout',
  ]);
});

describe('a text', () => {
  test('that is no YAML is refused with the place', () => {
    const broken = 'kind: VirtualService\nspec:\n  hosts: [shop\n  http: 1\n';
    expect(() => importIstio(broken, 'shop.yaml')).toThrow(/shop\.yaml:4:3 [\s\S]*this is no YAML: /);
  });

  test.each(['', 'hello', '- 1'])('without a resource is refused: %j', (text) => {
    expect(() => importIstio(text)).toThrow('There is no resource in this text.');
  });
});
