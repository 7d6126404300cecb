import { describe, expect, test } from 'vitest';
import { seconds } from '../kernel/time.ts';
import { all, changed, count, details, facts, SHOP, shop, times, worldOf } from '../testing.fixture.ts';
import { doubtOf, type Token } from './token.ts';

/** Users come once a second with a token, and the shop believes those of the authorization server `idp`. */
const LOGIN = `
  network: { links: { "* -> idp": { rtt: 0s }, "idp -> *": { rtt: 0s } } }
  clients: { user: { count: 10, token: { aud: shop, scope: [orders:write], sub: request.order } } }
  services: { shop: { auth: { jwt: { issuer: idp, audiences: [shop] } } } }
  externals: { idp: { work: 5ms, issuer: { ttl: 5m }, operations: { jwks: {}, token: {} } } }
`;
const login = (...patches: string[]) => shop(LOGIN, ...patches);

const client = (settings: string) => `clients: { user: ${settings} }`;
const outcome = (run: ReturnType<typeof shop>) => [count(run, 'intentOk'), count(run, 'intentFailed')];

describe('a token is believed only', () => {
  const claims: Token = {
    iss: 'idp',
    aud: ['shop'],
    sub: 'ada',
    scope: [],
    nbf: seconds(100),
    exp: seconds(400),
    kid: 'k1',
    alg: 'RS256',
    act: null,
  };
  const verifier = { issuer: 'idp', audiences: ['shop'], clockSkew: seconds(60) };
  const doubt = (changes: Partial<Token>, now = 200) =>
    doubtOf({ ...claims, ...changes }, verifier, (kid) => kid === 'k1', seconds(now));

  test.each([
    ['if it is as it should be', {}, 200, null],
    ['if it is signed', { alg: 'none' }, 200, 'not signed'],
    ['if its key is in the set', { kid: 'k2' }, 200, 'unknown key k2'],
    ['if the right one issued it', { iss: 'evil' }, 200, 'issued by evil'],
    ['if it is meant for the one who asks', { aud: ['reviews'] }, 200, 'meant for reviews'],
    ['if it says for whom it is meant', { aud: [] }, 200, 'without an audience'],
    ['within the clock skew after exp', {}, 459, null],
    ['before exp and the clock skew', {}, 460, 'expired'],
    ['within the clock skew before nbf', {}, 40, null],
    ['after nbf less the clock skew', {}, 39, 'not valid yet'],
  ] as const)('%s', (_name, changes, now, expected) => {
    expect(doubt(changes, now)).toBe(expected);
  });

  test('whoever it is meant for, where nobody asks for an audience: a token for one service opens another', () => {
    expect(
      doubtOf({ ...claims, aud: ['reviews'] }, { ...verifier, audiences: [] }, () => true, seconds(200)),
    ).toBe(null);
  });
});

describe('at the door of a service', () => {
  test('a good token comes in, after the keys of its issuer were fetched once', () => {
    const run = login();
    expect(outcome(run)).toEqual([10, 0]);
    expect(times(run, 'request', 'idp.jwks')).toHaveLength(1);
  });

  test.each([
    ['no token', '{ token: null }', 'it brings no credentials'],
    ['an expired token', '{ token: { age: 10m } }', 'its token is expired'],
    ['a token for somebody else', '{ token: { aud: reviews } }', 'its token is meant for reviews'],
    ['an unsigned token', '{ token: { alg: none } }', 'its token is not signed'],
  ])('%s is answered 401, and no worker is held for it', (_name, settings, why) => {
    const run = login(client(settings));
    expect(outcome(run)).toEqual([0, 10]);
    expect(new Set(details(run, 'denied'))).toEqual(new Set([why]));
    expect(all(run, 'denied')[0]?.value).toBe(401);
    expect(count(run, 'start', 'shop.order')).toBe(0);
  });

  test('a good token without the right is answered 403', () => {
    const run = login('services: { shop: { auth: { scopes: { order: orders:refund } } } }');
    expect(all(run, 'denied')[0]).toMatchObject({ value: 403, detail: 'the right orders:refund is missing' });
  });

  test('an API key that is known comes in, whoever shows it; another does not', () => {
    const keys = 'services: { shop: { auth: { jwt: null, apiKeys: [partner] } } }';
    expect(outcome(login(keys, client('{ token: null, apiKey: partner }')))).toEqual([10, 0]);
    expect(outcome(login(keys, client('{ token: null, apiKey: other }')))).toEqual([0, 10]);
  });

  test('clocks that disagree by more than the skew make new tokens not valid yet', () => {
    const ahead = (by: string) => login(`externals: { idp: { issuer: { ahead: ${by} } } }`);
    expect(outcome(ahead('50s'))).toEqual([10, 0]);
    expect(outcome(ahead('70s'))).toEqual([0, 10]);
    expect(new Set(details(ahead('70s'), 'denied'))).toEqual(new Set(['its token is not valid yet']));
  });

  describe('whose wall clock is wrong', () => {
    const wrong = (clock: string, ...more: string[]) => login(`chaos: { it: { clock: ${clock} } }`, ...more);

    test('tokens have expired by its clock while its callers hold them for good', () => {
      // A token lives for 5 min, and 60 s of skew are forgiven.
      expect(outcome(wrong('shop, offset: 350s'))).toEqual([10, 0]);
      const run = wrong('shop, offset: 370s');
      expect(outcome(run)).toEqual([0, 10]);
      expect(new Set(details(run, 'denied'))).toEqual(new Set(['its token is expired']));
    });

    test('and behind, tokens are not valid yet, and expired ones are believed', () => {
      const behind = 'shop, offset: 70s, behind: true';
      expect(new Set(details(wrong(behind), 'denied'))).toEqual(new Set(['its token is not valid yet']));
      const old = client('{ token: { age: 400s } }');
      expect(outcome(login(old))).toEqual([0, 10]);
      expect(outcome(wrong(behind, old))).toEqual([10, 0]);
    });

    test('refuses from the moment at which it jumps, since nothing sets it right', () => {
      expect(times(wrong('shop, offset: 1h, at: 4500ms'), 'intentFailed')).toEqual([
        5_000, 6_000, 7_000, 8_000, 9_000,
      ]);
    });

    test('is why: each refusal comes of the fault, but not one that the right time would have led to as well', () => {
      const run = wrong('shop, offset: 1h');
      const records = all(run);
      const causes = all(run, 'denied').map(({ cause }) => records[cause]?.kind);
      expect(causes).toEqual(Array(10).fill('fault'));
      expect(run.faults[0]?.fired).toBe(11);
      expect(wrong('shop, offset: 1h', client('{ token: { age: 10m } }')).faults[0]?.fired).toBe(1);
    });

    test('on one replica: only those fail who meet it', () => {
      const two = 'services: { shop: { replicas: 2 } }';
      expect(outcome(wrong('"shop[1]", offset: 1h', two))).toEqual([5, 5]);
    });

    test('has no effect to report where nobody looks at a clock', () => {
      expect(shop('chaos: { it: { clock: shop, offset: 1h } }').faults[0]?.fired).toBe(0);
    });
  });
});

describe('key rotation', () => {
  const rotation = (keys: string, jwks = '{}') =>
    login(
      `externals: { idp: { issuer: { keys: ${keys} } } }`,
      `services: { shop: { auth: { jwt: { jwks: ${jwks} } } } }`,
      'clients: { user: { every: 1s, count: 200 } }',
      'run: { for: 200s }',
    );
  const signsAtOnce = '{ k1: { retired: 60s }, k2: { published: 60s, signs: 60s } }';
  const publishedBefore = '{ k1: { retired: 190s }, k2: { published: 60s, signs: 100s } }';

  test('that signs with a key before caches know it is a wave of 401 as long as the cache', () => {
    const run = rotation(signsAtOnce, '{ cacheDuration: 90s }');
    const waves = times(run, 'intentFailed');
    expect([waves[0], waves.at(-1), waves.length]).toEqual([60_000, 90_000, 31]);
  });

  test('that publishes the new key a cache time before it signs with it costs nobody anything', () => {
    expect(outcome(rotation(publishedBefore, '{ cacheDuration: 30s }'))).toEqual([200, 0]);
  });

  test('at once costs nobody anything where an unknown key makes the verifier fetch again', () => {
    const run = rotation(signsAtOnce, '{ cacheDuration: 90s, refetch: true }');
    expect(outcome(run)).toEqual([200, 0]);
  });
});

describe('while keys cannot be had', () => {
  const down = (onError: string) =>
    login(
      `services: { shop: { calls: { idp: { timeout: 100ms } }, auth: { onError: ${onError}, jwt: { jwks: { cacheDuration: 3s } } } } }`,
      'chaos: { idp-down: { errors: idp, at: 1500ms } }',
    );

  test('those keys that are known go on for their time, then fail-closed lets nobody in', () => {
    const run = down('fail-closed');
    expect(outcome(run)).toEqual([4, 6]);
    expect(details(run, 'denied').at(-1)).toBe('the keys of idp cannot be had');
  });

  test('fail-open lets everybody in, also those whose token nobody has looked at', () => {
    expect(outcome(down('fail-open'))).toEqual([10, 0]);
  });
});

/** Users come with tokens for the store; the shop calls a bank, which believes such tokens. */
const CHAIN = `
  clients: { user: { token: { aud: [store], scope: [orders:write, refund] } } }
  services:
    shop: { auth: { jwt: { audiences: [store] } }, operations: { order: { steps: { charge: { call: bank.charge } } } } }
    bank: { auth: { jwt: { issuer: idp, audiences: [store] } }, operations: { charge: {}, refund: { steps: { give: { fact: { refunded: {} } } } } } }
  network: { links: { "* -> bank": { rtt: 0s } } }
`;

describe('on whose authority a service calls', () => {
  const bank = (token: string, audience = 'store', scope = '') =>
    login(
      CHAIN,
      `services: { shop: { calls: { bank: { token: ${token} } } }, bank: { auth: { jwt: { audiences: [${audience}] }, scopes: { charge: [${scope}] } } } }`,
    );

  test('a token that came with the request goes on, and is good wherever its audience is', () => {
    expect(outcome(bank('forward'))).toEqual([10, 0]);
    expect(outcome(bank('none'))).toEqual([0, 10]);
  });

  test('client credentials are asked for once, kept until they run out, and speak for no user', () => {
    const run = bank('client-credentials', 'bank');
    expect(outcome(run)).toEqual([10, 0]);
    expect(count(run, 'request', 'idp.token')).toBe(1);
  });

  test('an exchange gives each user’s call a token for one audience and one right, at the price of a call', () => {
    const run = bank('{ exchange: { audience: bank, scope: [charge] } }', 'bank', 'charge');
    expect(outcome(run)).toEqual([10, 0]);
    expect(count(run, 'request', 'idp.token')).toBe(10);
  });

  test('nobody is called while the authorization server gives no token', () => {
    const run = login(
      CHAIN,
      'services: { shop: { calls: { bank: { token: client-credentials }, idp: { timeout: 50ms } } } }',
      'chaos: { idp-down: { hang: idp.token } }',
    );
    expect(details(run, 'rejected')).toContain('no-token');
    expect(count(run, 'request', 'bank.charge')).toBe(0);
  });
});

describe('an intruder', () => {
  const thief = (token: string) =>
    `clients: { thief: { intruder: true, as: shop, every: 1s, active: 5s.., token: ${token}, steps: { take: { call: bank.refund } } } }`;
  const stolen = (run: ReturnType<typeof shop>) => facts(run, 'refunded').length;

  test('with no token, or its own for another audience, is refused', () => {
    expect(stolen(login(CHAIN, thief('null')))).toBe(0);
    expect(stolen(login(CHAIN, thief('{ aud: [reviews] }')))).toBe(0);
  });

  test('that replays tokens stolen from a service gets in where one audience is for all', () => {
    expect(stolen(login(CHAIN, thief('{ stolenFrom: shop }')))).toBeGreaterThan(4);
  });

  test('that replays tokens stolen from a service is refused where each service asks for its own audience', () => {
    const own = `
      services:
        shop: { calls: { bank: { token: { exchange: { audience: bank, scope: [charge] } } } } }
        bank: { auth: { jwt: { audiences: [bank] } } }`;
    const run = login(CHAIN, own, thief('{ stolenFrom: shop }'));
    expect(stolen(run)).toBe(0);
    expect(count(run, 'intentOk', 'user')).toBe(10);
    expect(new Set(details(run, 'denied'))).toEqual(new Set(['its token is meant for store']));
  });

  test('that calls past the gateway meets no token check where only the gateway has one', () => {
    const open = 'services: { bank: { auth: null } }';
    expect(stolen(login(CHAIN, open, thief('null')))).toBeGreaterThan(4);
  });
});

describe('object level authorization', () => {
  const orders = `
    clients: { user: { apiKey: ada, token: null, data: { owner: "'ada'" } } }
    services:
      shop:
        auth: { jwt: null, apiKeys: [ada, bob] }
        db: { read: 1ms, commit: 1ms, tables: { orders: { key: order } } }
        operations:
          order: { steps: { save: { upsert: orders, set: { owner: request.owner } } } }
          look: { steps: { find: { read: orders }, answer: { reply: find } } }
  `;
  const enumerating = `clients: { bob: { every: 1s, active: 5s.., data: { order: "'order-' + string(index)" }, apiKey: bob, steps: { look: { call: shop.look, fact: { seen: {} } } } } }`;
  const owner = 'services: { shop: { auth: { object: { look: row.owner == token.sub } } } }';

  test('that is missing lets who is known read what is not theirs', () => {
    expect(facts(login(orders, enumerating), 'seen').length).toBeGreaterThan(3);
  });

  test('refuses each object that is another’s with 403, and gives who owns it theirs', () => {
    const run = login(orders, enumerating, owner);
    expect(facts(run, 'seen')).toHaveLength(0);
    expect(all(run, 'denied', 'shop.look')[0]).toMatchObject({
      value: 403,
      detail: 'bob has no right to order-1',
    });
    const own = enumerating.replaceAll('bob', 'eve').replace('apiKey: eve', 'apiKey: ada');
    expect(facts(login(orders, own, owner), 'seen').length).toBeGreaterThan(3);
  });
});

test('a client that is given another key uses it from then on', () => {
  const keys = (key: string) =>
    worldOf(
      SHOP,
      LOGIN,
      `clients: { user: { token: null, apiKey: ${key} } }\nservices: { shop: { auth: { jwt: null, apiKeys: [new] } } }`,
    );
  const run = changed(seconds(4.5), keys('old'), keys('new'));
  expect(outcome(run)).toEqual([5, 5]);
});
