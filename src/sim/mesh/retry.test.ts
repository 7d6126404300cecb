import { describe, expect, test } from 'vitest';
import { all, BANK, details, facts, shop, times } from '../testing.fixture.ts';
import { BAD_REPLICA, failures, meshed, requests } from './mesh.fixture.ts';
import { isRetriable, retriesAllowed, waitBefore } from './retry.ts';

const FREE = { latency: '0s' };

/** The shop calls its bank, which is outside the mesh, through its own sidecar; that and the links take no time. */
const call = (bank: object, ...more: readonly string[]) =>
  shop(
    BANK,
    JSON.stringify({ mesh: { default: { proxy: FREE }, bank: { proxy: FREE, ...bank } } }),
    'network: { links: { "shop -> bank": { rtt: 0s } } }',
    ...more,
  );

const BROKEN = 'chaos: { broken: { errors: bank, status: 503 } }';
const LOST = 'chaos: { deaf: { dropReply: shop -> bank, during: 0s..200ms } }';
const ALWAYS = { attempts: 2, retryOn: ['5xx'] };
const answered = (status: number) => ({ reason: `${status}`, status, answered: true, rateLimited: false });
const RESET = { reason: 'reset', status: 503, answered: false, rateLimited: false };

describe('conditions of a retry', () => {
  test('a reset shows as a 503 to the caller, but is retried for `reset` and not for `503`', () => {
    expect(isRetriable(RESET, ['503'])).toBe(false);
    expect(isRetriable(RESET, ['reset'])).toBe(true);
    expect(isRetriable(answered(503), ['503'])).toBe(true);
    expect(isRetriable(answered(503), ['reset'])).toBe(false);
  });

  test('5xx takes in all errors and silences, gateway-error 502 to 504, retriable-4xx 409 alone', () => {
    const which = (condition: string) =>
      [400, 409, 429, 500, 502, 503, 504].filter((status) => isRetriable(answered(status), [condition]));
    expect(which('5xx')).toEqual([500, 502, 503, 504]);
    expect(which('gateway-error')).toEqual([502, 503, 504]);
    expect(which('retriable-4xx')).toEqual([409]);
    expect(which('unavailable')).toEqual([]);
    expect(isRetriable({ ...RESET, reason: 'connect-failure' }, ['5xx'])).toBe(true);
    expect(isRetriable({ ...RESET, reason: 'connect-failure' }, ['connect-failure'])).toBe(true);
  });

  test('what a rate limit refused is not tried again unless that is asked for', () => {
    const limited = { ...answered(429), rateLimited: true };
    expect(isRetriable(limited, ['5xx', '429'])).toBe(false);
    expect(isRetriable(limited, ['envoy-ratelimited'])).toBe(true);
  });
});

test('a wait may be anything below 25, 50, 100, 200, 250, 250 ms', () => {
  const longest = [1, 2, 3, 4, 5, 6].map((retry) => waitBefore(retry, 25_000, 0.9999999) + 1);
  expect(longest).toEqual([25_000, 50_000, 100_000, 200_000, 250_000, 250_000]);
  expect(waitBefore(3, 25_000, 0)).toBe(0);
});

test('a budget of 20 percent allows 3 retries at least, and 5 of 25 requests', () => {
  const budget = { percent: 20, minRetryConcurrency: 3 };
  expect([0, 14, 25, 150].map((active) => retriesAllowed({ budget, maxRetries: 1 }, active))).toEqual([
    3, 3, 5, 30,
  ]);
  expect(retriesAllowed({ budget: null, maxRetries: 7 }, 100)).toBe(7);
});

describe('retries by a sidecar', () => {
  test('the application sees one call, the callee several requests', () => {
    const run = call({ retries: ALWAYS }, BROKEN);
    expect(all(run, 'call', 'shop.order.charge')).toHaveLength(1);
    expect(all(run, 'request', 'bank.charge')).toHaveLength(3);
    expect(all(run, 'flagged')).toMatchObject([{ value: 503, detail: 'URX' }]);
    expect(details(run, 'callFailed', 'shop.order.charge')).toEqual(['503']);
  });

  test('by Istio’s defaults an answered 503 is not tried again, a refused connection is, twice', () => {
    expect(all(call({}, BROKEN), 'request', 'bank.charge')).toHaveLength(1);
    const refused = call({}, 'chaos: { cut: { partition: shop | bank, mode: reject } }');
    expect(all(refused, 'meshRetry')).toHaveLength(2);
    expect(details(refused, 'flagged')).toEqual(['UF,URX']);
  });

  test('by Envoy’s and Linkerd’s defaults nothing is tried again', () => {
    const cut = 'chaos: { cut: { partition: shop | bank, mode: reject } }';
    expect(all(call({ profile: 'envoy' }, cut), 'meshRetry')).toEqual([]);
    expect(all(call({ profile: 'linkerd' }, cut), 'meshRetry')).toEqual([]);
  });

  test('a call that is not idempotent is repeated just the same: charged twice', () => {
    const retries = { attempts: 1, perTryTimeout: '200ms', retryOn: ['5xx'] };
    expect(facts(call({ retries }, LOST), 'charged')).toHaveLength(2);
  });

  test('a retry goes to another host, where there is one', () => {
    const run = meshed({ loadBalancer: { simple: 'ROUND_ROBIN' }, retries: ALWAYS }, BAD_REPLICA);
    expect(failures(run)).toBe(0);
    expect(requests(run).length).toBeGreaterThan(100);
  });

  test('retries in a library and in a sidecar multiply: 3 times 3 is 9', () => {
    const run = call(
      { retries: ALWAYS },
      BROKEN,
      'services: { shop: { calls: { bank: { retry: { maxAttempts: 3, backoff: fixed(10ms) } } } } }',
    );
    expect(all(run, 'request', 'bank.charge')).toHaveLength(9);
  });

  test('over the budget the failure is handed on, and marked with UO', () => {
    const many = 'clients: { user: { every: 1ms, count: 200 } }';
    const run = call(
      { retries: { ...ALWAYS, backoff: '2s', retryBudget: { percent: 20, minRetryConcurrency: 3 } } },
      BROKEN,
      many,
    );
    expect(all(run, 'meshRetryDenied').length).toBeGreaterThan(100);
    expect(details(run, 'flagged')).toContain('UO');
  });
});

describe('timeouts of a sidecar', () => {
  const SLOW = 'externals: { bank: { work: 1s } }';

  test('by default Istio has none, and Envoy 15 s', () => {
    const slow = 'externals: { bank: { work: 16s } }';
    expect(all(call({}, slow), 'flagged')).toEqual([]);
    expect(times(call({ profile: 'envoy' }, slow), 'flagged')).toEqual([15_010]);
  });

  test('a request timeout answers 504 with UT and is not tried again; the callee goes on', () => {
    const run = call({ timeout: '300ms', retries: ALWAYS }, SLOW);
    expect(all(run, 'flagged')).toMatchObject([{ at: 310_000, value: 504, detail: 'UT' }]);
    expect(all(run, 'request', 'bank.charge')).toHaveLength(1);
    expect(all(run, 'lateReply')).toHaveLength(1);
    expect(details(run, 'finish', 'bank.charge')).toEqual(['wasted']);
  });

  test('the timeout covers all tries: after a first of 250 ms a second has what is left of 300', () => {
    const run = call(
      { timeout: '300ms', retries: { ...ALWAYS, perTryTimeout: '250ms', backoff: '1us' } },
      SLOW,
    );
    expect(all(run, 'request', 'bank.charge')).toHaveLength(2);
    expect(times(run, 'flagged')).toEqual([310]);
    expect(details(run, 'flagged')).toEqual(['UT']);
  });

  test('without a timeout per try a slow try uses the whole time up', () => {
    expect(all(call({ timeout: '300ms', retries: ALWAYS }, SLOW), 'meshRetry')).toEqual([]);
  });

  test('back-off counts against the timeout, too', () => {
    const run = call({ timeout: '100ms', retries: { attempts: 9, retryOn: ['5xx'], backoff: '1s' } }, BROKEN);
    expect(times(run, 'flagged')).toEqual([110]);
  });

  test('who gives up first leaves the sidecar behind: DC, and no further tries', () => {
    const run = call(
      { timeout: '2s', retries: ALWAYS },
      SLOW,
      'services: { shop: { calls: { bank: { timeout: 100ms } } } }',
    );
    expect(all(run, 'flagged')).toMatchObject([{ at: 110_000, value: 0, detail: 'DC' }]);
    expect(all(run, 'request', 'bank.charge')).toHaveLength(1);
  });
});

describe('hedging on a per-try timeout', () => {
  const retries = { attempts: 1, perTryTimeout: '200ms', retryOn: ['5xx'], hedgeOnPerTryTimeout: true };

  test('keeps the slow try and sends another; the first good answer wins', () => {
    const run = meshed(
      { loadBalancer: { simple: 'ROUND_ROBIN' }, retries },
      'chaos: { slow: { latency: "catalog[0]", add: 500ms } }',
    );
    expect(failures(run)).toBe(0);
    expect(all(run, 'meshHedge').length).toBeGreaterThan(20);
    expect(Math.max(...all(run, 'callOk', 'shop.order.look').map(({ value }) => value))).toBeLessThan(
      220_000,
    );
  });

  test('the first try may still win', () => {
    const run = call({ retries }, 'externals: { bank: { work: 300ms } }');
    expect(times(run, 'callOk', 'shop.order.charge')).toEqual([310]);
    expect(facts(run, 'charged')).toHaveLength(2);
  });
});
