import { describe, expect, test } from 'vitest';
import { meshed } from '../../sim/mesh/mesh.fixture.ts';
import type { Run } from '../../sim/run.ts';
import { all, DATABASE, shop } from '../../sim/testing.fixture.ts';
import { explain } from '../why.ts';

/** What an explanation of the first intent that failed tells. */
function whyFailed(run: Run): readonly string[] {
  const [failed] = all(run, 'intentFailed');
  if (!failed) throw new Error('nothing failed');
  const { at, index, subject } = failed;
  const finding = { at, message: 'an order failed', subject, records: [index] };
  return explain(run, finding).lines.map(({ text }) => text);
}

describe('a failure is led back to settings that were pushed by mistake', () => {
  const STRUCK = expect.stringContaining('The fault oops (configPush) struck catalog');
  const pushed = (set: string, ...more: readonly string[]) =>
    whyFailed(
      meshed({}, `chaos: { oops: { configPush: catalog, set: ${set}, within: 0s, at: 1s } }`, ...more),
    );
  const SLOW = 'services: { catalog: { work: 100ms } }';

  test.each([
    [
      'that let the proxy answer in place of its destination',
      '{ fault: { abort: { httpStatus: 500 } } }',
      '',
    ],
    ['that let it wait too short a time', '{ timeout: 20ms }', SLOW],
    ['that let it retry what takes long', '{ retries: { attempts: 3, perTryTimeout: 20ms } }', SLOW],
    [
      'that let it send little at once',
      '{ connectionPool: { http2MaxRequests: 1 } }',
      'services: { catalog: { work: 1s } }',
    ],
    ['that send everything to a version that nobody runs', '{ route: { v9: 100 } }', ''],
    ['that let nobody in', '{ authorization: {} }', ''],
    [
      'that delay requests for longer than their callers wait',
      '{ fault: { delay: { fixedDelay: 5s } } }',
      'services: { shop: { calls: { catalog: { timeout: 1s } } } }',
    ],
  ])('%s', (_, set, more) => {
    expect(pushed(set, more === '' ? '{}' : more)).toContainEqual(STRUCK);
  });

  test('and not to such as it cannot come of', () => {
    const down = 'chaos: { down: { errors: catalog, status: 500, at: 2s } }';
    const lines = pushed('{ timeout: 10s }', down);
    expect(lines).not.toContainEqual(STRUCK);
    expect(lines).toContainEqual(expect.stringContaining('The fault down'));
    expect(pushed('{ authorization: { get: [shop] } }', down)).not.toContainEqual(STRUCK);
  });
});

describe('a failure is led back to the fault', () => {
  /** A shop that stores each order, five a second. */
  const POOLED = [
    DATABASE,
    'services: { shop: { operations: { order: { steps: { keep: { insert: orders } } } } } }',
    'clients: { user: { every: 200ms, count: 20, calls: { shop: { timeout: 1s } } } }',
    'chaos: { firewall: { halfOpen: shop -> shop.db, at: 1500ms } }',
  ];

  test('that has a statement hang on a connection that was forgotten', () => {
    expect(whyFailed(shop(...POOLED))).toContainEqual(
      expect.stringContaining('The fault firewall (halfOpen) struck shop -> shop.db'),
    );
  });

  test('that has somebody else’s statement hang, on the only connection there is', () => {
    const run = shop(
      ...POOLED,
      'services: { shop: { db: { pools: { main: { maximumPoolSize: 1, connectionTimeout: 700ms } } } } }',
    );
    const refused = all(run, 'refused').find(({ detail }) => detail === 'pool-timeout');
    const finding = {
      at: refused?.at ?? 0,
      message: '',
      subject: refused?.subject ?? '',
      records: [refused?.index ?? -1],
    };
    const lines = explain(run, finding).lines.map(({ text }) => text);
    expect(lines).toContainEqual(expect.stringContaining('The fault firewall (halfOpen) struck'));
  });
});
