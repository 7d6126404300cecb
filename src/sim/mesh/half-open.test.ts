import { describe, expect, test } from 'vitest';
import type { Run } from '../run.ts';
import { all, count, times } from '../testing.fixture.ts';
import { failures, meshed, requests } from './mesh.fixture.ts';

/** One catalog, ten orders a second; at second 3 a firewall forgets the connections to it. */
const ONE = 'services: { catalog: { replicas: 1 } }';
const FORGETS = 'chaos: { firewall: { halfOpen: shop -> catalog, at: 3050ms } }';
const HTTP2 = { connectionPool: { h2UpgradePolicy: 'UPGRADE' } };
const ONCE = { retries: { attempts: 0 }, outlierDetection: null, timeout: '1s' };
const lost = (run: Run) => all(run, 'dropped').filter(({ detail }) => detail === 'half-open').length;

describe('half-open connections of a sidecar', () => {
  test('over HTTP/2 swallow every request, one timeout after the other, since all share one', () => {
    const run = meshed({ ...ONCE, ...HTTP2 }, ONE, FORGETS);
    expect(times(run, 'intentFailed')[0]).toBeGreaterThan(4_000);
    expect(failures(run)).toBeGreaterThan(65);
    expect(requests(run).length + failures(run)).toBe(100);
    expect(lost(run)).toBe(failures(run));
  });

  test('over HTTP/1.1 swallow one request each: the timeout closes them', () => {
    const run = meshed(ONCE, ONE, FORGETS);
    expect(failures(run)).toBe(1);
    expect(lost(run)).toBe(1);
  });

  test('do no harm where the sidecar closes what is idle before the firewall forgets it', () => {
    const rare = 'clients: { user: { every: 3s, count: 6 } }';
    const nat = 'chaos: { firewall: { halfOpen: shop -> catalog, at: 0s, idleTimeout: 2s } }';
    // Every other: the timeout closes what was forgotten, and the next one opens another.
    expect(failures(meshed(ONCE, ONE, nat, rare))).toBe(3);
    expect(failures(meshed({ ...ONCE, connectionPool: { idleTimeout: '1s' } }, ONE, nat, rare))).toBe(0);
  });

  test('are found by nobody without a timeout: calls wait for TCP, a quarter of an hour', () => {
    const run = meshed(
      { ...ONCE, ...HTTP2, timeout: null },
      ONE,
      FORGETS,
      'run: { for: 1000s }',
      'clients: { user: { every: 10s, count: 99 } }',
    );
    expect(times(run, 'intentFailed')[0]).toBeGreaterThan(10_000 + 924_000);
    expect(count(run, 'intentOk')).toBeGreaterThan(5);
  });
});
