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

test('a match that is not by header is named, and its route with it', () => {
  const { mesh, warnings } = importIstio(`
kind: VirtualService
metadata: { name: shop }
spec:
  hosts: [shop]
  http: [{ match: [{ uri: { prefix: /v2 } }], route: [{ destination: { host: shop, subset: v2 } }] }]
`);
  expect(mesh).toEqual({});
  expect(warnings).toEqual(['VirtualService shop: spec.http[0].match[0].uri.prefix']);
});
