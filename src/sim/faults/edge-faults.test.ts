import { describe, expect, test } from 'vitest';
import { meshed } from '../mesh/mesh.fixture.ts';
import { all, BANK, count, details, facts, shop, times } from '../testing.fixture.ts';

const fault = (text: string) => `chaos: { it: ${text} }`;
const bank = (text: string, ...more: readonly string[]) => shop(BANK, fault(text), ...more);
const TEN = 'clients: { user: { every: 100ms, count: 10 } }';
/** When orders ended badly, in seconds. */
const failedAt = (run: ReturnType<typeof shop>) => times(run, 'intentFailed').map((at) => at / 1_000);

describe('configPush', () => {
  const SLOW = 'services: { shop: { replicas: 4 } }';
  const push = (settings: string, ...more: string[]) =>
    meshed({}, SLOW, fault(`{ configPush: catalog, ${settings} }`), ...more);
  const ABORT = 'set: { fault: { abort: { httpStatus: 500 } } }';

  test('gives wrong settings to every proxy, and takes them back when it is over', () => {
    const at = failedAt(push(`${ABORT}, during: 2s..4s, within: 0s`));
    expect(at).toHaveLength(20);
    expect([at[0], at.at(-1)]).toEqual([2.01, 3.91]);
  });

  test('reaches each proxy at a moment of its own: for a while some work by the old settings', () => {
    const run = push(`${ABORT}, at: 0s, within: 8s`);
    const bad = failedAt(run).map((at) => Math.floor(at / 2));
    const perTwoSeconds = [0, 1, 2, 3, 4].map((n) => bad.filter((at) => at === n).length);
    expect(perTwoSeconds[1]).toBeLessThan(20);
    expect(perTwoSeconds).toEqual(perTwoSeconds.toSorted((a, b) => a - b));
    expect(perTwoSeconds[4]).toBe(20);
  });

  test('may reach the proxies of one caller alone, or a share of all', () => {
    expect(failedAt(push(`${ABORT}, proxies: "shop[1]", within: 0s`))).toHaveLength(25);
    expect(failedAt(push(`${ABORT}, proxies: catalog, within: 0s`))).toHaveLength(0);
    expect(failedAt(push(`${ABORT}, share: 0%`))).toHaveLength(0);
  });

  test('replaces a setting as a whole and leaves the others as they are', () => {
    const strict = { mtls: 'STRICT', authorization: { get: ['shop'] } };
    const told = fault('{ configPush: catalog, set: { authorization: {} }, within: 0s, at: 5s }');
    const run = meshed(strict, told);
    expect(new Set(details(run, 'callFailed'))).toEqual(new Set(['authz']));
    expect(failedAt(run)).toHaveLength(50);
  });

  test('of a route to a version that nobody runs: 503 with UH', () => {
    expect(details(push('set: { route: { v9: 100 } }'), 'flagged')[0]).toBe('UH');
  });
});

describe('misroute', () => {
  const GATEWAY = `
    clients: { user: { every: 1s, count: 6, steps: { buy: { call: gateway.pay } } } }
    services:
      gateway: { replicas: 2, routes: { pay: { to: bank.charge } } }
    externals: { bank: { operations: { refund: { steps: { give: { fact: { refunded: {} } } } } } } }
  `;
  const wrong = (text: string, ...more: string[]) => bank(text, GATEWAY, ...more);

  test('sends what comes in by a route to another operation, which does its own work', () => {
    const run = wrong('{ misroute: gateway.pay, to: bank.refund, during: 2s..4s }');
    expect([facts(run, 'charged').length, facts(run, 'refunded').length]).toEqual([4, 2]);
    expect(count(run, 'intentOk')).toBe(6);
  });

  test('without another operation answers 404, and nobody behind hears of it', () => {
    const run = wrong('{ misroute: gateway.pay, during: 2s..4s }');
    expect(details(run, 'intentFailed')).toEqual(['404', '404']);
    expect(count(run, 'request', 'bank.charge')).toBe(4);
  });

  test('of one replica of a gateway meets what comes in there', () => {
    expect(count(wrong('{ misroute: "gateway[1].pay" }'), 'intentFailed')).toBe(3);
  });

  test('goes on from a cache after it is mended: the wrong answer was kept', () => {
    const cache =
      'services: { gateway: { replicas: 1, routes: { pay: { cache: { max-age: 3s, key: request.sku } } } } }';
    const prices =
      'externals: { bank: { operations: { charge: { steps: { say: { reply: { price: 5 } } } }, refund: { steps: { say: { reply: { price: 0 } } } } } } }';
    const asks =
      'clients: { user: { data: { amount: 1 }, steps: { buy: { call: gateway.pay, with: { sku: 1 } } } } }';
    const run = wrong('{ misroute: gateway.pay, to: bank.refund, during: 0s..1s }', cache, prices, asks);
    expect(count(run, 'request', 'bank.refund')).toBe(1);
    expect(times(run, 'cacheHit')).toHaveLength(4);
  });
});

describe('authDown', () => {
  const LOGIN = `
    clients: { user: { count: 10, token: {} } }
    services: { shop: { auth: { jwt: { issuer: issuer, jwks: { cacheDuration: 3s } } } } }
  `;
  const down = (settings: string, ...more: string[]) =>
    shop(LOGIN, fault(`{ authDown: ${settings} }`), ...more);

  test('is borne as long as the keys are believed that were fetched before', () => {
    expect(failedAt(down('shop, during: 1s..3s'))).toEqual([]);
  });

  test('then nobody gets in who fails closed, until keys can be fetched again', () => {
    const run = down('shop, during: 1s..6s');
    expect(failedAt(run)).toEqual([3, 4, 5]);
    expect(new Set(details(run, 'denied'))).toEqual(new Set(['the keys of issuer cannot be had']));
  });

  test('is what an explanation of the refusal leads back to', () => {
    const run = down('shop, during: 1s..6s');
    const [denied] = all(run, 'denied');
    expect(all(run)[denied!.cause]?.kind).toBe('fault');
  });

  test('and everybody gets in who fails open, whatever he brings', () => {
    const thief = 'clients: { user: { token: { age: 10h } } }';
    const open = 'services: { shop: { auth: { onError: fail-open } } }';
    const run = down('shop, during: 0s..6s', open, thief);
    expect(count(run, 'intentOk')).toBe(6);
    expect(count(down('shop, during: 0s..6s', thief), 'intentOk')).toBe(0);
  });

  test('of tokens ends calls that need a new one, and not those that have one', () => {
    const calls = `
      services: { shop: { auth: null, calls: { bank: { token: client-credentials } } } }
      externals: { issuer: { issuer: { ttl: 8s }, operations: { token: {} } } }
    `;
    expect(failedAt(shop(LOGIN, BANK, calls, fault('{ authDown: issuer, during: 2s..7s }')))).toEqual([
      4.01, 5.01, 6.01,
    ]);
    expect(failedAt(shop(LOGIN, BANK, calls, fault('{ authDown: issuer, endpoint: keys }')))).toEqual([]);
  });
});

describe('quotaCut', () => {
  const CUT = '{ quotaCut: bank, rate: 2/s, burst: 2 }';

  test('answers 429 to what is over the new rate, and says when to come back', () => {
    const run = bank(CUT, TEN);
    expect(count(run, 'intentOk')).toBe(3);
    expect(new Set(details(run, 'intentFailed'))).toEqual(new Set(['429']));
    expect(run.faults[0]).toMatchObject({ fired: 7 });
  });

  test('is borne by a client that waits as long as it is asked to', () => {
    const retry =
      'services: { shop: { calls: { bank: { retry: { maxAttempts: 4, backoff: fixed(10ms) } } } } }';
    const run = bank(CUT, 'clients: { user: { every: 400ms, count: 5 } }', retry);
    expect(all(run, 'retry').every(({ value }) => value >= 1_000_000)).toBe(true);
    expect(count(run, 'intentOk')).toBe(5);
  });

  test('over again, lets everybody through', () => {
    expect(failedAt(bank('{ quotaCut: bank, rate: 1/s, during: 0s..500ms }', TEN)).at(-1)).toBeLessThan(0.5);
  });
});

test('thirdParty429 is errors with status 429, and a Retry-After', () => {
  const all429 = bank('{ thirdParty429: bank, retry-after: 0s }', TEN);
  expect(details(all429, 'intentFailed')).toEqual(
    details(bank('{ errors: bank, status: 429 }', TEN), 'intentFailed'),
  );
  const retry =
    'services: { shop: { calls: { bank: { retry: { maxAttempts: 2, backoff: fixed(10ms) } } } } }';
  const told = bank('{ thirdParty429: bank, retry-after: 3s, nth: [1] }', retry);
  expect(all(told, 'retry').map(({ value }) => value)).toEqual([3_000_000]);
});

describe('slowUnknown', () => {
  const PATIENCE = 'services: { shop: { calls: { bank: { timeout: 1s } } } }';

  test('does what it is asked at once, and answers when nobody waits any more', () => {
    const run = bank('{ slowUnknown: bank, by: 5s }', PATIENCE);
    expect(run.facts.map(({ name, at }) => [name, at / 1_000])).toEqual([['charged', 30]]);
    expect(details(run, 'intentFailed')).toEqual(['timeout']);
    expect(times(run, 'lateReply')).toEqual([5_030]);
    expect(details(run, 'lateReply')).toEqual(['ok']);
  });

  test('leaves a share undone: the caller sees the same, and the truth is another', () => {
    const run = bank(
      '{ slowUnknown: bank, by: 5s, undone: 40% }',
      PATIENCE,
      'clients: { user: { every: 50ms, count: 100 } }',
    );
    expect(new Set(details(run, 'intentFailed'))).toEqual(new Set(['timeout']));
    expect(run.facts.length).toBeGreaterThan(45);
    expect(run.facts.length).toBeLessThan(75);
    expect(details(run, 'lateReply').filter((how) => how === '503')).toHaveLength(100 - run.facts.length);
  });

  test('tried again, charges twice whoever does not know the repeat', () => {
    const again =
      'services: { shop: { calls: { bank: { retry: { maxAttempts: 2, backoff: fixed(10ms) } } } } }';
    expect(bank('{ slowUnknown: bank, by: 5s }', PATIENCE, again).facts).toHaveLength(2);
  });

  test('keeps an answer that is late from leaving a process that has died', () => {
    const dead = 'chaos: { dead: { crash: bank, at: 500ms, downFor: 1s } }';
    const run = bank('{ slowUnknown: bank, by: 5s }', dead);
    expect(details(run, 'callFailed', 'shop.order.charge')).toEqual(['reset']);
    expect(count(run, 'reply', 'bank.charge')).toBe(0);
  });
});

describe('stuckCanary', () => {
  const V2 = 'services: { catalog: { versions: { v2: { work: 5ms, operations: { get: {} } } } } }';
  const PLAN = { to: 'v2', at: '1s', steps: ['20%', '100%'], hold: '2s', interval: '500ms' };
  const told = (chaos: string, gate?: string, version = V2) =>
    all(meshed({ rollout: gate === undefined ? PLAN : { ...PLAN, gate } }, version, chaos), 'rollout').map(
      ({ at, detail }) => [at / 1e6, detail],
    );

  test('keeps a rollout where it is when a step is over, and lets it go on afterwards', () => {
    expect(told(fault('{ stuckCanary: catalog, during: 2s..6s }'))).toEqual([
      [1, 'step'],
      [6, 'step'],
      [8, 'promoted'],
    ]);
  });

  test('keeps a bad version in, whatever its gate says', () => {
    const BAD =
      'services: { catalog: { versions: { v2: { work: 5ms, operations: { get: { steps: { bug: { fail: BROKEN, status: 500 } } } } } } } }';
    const gate = "requests('catalog@v2') >= 3 && errorRate('catalog@v2') > 0.5";
    const free = told('{}', gate, BAD);
    const stuck = told(fault('{ stuckCanary: catalog, during: 0s..9s }'), gate, BAD);
    expect(free.at(-1)?.[1]).toBe('rolled back');
    expect(Number(free.at(-1)?.[0])).toBeLessThan(6);
    expect(stuck).toEqual([
      [1, 'step'],
      [9, 'rolled back'],
    ]);
  });

  test('keeps a deploy of one replica after the other half-way: both versions answer', () => {
    const run = shop(
      'services: { shop: { replicas: 3, versions: { v2: { operations: { order: {} } } } } }',
      'chaos: { roll: { deploy: shop, to: v2, at: 1s, interval: 1s }, it: { stuckCanary: shop, during: 1500ms..6s } }',
    );
    expect(times(run, 'deployed')).toEqual([1_000, 6_000, 6_000]);
  });
});
