import { describe, expect, test } from 'vitest';
import { all, count, details, facts, shop, times } from '../testing.fixture.ts';

/** Users come once a second through a gateway, which needs no time, to a catalog with an old and a new operation. */
const GATEWAY = `
  network: { links: { "* -> gateway": { rtt: 0s }, "gateway -> *": { rtt: 0s } } }
  clients:
    user:
      count: 10
      data: { sku: "'a'", tongue: "index % 2 == 0 ? 'fr' : 'en'", host: "index <= 3 ? 'beta.shop.example' : 'shop.example'" }
      steps: { buy: { call: gateway.page } }
  services:
    gateway: { work: 0s, routes: { page: { match: "GET /v1/page", to: catalog.old } } }
    catalog:
      work: 10ms
      operations:
        old: { steps: { note: { fact: { old: {} } } } }
        new: { steps: { note: { fact: { new: { sku: request.sku } } }, show: { reply: { sku: request.sku } } } }
`;
const through = (route: string, ...patches: readonly string[]) =>
  shop(GATEWAY, `services: { gateway: { routes: { page: ${route} } } }`, ...patches);
const served = (run: ReturnType<typeof shop>) => [facts(run, 'old').length, facts(run, 'new').length];
const MANY = 'clients: { user: { every: 10ms, count: 500 } }';

describe('a route', () => {
  test('sends requests with a header elsewhere, and those of a host', () => {
    const french = through('{ rules: { french: { headers: { tongue: { exact: fr } }, to: catalog.new } } }');
    expect(served(french)).toEqual([5, 5]);
    const beta = through('{ rules: { beta: { headers: { host: { prefix: beta. } }, to: catalog.new } } }');
    expect(served(beta)).toEqual([7, 3]);
  });

  test('takes the first rule of which all headers fit', () => {
    const both = '{ headers: { tongue: { exact: fr }, host: { prefix: beta. } }, to: catalog.new }';
    expect(served(through(`{ rules: { both: ${both} } }`))).toEqual([9, 1]);
  });

  test('divides what no rule sends elsewhere by weights, drawn for each request', () => {
    const [old, fresh] = served(through('{ weights: { catalog.old: 80, catalog.new: 20 } }', MANY));
    expect(old! + fresh!).toBe(500);
    expect(fresh).toBeGreaterThan(70);
    expect(fresh).toBeLessThan(130);
  });

  test('with weights of 0 alone leads nowhere: 404', () => {
    expect(details(through('{ weights: { catalog.old: 0 } }'), 'intentFailed')[0]).toBe('404');
  });

  test('hands on another request than came, where it rewrites', () => {
    const run = through(`{ to: catalog.new, rewrite: { sku: "'sku-' + request.order" } }`);
    expect(facts(run, 'new')[0]).toEqual({ sku: 'sku-order-1' });
  });
});

describe('a malformed request', () => {
  const VALIDATES = '{ to: catalog.new, validate: { sku: string, amount: number } }';
  const outcome = (data: string) => {
    const run = through(VALIDATES, `clients: { user: { count: 2, data: ${data} } }`);
    return [count(run, 'intentOk'), count(run, 'start', 'catalog.new'), details(run, 'denied')[0]];
  };

  test('is answered 400 at the door, and nobody works for it', () => {
    expect(outcome(`{ sku: "'a'", amount: 5 }`)).toEqual([2, 2, undefined]);
    expect(outcome(`{ sku: "'a'", amount: "'much'" }`)).toEqual([0, 0, 'its amount is no number']);
    expect(outcome('{ sku: 7, amount: 5 }')).toEqual([0, 0, 'its sku is no string']);
    expect(outcome(`{ sku: "'a'", amount: null }`)).toEqual([0, 0, 'it has no amount']);
  });

  test('is let through where nobody validates', () => {
    expect(count(through('{ to: catalog.new }', 'clients: { user: { data: { sku: 7 } } }'), 'intentOk')).toBe(
      10,
    );
  });
});

describe('a deprecated route', () => {
  const AGED = '{ deprecation: 2s, sunset: 7s }';

  test('serves everybody, and tells the record who still uses it and how long it lives', () => {
    const uses = all(through(AGED), 'deprecatedUse');
    expect(uses.map(({ at, place, value, detail }) => [at / 1e6, place, value / 1e6, detail])).toEqual([
      [2, 'gateway.page', 5, 'user'],
      [3, 'gateway.page', 4, 'user'],
      [4, 'gateway.page', 3, 'user'],
      [5, 'gateway.page', 2, 'user'],
      [6, 'gateway.page', 1, 'user'],
    ]);
  });

  test('answers 410 from its sunset on', () => {
    const run = through(AGED);
    expect(times(run, 'intentFailed')).toEqual([7_000, 8_000, 9_000]);
    expect(all(run, 'denied')[0]).toMatchObject({ value: 410, detail: 'it ended at 7 s' });
  });

  test('without a sunset lives on', () => {
    const uses = all(through('{ deprecation: 0s }'), 'deprecatedUse');
    expect(uses.map(({ value }) => value)).toEqual(Array.from({ length: 10 }, () => -1));
  });
});

describe('what a control costs', () => {
  const took = (run: ReturnType<typeof shop>) => all(run, 'intentOk').map(({ value }) => value / 1_000);

  test('is nothing unless it is said: a token that is verified, a counter that is shared', () => {
    const limited = through('{ rateLimit: { rate: 100/s } }');
    expect(took(limited)[0]).toBe(10);
    expect(took(through('{ rateLimit: { rate: 100/s, lookup: 300us } }'))[0]).toBe(10.3);
  });

  test('a counter of one replica alone is looked up in no time', () => {
    expect(took(through('{ rateLimit: { rate: 100/s, lookup: 300us, counter: local } }'))[0]).toBe(10);
  });

  test('verifying takes its time for each token, good or bad, and none where none comes', () => {
    const jwt = `
      clients: { user: { token: {} } }
      services: { gateway: { auth: { jwt: { issuer: issuer, verification: 100us } } } }
    `;
    expect(took(through('{}', jwt))[0]).toBe(10.1);
    const expired = through('{}', jwt, 'clients: { user: { token: { age: 5h } } }');
    expect(all(expired, 'intentFailed')[0]?.value).toBe(100);
    expect(all(through('{}', jwt, 'clients: { user: { token: null } }'), 'intentFailed')[0]?.value).toBe(0);
  });
});

describe('a route that requires a precondition', () => {
  const REQUIRES = '{ preconditionRequired: true }';

  test('answers 428 to whoever names no version, and nobody behind is asked', () => {
    const run = through(REQUIRES);
    expect(all(run, 'reply', 'gateway.page').every(({ value }) => value === 428)).toBe(true);
    expect(details(run, 'intentFailed')[0]).toBe('PRECONDITION_REQUIRED');
    expect(served(run)).toEqual([0, 0]);
  });

  test('lets through who names one, right or wrong: only the service behind can tell', () => {
    const run = through(REQUIRES, 'clients: { user: { data: { ifMatch: index } } }');
    expect(served(run)).toEqual([10, 0]);
  });
});

test('of several reasons to refuse a request the first that is asked counts, and the record says which', () => {
  const all = (sunset: string, token: string, amount: string) =>
    details(
      through(
        `{ sunset: ${sunset}, auth: { scopes: [buy] }, rateLimit: { rate: 0.01/s, burst: 1 }, validate: { sku: string } }`,
        `clients: { user: { count: 2, data: { sku: ${amount} }, token: ${token} } }`,
        'services: { gateway: { auth: { jwt: { issuer: issuer } } } }',
      ),
      'denied',
    );
  expect(all('0s', 'null', '1')[0]).toMatch(/^it ended at 0/);
  expect(all('9s', 'null', '1')[0]).toBe('it brings no credentials');
  expect(all('9s', '{}', '1')[0]).toBe('the right buy is missing');
  expect(all('9s', '{ scope: buy }', '1')[0]).toBe('its sku is no string');
  expect(all('9s', '{ scope: buy }', '1')[1]).toMatch(/^the limit of user/);
});
