import { describe, expect, test } from 'vitest';
import { seconds } from '../kernel/time.ts';
import { all } from '../testing.fixture.ts';
import { meshDestination } from '../world/schema/mesh.ts';
import { asked, BAD_REPLICA, failures, meshed, requests } from './mesh.fixture.ts';
import { OutlierDetector } from './outlier-detection.ts';
import { policyOf } from './policy.ts';
import { UpstreamHost } from './upstream-host.ts';

/** A detector over some hosts, a clock that is set by hand, and what it did. */
function detector(hosts: number, settings: object = {}) {
  const { outlierDetection } = policyOf(
    meshDestination.parse({ profile: 'envoy', outlierDetection: { maxEjectionPercent: 100, ...settings } }),
  );
  const clock = { now: 0 };
  const did: string[] = [];
  const found = new OutlierDetector(
    outlierDetection!, // it was asked for
    {
      ejected: ({ address }, reason, time) => did.push(`${address} out ${time / 1e6} s, ${reason}`),
      overflowed: ({ address }) => did.push(`${address} stays`),
      returned: ({ address }) => did.push(`${address} back`),
    },
    () => clock.now,
  );
  const all = Array.from({ length: hosts }, (_, at) => new UpstreamHost(`h${at}`, null, 0));
  found.hosts = all;
  const answers = (host: number, ...statuses: readonly number[]) => {
    for (const status of statuses) found.answered(all[host]!, status, false);
  };
  return { detector: found, hosts: all, clock, did, answers };
}

describe('outlier detection', () => {
  test('ejects at the fifth error in a row, at once; one success begins the count anew', () => {
    const { did, answers } = detector(4);
    answers(0, 500, 500, 500, 500, 200, 500, 500, 500, 500);
    expect(did).toEqual([]);
    answers(0, 503);
    expect(did).toEqual(['h0 out 30 s, consecutive 5xx']);
  });

  test('takes 4xx for an answer like any other', () => {
    const { did, answers } = detector(4);
    answers(0, 429, 404, 409, 400, 429, 429);
    expect(did).toEqual([]);
  });

  test('counts gateway errors apart where it is told to', () => {
    const { did, answers } = detector(4, { consecutive5xxErrors: 0, consecutiveGatewayErrors: 2 });
    answers(0, 500, 500, 500);
    answers(1, 502, 504);
    expect(did).toEqual(['h1 out 30 s, consecutive gateway errors']);
  });

  test('counts the caller’s own trouble apart in split mode', () => {
    const {
      detector: split,
      hosts,
      did,
      answers,
    } = detector(4, {
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailures: 2,
    });
    for (const status of [503, 504]) split.answered(hosts[0]!, status, true);
    expect(did).toEqual(['h0 out 30 s, consecutive local origin failures']);
    answers(1, 500, 500, 500, 500);
    split.answered(hosts[1]!, 504, true);
    expect(did).toHaveLength(1);
  });

  test('ejects nobody of fewer than ten hosts at the default of 10 percent', () => {
    const { did, answers } = detector(9, { maxEjectionPercent: 10 });
    answers(0, 500, 500, 500, 500, 500);
    expect(did).toEqual(['h0 stays']);
    const ten = detector(10, { maxEjectionPercent: 10 });
    ten.answers(0, 500, 500, 500, 500, 500);
    ten.answers(1, 500, 500, 500, 500, 500);
    expect(ten.did).toEqual(['h0 out 30 s, consecutive 5xx', 'h1 stays']);
  });

  test('keeps a host out for 30, 60, 90 s …, until the sweep after that; healthy sweeps lower the count', () => {
    const { detector: found, clock, did, answers } = detector(4);
    const fail = () => answers(0, 500, 500, 500, 500, 500);
    const sweepUntil = (end: number) => {
      while (clock.now < seconds(end)) {
        clock.now += seconds(10);
        found.sweep();
      }
    };
    clock.now = seconds(1);
    fail();
    clock.now = 0;
    sweepUntil(30);
    expect(did.at(-1)).toBe('h0 out 30 s, consecutive 5xx');
    sweepUntil(40);
    expect(did.at(-1)).toBe('h0 back');
    fail();
    expect(did.at(-1)).toBe('h0 out 60 s, consecutive 5xx');
    sweepUntil(100);
    expect(did.at(-1)).toBe('h0 back');
    sweepUntil(120);
    fail();
    expect(did.at(-1)).toBe('h0 out 30 s, consecutive 5xx');
  });

  test('ejects whose success rate is far below the others’, at a sweep and with enough requests only', () => {
    const { detector: found, did, answers } = detector(5, { consecutive5xxErrors: 0 });
    const statuses = (bad: number) => Array.from({ length: 100 }, (_, at) => (at < bad ? 500 : 200));
    for (const host of [1, 2, 3, 4]) answers(host, ...statuses(1));
    answers(0, ...statuses(20).slice(0, 99));
    found.sweep();
    expect(did).toEqual([]);
    for (const host of [1, 2, 3, 4]) answers(host, ...statuses(1));
    answers(0, ...statuses(20));
    found.sweep();
    expect(did).toEqual(['h0 out 30 s, success rate']);
  });
});

describe('outlier detection in a mesh', () => {
  const DETECT = { consecutive5xxErrors: 5, maxEjectionPercent: 30, baseEjectionTime: 10_000_000 };

  test('a bad replica is left out after five errors, for its time and until a sweep', () => {
    const run = meshed(
      { loadBalancer: { simple: 'ROUND_ROBIN' }, outlierDetection: DETECT_TEXT },
      BAD_REPLICA,
    );
    expect(failures(run)).toBe(5);
    expect(all(run, 'ejected')).toMatchObject([
      { place: 'shop[0] -> catalog', peer: 'catalog[0]', value: DETECT.baseEjectionTime },
    ]);
    expect(asked(run)[0]).toBe(5);
  });

  test('with the default ceiling of 10 percent a bad one of four stays in: one call in four fails', () => {
    const run = meshed({ loadBalancer: { simple: 'ROUND_ROBIN' }, outlierDetection: {} }, BAD_REPLICA);
    expect(failures(run)).toBe(25);
    expect(all(run, 'ejected')).toEqual([]);
    expect(all(run, 'ejectionRefused')).toHaveLength(5);
  });

  test('ejection is each sidecar’s own: two callers may disagree', () => {
    const run = meshed(
      { loadBalancer: { simple: 'ROUND_ROBIN' }, outlierDetection: DETECT_TEXT },
      BAD_REPLICA,
      'services: { shop: { replicas: 2 } }',
    );
    const [first, second] = all(run, 'ejected');
    expect(new Set([first?.place, second?.place])).toEqual(
      new Set(['shop[0] -> catalog', 'shop[1] -> catalog']),
    );
    expect(first?.at).not.toBe(second?.at);
    expect(failures(run)).toBe(10);
  });

  test('a timeout counts as 504 and a refused connection as 503', () => {
    const slow = meshed(
      { timeout: '50ms', loadBalancer: { simple: 'ROUND_ROBIN' }, outlierDetection: DETECT_TEXT },
      'chaos: { slow: { latency: "catalog[1]", add: 1s } }',
    );
    expect(all(slow, 'ejected')[0]).toMatchObject({ peer: 'catalog[1]' });
    const dead = meshed(
      {
        retries: { attempts: 0 },
        loadBalancer: { simple: 'ROUND_ROBIN' },
        outlierDetection: DETECT_TEXT,
        proxy: { latency: '0s', propagation: '1h' },
      },
      'chaos: { dead: { crash: "catalog[2]", at: 1s, downFor: 10s } }',
    );
    expect(all(dead, 'ejected')[0]).toMatchObject({ peer: 'catalog[2]' });
  });

  test('panic: with less than half of the hosts healthy, all are used again', () => {
    const run = meshed(
      {
        profile: 'envoy',
        loadBalancer: { simple: 'ROUND_ROBIN' },
        outlierDetection: { consecutive5xxErrors: 3, maxEjectionPercent: 100 },
      },
      'chaos: { bad: { errors: catalog, status: 500 } }',
    );
    const [panic] = all(run, 'panic');
    expect(panic).toMatchObject({ place: 'shop[0] -> catalog', value: 1, detail: 'on' });
    expect(requests(run)).toHaveLength(100);
  });

  test('no panic where its threshold is 0, as in Istio: 503 with UH once nobody is healthy', () => {
    const run = meshed(
      {
        loadBalancer: { simple: 'ROUND_ROBIN' },
        outlierDetection: { consecutive5xxErrors: 3, maxEjectionPercent: 100 },
      },
      'chaos: { bad: { errors: catalog, status: 500 } }',
    );
    expect(all(run, 'panic')).toEqual([]);
    expect(requests(run).length).toBeLessThan(20);
    expect(all(run, 'flagged').at(-1)).toMatchObject({ value: 503, detail: 'UH' });
  });
});

/** The same settings as they are written. */
const DETECT_TEXT = { consecutive5xxErrors: 5, maxEjectionPercent: 30, baseEjectionTime: '10s' };
