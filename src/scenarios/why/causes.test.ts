import { describe, expect, test } from 'vitest';
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
