import { describe, expect, test } from 'vitest';
import { all, BANK, count, details, shop, times } from '../testing.fixture.ts';

/** The shop calls its bank with these settings. */
const call = (settings: string, ...more: readonly string[]) =>
  shop(BANK, `services: { shop: { calls: { bank: ${settings} } } }`, ...more);

const SLOW = 'externals: { bank: { work: 1s } }';
const BROKEN = 'chaos: { broken: { errors: bank, status: 503 } }';
const MANY = 'clients: { user: { every: 100ms, count: 20 } }';
const STEP = 'shop.order.charge';

describe('a timeout', () => {
  test('ends the waiting, not the work: the callee goes on, and its answer comes late', () => {
    const run = call('{ timeout: 300ms }', SLOW);
    expect(times(run, 'intentFailed')).toEqual([310]);
    expect(run.facts.map(({ name, at }) => [name, at])).toEqual([['charged', 1_010_000]]);
    expect(all(run, 'lateReply', STEP)[0]).toMatchObject({ at: 1_010_000, value: 1_000_000, detail: 'ok' });
    expect(details(run, 'finish', 'bank.charge')).toEqual(['wasted']);
  });

  test('counts for each attempt', () => {
    const run = call('{ timeout: 300ms, retry: { maxAttempts: 2, backoff: fixed(100ms) } }', SLOW);
    expect(times(run, 'call', STEP)).toEqual([10, 410]);
    expect(times(run, 'intentFailed')).toEqual([710]);
  });

  test('is absent unless it is set: the caller waits as long as it takes', () => {
    expect(times(call('{}', 'externals: { bank: { work: 15s } }'), 'intentOk')).toEqual([15_010]);
  });

  test('is not needed where the connection breaks: a lost answer is a reset after its idle limit', () => {
    const run = call('{}', 'run: { settle: 200s }', 'chaos: { deaf: { dropReply: shop -> bank } }');
    expect(details(run, 'intentFailed')).toEqual(['reset']);
    expect(times(run, 'intentFailed')).toEqual([120_030]);
  });
});

describe('a deadline', () => {
  test('bounds all attempts together', () => {
    const run = call(
      '{ timeout: 300ms, deadline: 500ms, retry: { maxAttempts: 9, backoff: fixed(0s) } }',
      SLOW,
    );
    expect(times(run, 'call', STEP)).toEqual([10, 310]);
    expect(times(run, 'intentFailed')).toEqual([510]);
  });

  test('leaves no time for a retry whose wait would end after it', () => {
    const run = call('{ deadline: 500ms, retry: { maxAttempts: 9, backoff: fixed(600ms) } }', BROKEN);
    expect(count(run, 'call', STEP)).toBe(1);
  });
});

describe('a retry', () => {
  test('tries so many times in all', () => {
    const run = call('{ retry: { maxAttempts: 4 } }', BROKEN);
    expect(all(run, 'call', STEP).map(({ value }) => value)).toEqual([1, 2, 3, 4]);
    expect(details(run, 'intentFailed')).toEqual(['503']);
  });

  test('ends with the first good answer', () => {
    const run = call('{ retry: { maxAttempts: 4 } }', 'chaos: { broken: { errors: bank, nth: [1, 2] } }');
    expect(count(run, 'call', STEP)).toBe(3);
    expect(count(run, 'intentOk')).toBe(1);
  });

  test('never repeats a business refusal', () => {
    const refusing =
      'externals: { bank: { operations: { charge: { steps: { take: null, no: { fail: NO_MONEY } } } } } }';
    expect(count(call('{ retry: { maxAttempts: 4 } }', refusing), 'call', STEP)).toBe(1);
  });

  test('meets only the conditions that it names', () => {
    const tries = (retryOn: string, status: number) =>
      count(
        call(
          `{ retry: { maxAttempts: 2, retryOn: ${retryOn} } }`,
          `chaos: { broken: { errors: bank, status: ${status} } }`,
        ),
        'call',
        STEP,
      );
    expect(tries('[timeout]', 503)).toBe(1);
    expect(tries('[5xx]', 500)).toBe(2);
    expect(tries('[gateway-error]', 500)).toBe(1);
    expect(tries('[gateway-error]', 502)).toBe(2);
    expect(tries('["503"]', 503)).toBe(2);
    expect(tries('["429"]', 429)).toBe(2);
    expect(tries('[5xx]', 429)).toBe(1);
  });

  test('meets a refused connection, a reset and a shed request by their names', () => {
    const tries = (retryOn: string, ...more: readonly string[]) =>
      count(call(`{ timeout: 2s, retry: { maxAttempts: 2, retryOn: [${retryOn}] } }`, ...more), 'call', STEP);
    const down = 'externals: { bank: { replicas: 0 } }';
    expect(tries('connect-failure', down)).toBe(2);
    expect(tries('reset', down)).toBe(1);
    const dies = 'chaos: { death: { crash: bank, at: 20ms, downFor: 100ms } }';
    expect(tries('reset', dies)).toBe(2);
    expect(tries('connect-failure', dies)).toBe(1);
    const full = 'externals: { bank: { workers: 1, work: 500ms, queue: { limit: 0 } } }';
    expect(tries('refused-stream', full, 'clients: { user: { every: 100ms, count: 2 } }')).toBe(3);
  });

  test('waits by its back-off, which doubles up to its maximum', () => {
    const waits = (backoff: string) =>
      all(call(`{ retry: { maxAttempts: 6, backoff: ${backoff} } }`, BROKEN), 'retry').map(
        ({ value }) => value / 1_000,
      );
    expect(waits('fixed(70ms)')).toEqual([70, 70, 70, 70, 70]);
    expect(waits('exponential(100ms max=500ms)')).toEqual([100, 200, 400, 500, 500]);
  });

  test('with jitter waits within the bounds of its kind, and not always alike', () => {
    const waits = (jitter: string) =>
      all(
        call(`{ retry: { maxAttempts: 2, backoff: fixed(100ms jitter=${jitter}) } }`, BROKEN, MANY),
        'retry',
      ).map(({ value }) => value / 1_000);
    for (const [kind, low, high] of [
      ['full', 0, 100],
      ['equal', 50, 100],
      ['decorrelated', 100, 300],
    ] as const) {
      const drawn = waits(kind);
      expect(drawn.length).toBe(20);
      expect(Math.min(...drawn)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...drawn)).toBeLessThanOrEqual(high);
      expect(new Set(drawn).size).toBeGreaterThan(15);
    }
  });

  test('is denied once its budget is spent: ten in reserve, then a share of the calls', () => {
    const run = call(
      '{ retry: { maxAttempts: 2, backoff: fixed(1ms), budget: 10% } }',
      BROKEN,
      'clients: { user: { every: 10ms, count: 100 } }',
    );
    expect(count(run, 'retry')).toBe(20);
    expect(count(run, 'retryDenied')).toBe(80);
  });

  test('`only: keyed` repeats nothing that carries no idempotency key', () => {
    const tries = (key: string) =>
      count(call(`{ idempotencyKey: ${key}, retry: { only: keyed } }`, BROKEN), 'call', STEP);
    expect(tries('request.order')).toBe(3);
    expect(tries('null')).toBe(1);
  });
});

describe('an idempotency key', () => {
  const keys = (key: string) => details(call(`{ idempotencyKey: ${key}, retry: {} }`, BROKEN), 'call', STEP);

  test('is the same for every attempt if it is made of the request', () => {
    expect(keys("request.order + ':pay'")).toEqual(Array(3).fill('order-1:pay'));
  });

  test('is another for every attempt if it is drawn anew', () => {
    expect(new Set(keys('uuid()')).size).toBe(3);
  });

  test('arrives with the request', () => {
    const run = call(
      '{ idempotencyKey: request.order }',
      'externals: { bank: { operations: { charge: { steps: { take: { fact: { charged: { key: request.idempotencyKey } } } } } } } }',
    );
    expect(run.facts[0]?.fields.key).toBe('order-1');
  });
});

describe('a circuit breaker', () => {
  const SETTINGS =
    'slidingWindowSize: 4, minimumNumberOfCalls: 4, waitDurationInOpenState: 500ms, permittedNumberOfCallsInHalfOpenState: 2';

  test('opens when its window is full of failures, and then lets nothing through', () => {
    const run = call(`{ circuitBreaker: { ${SETTINGS} } }`, MANY, BROKEN, 'clients: { user: { count: 8 } }');
    expect(details(run, 'breaker')).toEqual(['open']);
    expect(count(run, 'call', STEP)).toBe(4);
    expect(details(run, 'rejected')).toEqual(Array(4).fill('open'));
  });

  test('opens no sooner than at its failure rate', () => {
    const half = (threshold: number) =>
      count(
        call(
          `{ circuitBreaker: { ${SETTINGS}, failureRateThreshold: ${threshold} } }`,
          MANY,
          'chaos: { broken: { errors: bank, nth: [1, 3, 5, 7, 9] } }',
          'clients: { user: { count: 9 } }',
        ),
        'breaker',
      );
    expect(half(51)).toBe(0);
    expect(half(50)).toBeGreaterThan(0);
  });

  test('tries a few calls after its waiting time, and closes if they go well', () => {
    const run = call(
      `{ circuitBreaker: { ${SETTINGS} } }`,
      MANY,
      'chaos: { broken: { errors: bank, at: 0s, for: 500ms } }',
    );
    expect(details(run, 'breaker')).toEqual(['open', 'half-open', 'closed']);
    expect(times(run, 'breaker')[1]).toBeGreaterThanOrEqual((times(run, 'breaker')[0] as number) + 500);
  });

  test('opens again if they do not', () => {
    const run = call(`{ circuitBreaker: { ${SETTINGS} } }`, MANY, BROKEN);
    expect(details(run, 'breaker').slice(0, 4)).toEqual(['open', 'half-open', 'open', 'half-open']);
  });

  test('lets only so many calls probe at once', () => {
    const run = call(
      `{ timeout: 2s, circuitBreaker: { ${SETTINGS} } }`,
      'clients: { user: { every: 100ms, count: 15 } }',
      'externals: { bank: { work: 1s } }',
      'chaos: { broken: { errors: bank, at: 0s, for: 350ms } }',
    );
    const [, halfOpen] = times(run, 'breaker') as [number, number];
    expect(times(run, 'call', STEP).filter((at) => at >= halfOpen && at < halfOpen + 900).length).toBe(2);
  });

  test('with `consecutive` opens after so many failures in a row, whatever the rate', () => {
    const run = (nth: string) =>
      call(
        '{ circuitBreaker: { consecutive: 3 } }',
        MANY,
        `chaos: { broken: { errors: bank, nth: ${nth} } }`,
      );
    expect(count(run('[1, 2, 4, 5, 7, 8]'), 'breaker')).toBe(0);
    expect(details(run('[5, 6, 7]'), 'breaker')).toEqual(['open']);
  });

  test('counts no business refusal as a failure', () => {
    const refusing =
      'externals: { bank: { operations: { charge: { steps: { take: null, no: { fail: NO_MONEY } } } } } }';
    expect(count(call(`{ circuitBreaker: { ${SETTINGS} } }`, MANY, refusing), 'breaker')).toBe(0);
  });

  test('is each replica’s own, and forgotten in a crash', () => {
    const run = call(
      `{ circuitBreaker: { ${SETTINGS.replace('500ms', '1h')} } }`,
      MANY,
      BROKEN,
      'chaos: { death: { crash: shop, at: 950ms, downFor: 1ms } }',
    );
    expect(times(run, 'breaker').length).toBe(2);
    expect(count(run, 'call', STEP)).toBe(8);
  });
});

describe('a bulkhead', () => {
  test('lets so many calls be in progress at once and refuses the rest', () => {
    const run = call(
      '{ bulkhead: { maxConcurrentCalls: 2 } }',
      SLOW,
      'clients: { user: { every: 100ms, count: 5 } }',
    );
    expect(count(run, 'call', STEP)).toBe(2);
    expect(details(run, 'rejected')).toEqual(['full', 'full', 'full']);
  });

  test('lets them wait for a place as long as it is told', () => {
    const run = call(
      '{ bulkhead: { maxConcurrentCalls: 2, maxWaitDuration: 900ms } }',
      SLOW,
      'clients: { user: { every: 100ms, count: 5 } }',
    );
    expect(times(run, 'call', STEP)).toEqual([10, 110, 1_010, 1_110]);
    expect(times(run, 'rejected')).toEqual([1_310]);
  });
});

describe('a rate limiter', () => {
  test('gives so many permissions in each period; the next wait for a later one', () => {
    const run = call(
      '{ rateLimiter: { limitForPeriod: 2, limitRefreshPeriod: 1s } }',
      'clients: { user: { every: 100ms, count: 5 } }',
    );
    expect(times(run, 'call', STEP)).toEqual([10, 110, 1_000, 1_000, 2_000]);
  });

  test('refuses who would have to wait too long', () => {
    const run = call(
      '{ rateLimiter: { limitForPeriod: 2, limitRefreshPeriod: 1s, timeoutDuration: 0s } }',
      'clients: { user: { every: 100ms, count: 5 } }',
    );
    expect(count(run, 'call', STEP)).toBe(2);
    expect(details(run, 'rejected')).toEqual(Array(3).fill('rate-limited'));
    expect(details(run, 'intentFailed')).toEqual(Array(3).fill('429'));
  });
});

describe('a hedge', () => {
  test('sends a second copy of a slow call and takes the answer that comes first', () => {
    const run = call(
      '{ hedge: { after: 100ms } }',
      SLOW,
      'chaos: { stuck: { hang: bank, nth: [1], for: 5s, at: 0s } }',
    );
    expect(times(run, 'hedge')).toEqual([110]);
    expect(times(run, 'intentOk')).toEqual([1_110]);
    expect(count(run, 'request', 'bank.charge')).toBe(2);
  });

  test('sends none where the first is quick enough', () => {
    expect(count(call('{ hedge: { after: 100ms } }'), 'hedge')).toBe(0);
  });

  test('does the work twice, and its second answer comes late', () => {
    const run = call('{ hedge: { after: 100ms } }', SLOW);
    expect(run.facts.length).toBe(2);
    expect(count(run, 'lateReply')).toBe(1);
  });

  test('waits for the other copy when one fails', () => {
    const run = call('{ hedge: { after: 15ms } }', 'chaos: { broken: { errors: bank, nth: [2] } }');
    expect(count(run, 'intentOk')).toBe(1);
  });
});

test('`disableAfter` stops calling for good after so many failures in a row', () => {
  const run = call('{ disableAfter: 3 }', MANY, 'chaos: { broken: { errors: bank, at: 0s, for: 500ms } }');
  expect(count(run, 'call', STEP)).toBe(3);
  expect(new Set(details(run, 'rejected'))).toEqual(new Set(['disabled']));
});

describe('the nesting', () => {
  test('puts the breaker inside the retry: each attempt counts', () => {
    const run = call(
      '{ retry: { maxAttempts: 4, backoff: fixed(1ms) }, circuitBreaker: { consecutive: 4 } }',
      BROKEN,
    );
    expect(details(run, 'breaker')).toEqual(['open']);
  });

  test('puts the fallback around everything: it covers an open breaker', () => {
    const run = call(
      '{ fallback: {}, circuitBreaker: { consecutive: 1 } }',
      BROKEN,
      'clients: { user: { count: 3 } }',
    );
    expect(details(run, 'fallback')).toEqual(['503', 'open', 'open']);
    expect(details(run, 'intentOk')).toEqual(Array(3).fill('degraded'));
  });

  test('puts the bulkhead inside the timeout: waiting for a place counts', () => {
    const run = call(
      '{ timeout: 300ms, bulkhead: { maxConcurrentCalls: 1, maxWaitDuration: 5s } }',
      SLOW,
      'clients: { user: { every: 1ms, count: 2 } }',
    );
    expect(times(run, 'intentFailed')).toEqual([310, 311]);
  });

  test('puts the bulkhead inside the breaker: a full one opens it not', () => {
    const run = call(
      '{ circuitBreaker: { consecutive: 1 }, bulkhead: { maxConcurrentCalls: 1 } }',
      SLOW,
      MANY,
    );
    expect(count(run, 'breaker')).toBe(0);
  });
});

describe('the settings of a call', () => {
  test('are those of the operation, else of the service, else the default', () => {
    const tries = (calls: string) =>
      count(shop(BANK, BROKEN, `services: { shop: { calls: ${calls} } }`), 'call', STEP);
    const n = (maxAttempts: number) => `{ retry: { maxAttempts: ${maxAttempts}, backoff: fixed(1ms) } }`;
    expect(tries(`{ default: ${n(2)} }`)).toBe(2);
    expect(tries(`{ default: ${n(2)}, bank: ${n(3)} }`)).toBe(3);
    expect(tries(`{ default: ${n(2)}, bank: ${n(3)}, bank.charge: ${n(4)} }`)).toBe(4);
    expect(tries('{}')).toBe(1);
  });
});
