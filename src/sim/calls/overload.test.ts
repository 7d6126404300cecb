import { describe, expect, test } from 'vitest';
import { all, count, shop } from '../testing.fixture.ts';

test('retries in three layers multiply: three times three times three requests for one order', () => {
  const retry = '{ retry: { maxAttempts: 3, backoff: fixed(1ms) } }';
  const run = shop(`
    clients: { user: { calls: { shop: ${retry} } } }
    services:
      shop: { calls: { default: ${retry} }, operations: { order: { steps: { ask: { call: middle.ask } } } } }
      middle: { calls: { default: ${retry} }, operations: { ask: { steps: { ask: { call: last.ask } } } } }
      last: { operations: { ask: { steps: { no: { fail: BROKEN, status: 500 } } } } }
  `);
  expect(count(run, 'request', 'last.ask')).toBe(27);
});

test('one of ten calls at once that are slow one time in a hundred makes one page in ten slow', () => {
  const parts = Array.from({ length: 10 }, (_, n) => `p${n}`);
  const run = shop(`
    run: { for: 10s, settle: 5s }
    network: { links: { "shop -> parts": { rtt: 0s } } }
    clients: { user: { every: 10ms, count: 500, calls: {} } }
    services:
      shop:
        work: 0s
        operations:
          order:
            steps: { ${parts.map((part) => `${part}: { call: parts.get${part} }`).join(', ')} }
            order: [{ parallel: [${parts.join(', ')}] }]
      parts: { work: lognormal(10ms p99=100ms), operations: { ${parts.map((part) => `get${part}: {}`).join(', ')} } }
  `);
  const slow = all(run, 'intentOk').filter(({ value }) => value > 100_000).length;
  // 1 - 0.99 ** 10 is 9.6 %.
  expect(slow).toBeGreaterThan(500 * 0.06);
  expect(slow).toBeLessThan(500 * 0.14);
});

describe('an outage of ten seconds at four fifths of the capacity', () => {
  /** One worker serves 100 a second, 80 are wanted, and who has waited for a second asks again. */
  const world = (budget: string) =>
    shop(`
      run: { for: 60s, settle: 1s }
      network: { links: { "* -> shop": { rtt: 0s } } }
      clients:
        user:
          every: null
          rate: 80/s
          count: null
          calls: { shop: { timeout: 1s, retry: { maxAttempts: 3, backoff: fixed(10ms)${budget} } } }
      services: { shop: { workers: 1, queue: { limit: 400 }, work: 10ms } }
      chaos: { outage: { hang: shop, at: 5s, for: 10s } }
    `);
  const servedAfter = (run: ReturnType<typeof world>, from: number, to: number) =>
    all(run, 'intentOk').filter(({ at }) => at > from * 1e6 && at <= to * 1e6).length / (to - from);

  test('never ends where every caller tries three times: the work is done, and nobody waits for it', () => {
    const run = world('');
    expect(servedAfter(run, 0, 5)).toBeGreaterThan(70);
    expect(servedAfter(run, 40, 60)).toBeLessThan(10);
    const finished = all(run, 'finish').filter(({ at }) => at > 40e6);
    expect(finished.length).toBeGreaterThan(1_500);
    expect(finished.filter(({ detail }) => detail === 'wasted').length).toBeGreaterThan(1_500);
  });

  test('ends once the queue is worked off where retries have a budget of a tenth', () => {
    expect(servedAfter(world(', budget: 10%'), 50, 60)).toBeGreaterThan(70);
  });
});
