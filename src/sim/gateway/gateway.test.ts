import { describe, expect, test } from 'vitest';
import { ms } from '../kernel/time.ts';
import { all, count, details, facts, shop, times } from '../testing.fixture.ts';

/** Phones ask a gateway for a page 10 times a second, for ten seconds; the shop behind it needs 10 ms for each. */
const GATEWAY = `
  network: { links: { "* -> gateway": { rtt: 0s }, "gateway -> *": { rtt: 0s } } }
  clients:
    user: { every: 100ms, count: 100, entity: null, data: { amount: null, page: "'home'" }, steps: { buy: null, open: { call: gateway.page } } }
  services:
    gateway: { work: 1ms, routes: { page: { match: "GET /pages/{page}", to: shop.order } } }
`;

const gateway = (...patches: string[]) => shop(GATEWAY, ...patches);
const route = (settings: string) => `services: { gateway: { routes: { page: ${settings} } } }`;
/** What the shop behind the gateway was asked. */
const asked = (run: ReturnType<typeof shop>) => count(run, 'request', 'shop.order');

describe('a rate limit', () => {
  test('answers 429 with Retry-After and RateLimit to whoever is over it, and nobody behind is asked', () => {
    const run = gateway(route('{ rateLimit: { rate: 1/s, burst: 5 } }'));
    expect(asked(run)).toBe(14);
    expect(count(run, 'denied', 'gateway.page')).toBe(86);
    const [first] = all(run, 'denied');
    expect(first).toMatchObject({ value: 429, peer: 'gateway[0]' });
    expect(first?.detail).toBe('the limit of user; Retry-After: 1; RateLimit: "page";r=0;t=5');
    expect(details(run, 'intentFailed').every((reason) => reason === '429')).toBe(true);
  });

  test('of one client leaves the others alone', () => {
    const run = gateway(
      `clients: { partner: { every: 10ms, data: { page: "'home'" }, steps: { open: { call: gateway.page } } } }`,
      route('{ rateLimit: { clients: { partner: { rate: 2/s } } } }'),
    );
    expect(count(run, 'intentFailed', 'user')).toBe(0);
    expect(count(run, 'intentOk', 'partner')).toBeLessThan(25);
  });

  test('for all together makes the innocent pay', () => {
    const run = gateway(
      `clients: { user: { every: 130ms }, partner: { every: 7ms, data: { page: "'home'" }, steps: { open: { call: gateway.page } } } }`,
      route('{ rateLimit: { per: all, rate: 20/s } }'),
    );
    expect(count(run, 'intentFailed', 'user')).toBeGreaterThan(50);
  });

  test('that each replica counts for itself lets n times as much through', () => {
    const limit = (counter: string) =>
      asked(
        gateway(
          route(`{ rateLimit: { rate: 2/s, burst: 2, counter: ${counter} } }`),
          'services: { gateway: { replicas: 3 } }',
        ),
      );
    expect(limit('shared')).toBe(21);
    expect(limit('local')).toBe(63);
  });

  test('is obeyed by a client library that waits as Retry-After asks', () => {
    const calls = (obeys: boolean) =>
      `clients: { user: { every: 500ms, count: 4, calls: { gateway: { retry: { maxAttempts: 2, backoff: fixed(10ms), respectRetryAfter: ${obeys} } } } } }`;
    const limited = route('{ rateLimit: { rate: 1/s, burst: 1 } }');
    expect(count(gateway(calls(true), limited), 'intentFailed')).toBeLessThan(
      count(gateway(calls(false), limited), 'intentFailed'),
    );
    expect(all(gateway(calls(true), limited), 'retry')[0]?.value).toBe(ms(1_000));
  });

  test.each(['token-bucket', 'gcra', 'sliding-window', 'sliding-log', 'fixed-window'])(
    'by %s lets its rate through over time',
    (algorithm) => {
      const run = gateway(route(`{ rateLimit: { rate: 5/s, algorithm: ${algorithm} } }`));
      expect(asked(run)).toBeGreaterThanOrEqual(40);
      expect(asked(run)).toBeLessThanOrEqual(55);
    },
  );

  test('of an outside partner answers with the status and the wait that it promises', () => {
    const run = shop(
      `
       clients: { user: { every: 100ms, count: 10, steps: { buy: { call: bank.charge } } } }
       externals: { bank: { rateLimit: { rate: 1/s, burst: 3, retry-after: 2s }, work: 20ms, operations: { charge: {} } } }`,
    );
    expect(count(run, 'denied', 'bank.charge')).toBe(7);
    expect(details(run, 'denied')[0]).toContain('Retry-After: 2');
  });
});

test('a quota gives each consumer so many requests in a window on the clock, and says how long until the next', () => {
  const run = gateway(route('{ quota: { limit: 20, window: 5s } }'));
  expect(asked(run)).toBe(40);
  expect(details(run, 'denied')[0]).toContain('Retry-After: 3');
});

test('a request that is too large is refused with 413 before anybody reads it', () => {
  const run = gateway(
    'clients: { user: { count: 2, data: { bytes: "index == 1 ? 100 : 5000000" } } }',
    route('{ maxRequestBytes: 64KiB }'),
  );
  expect(all(run, 'denied').map(({ value, detail }) => [value, detail])).toEqual([
    [413, '5000000 bytes, and 65536 are allowed'],
  ]);
});

test('shedding by priority refuses the less urgent while much is in progress, and lets the urgent through', () => {
  const run = shop(
    GATEWAY,
    `
     clients:
       user: { every: 10ms, count: 500 }
       payer: { every: 50ms, data: { page: "'home'" }, steps: { pay: { call: gateway.pay } } }
     services:
       shop: { workers: 2, work: 50ms }
       gateway:
         shedding: { low: 5 }
         routes: { page: { priority: low }, pay: { to: shop.order, priority: high } }`,
  );
  expect(count(run, 'intentFailed', 'payer')).toBe(0);
  expect(all(run, 'denied').length).toBeGreaterThan(100);
  expect(
    all(run, 'denied').every(({ value, detail }) => value === 503 && /low priority/.test(detail ?? '')),
  ).toBe(true);
});

describe('an HTTP cache', () => {
  const answers = (header: string) =>
    `services: { shop: { operations: { order: { steps: { answer: { reply: { page: request.page }, cache-control: "${header}" } } } } } }`;
  const cache = (settings = '{}') => route(`{ cache: ${settings} }`);

  test('answers from memory while an answer is fresh, by the age that the service behind gives it', () => {
    const run = gateway(answers('max-age=2'), cache());
    expect(times(run, 'request', 'shop.order')).toHaveLength(5);
    expect(details(run, 'cacheHit').filter((how) => how === 'fresh')).toHaveLength(95);
  });

  test('believes s-maxage before max-age', () => {
    expect(asked(gateway(answers('max-age=1, s-maxage=5'), cache()))).toBe(2);
  });

  test('keeps nothing that is private or no-store, whatever the route says', () => {
    expect(asked(gateway(answers('private, max-age=60'), cache('{ max-age: 60s }')))).toBe(100);
    expect(asked(gateway(answers('no-store'), cache('{ max-age: 60s }')))).toBe(100);
  });

  test('asks each time where it must, and is told that nothing has changed: 304', () => {
    const run = gateway(answers('no-cache'), cache());
    expect(asked(run)).toBe(100);
    expect(all(run, 'reply', 'shop.order').filter(({ value }) => value === 304)).toHaveLength(99);
    expect(details(run, 'cacheHit')).toEqual(new Array(99).fill('revalidated'));
    expect(count(run, 'intentOk')).toBe(100);
  });

  test('saves a slow link the body of what has not changed', () => {
    const thin =
      'network: { links: { "gateway -> *": null, gateway -> shop: { rtt: 0s, bandwidth: 100KiB } } }';
    const large =
      'services: { shop: { operations: { order: { steps: { answer: { reply: { page: request.page }, cache-control: no-cache, bytes: 20KiB } } } } } }';
    const run = gateway(thin, large, cache(), 'clients: { user: { every: 1s, count: 2 } }');
    const [first = 0, second = 0] = all(run, 'intentOk').map(({ value }) => value);
    expect(first).toBeGreaterThan(ms(200));
    expect(second).toBeLessThan(ms(30));
  });

  test('does not share what was answered to a token, unless the service behind says that it is for everybody', () => {
    const token = 'clients: { user: { token: { sub: "\'ada\'" } } }';
    expect(asked(gateway(token, answers('max-age=60'), cache()))).toBe(100);
    expect(asked(gateway(token, answers('public, max-age=60'), cache()))).toBe(1);
  });

  test('that is forced to keep personal answers shows one user what another was answered, until it varies by who asks', () => {
    const personal = `
      clients: { user: { token: { sub: "index % 2 == 0 ? 'ada' : 'bob'" }, data: { me: "index % 2 == 0 ? 'ada' : 'bob'" }, steps: { open: { call: gateway.page }, seen: { fact: { seen: { mine: open.me == request.me } } } } } }
      services: { shop: { operations: { order: { steps: { answer: { reply: { me: request.me } } } } } } }`;
    const wrong = (settings: string) =>
      facts(gateway(personal, cache(settings)), 'seen').filter(({ mine }) => mine !== true).length;
    expect(wrong('{ max-age: 60s }')).toBe(50);
    expect(wrong('{ max-age: 60s, vary: [authorization] }')).toBe(0);
  });

  test('serves stale while one request asks anew, so that nobody waits at expiry', () => {
    const slow = 'services: { shop: { work: 300ms } }';
    const waits = (header: string) =>
      all(gateway(slow, answers(header), cache()), 'intentOk').filter(({ value }) => value > ms(200)).length;
    expect(waits('max-age=2')).toBeGreaterThan(4);
    expect(waits('max-age=2, stale-while-revalidate=5')).toBe(4); // those who came before there was anything
  });

  test('serves stale where asking fails, for as long as it may', () => {
    const broken = 'chaos: { broken: { errors: shop, at: 3s } }';
    expect(count(gateway(broken, answers('max-age=1'), cache()), 'intentFailed')).toBeGreaterThan(50);
    expect(count(gateway(broken, answers('max-age=1, stale-if-error=60'), cache()), 'intentFailed')).toBe(0);
  });

  test('meets a stampede when a hot answer runs out, unless those who ask share one question', () => {
    const slow = 'services: { shop: { work: 500ms } }\nclients: { user: { every: 20ms, count: 100 } }';
    const crowd = (settings: string) => asked(gateway(slow, answers('max-age=60'), cache(settings)));
    expect(crowd('{}')).toBeGreaterThan(20);
    expect(crowd('{ coalesce: true }')).toBe(1);
  });

  test('lets all who share a question share its failure', () => {
    const run = gateway(
      'services: { shop: { work: 500ms } }\nclients: { user: { every: 20ms, count: 20 } }\nchaos: { broken: { errors: shop } }',
      answers('max-age=60'),
      cache('{ coalesce: true }'),
    );
    expect(count(run, 'intentFailed')).toBe(20);
  });

  test('passes a POST by', () => {
    expect(asked(gateway(answers('max-age=60'), route('{ match: "POST /pages/{page}", cache: {} }')))).toBe(
      100,
    );
  });

  test('takes the path for its key, so that who asks makes no difference', () => {
    const who = 'clients: { user: { data: { visitor: "index" } } }';
    expect(asked(gateway(who, answers('max-age=60'), cache()))).toBe(1);
    expect(asked(gateway(who, answers('max-age=60'), route('{ match: "GET /home", cache: {} }')))).toBe(100);
  });
});

describe('idempotency keys at the edge', () => {
  const keyed = `
    clients: { user: { every: 1s, count: 1, data: { page: null, amount: "100" }, calls: { gateway: { idempotencyKey: "'k1'" } } } }
    services: { shop: { operations: { order: { steps: { take: { fact: { charged: {} } } } } } } }`;
  const pay = (settings: string) =>
    `services: { gateway: { routes: { page: { match: "POST /payments", idempotency: ${settings} } } } }`;

  test('answer a repeat with what was answered the first time, and the work is done once', () => {
    const run = gateway(keyed, pay('{}'), 'clients: { user: { count: 3 } }');
    expect(facts(run, 'charged')).toHaveLength(1);
    expect(count(run, 'intentOk')).toBe(3);
    expect(details(run, 'dedupe')).toEqual(['replayed', 'replayed']);
  });

  test('answer 409 while the first request is in progress', () => {
    const run = gateway(
      keyed,
      pay('{}'),
      'clients: { user: { every: 100ms, count: 2 } }\nservices: { shop: { work: 500ms } }',
    );
    expect(all(run, 'dedupe').map(({ value, detail }) => [value, detail])).toEqual([[409, 'busy']]);
    expect(facts(run, 'charged')).toHaveLength(1);
  });

  test('answer 422 to a known key with another body', () => {
    const run = gateway(keyed, pay('{}'), 'clients: { user: { count: 2, data: { amount: "100 * index" } } }');
    expect(all(run, 'dedupe').map(({ value, detail }) => [value, detail])).toEqual([[422, 'mismatch']]);
  });

  test('are asked for with 400 where they are required', () => {
    const run = gateway(
      keyed,
      pay('{ required: true }'),
      'clients: { user: { calls: { gateway: { idempotencyKey: null } } } }',
    );
    expect(all(run, 'denied').map(({ value }) => value)).toEqual([400]);
  });

  test('that are new with each retry protect nobody: the work is done twice', () => {
    const lost = 'chaos: { lost: { dropReply: gateway -> shop, nth: [1] } }';
    const retries = (key: string) =>
      `clients: { user: { calls: { gateway: { timeout: 500ms, retry: { maxAttempts: 3 }, idempotencyKey: "${key}" } } } }\nservices: { gateway: { calls: { shop: { timeout: 100ms } } } }`;
    const charged = (key: string, dedupe: string) =>
      facts(gateway(keyed, pay('{}'), lost, retries(key), dedupe), 'charged').length;
    const owner =
      'services: { gateway: { calls: { shop: { idempotencyKey: request.idempotencyKey } } }, shop: { operations: { order: { dedupe: { key: request.idempotencyKey, in: memory } } } } }';
    expect(charged('uuid()', owner)).toBe(2);
    expect(charged("'k1'", owner)).toBe(1);
  });

  test('of one client are not those of another', () => {
    const run = gateway(
      keyed,
      pay('{}'),
      `clients: { other: { every: 1s, count: 1, data: { amount: "100" }, calls: { gateway: { idempotencyKey: "'k1'" } }, steps: { open: { call: gateway.page } } } }`,
    );
    expect(facts(run, 'charged')).toHaveLength(2);
  });
});
