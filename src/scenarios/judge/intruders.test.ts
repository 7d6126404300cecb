import { describe, expect, test } from 'vitest';
import type { Run } from '../../sim/run.ts';
import { BANK, count, details, facts, shop } from '../../sim/testing.fixture.ts';
import { verdictOf } from './history.fixture.ts';

/** Users buy through a gateway that asks for their tokens; the shop has its bank charge them. */
const STORE = `
  clients: { user: { count: 5, token: { aud: store }, steps: { buy: { call: gateway.buy } } } }
  services:
    gateway:
      work: 0s
      auth: { jwt: { issuer: issuer, audiences: [store] } }
      routes: { buy: { match: POST /orders, to: shop.order, maxRequestBytes: 200B, validate: { amount: number } } }
`;
const CHECKS = { refused: { refused: 'thief' }, unread: { must: 'exposed() == 0' } };

/** Somebody who comes four times, after the users have begun. */
const THIEF = `
  clients:
    thief: { intruder: true, every: 1s, count: 4, active: 2500ms.., entity: order, data: { amount: 1 }, steps: { try: { call: gateway.buy } } }
`;

const attack = (settings: string, ...patches: readonly string[]): Run =>
  shop(BANK, STORE, THIEF, `clients: { thief: ${settings} }`, ...patches);

/** How many attempts the judge says got through, and how many requests were read on their way. */
function judged(run: Run) {
  const { checks } = verdictOf(CHECKS, run);
  const through = checks.find(({ id }) => id === 'refused')?.measures?.['succeeded'];
  return {
    through,
    outcome: checks.find(({ id }) => id === 'refused')?.outcome,
    exposed: count(run, 'exposed'),
  };
}
const why = (run: Run) => [...new Set(details(run, 'denied'))];

describe('an intruder at the gateway', () => {
  test.each([
    ['without a token', '{}', 'it brings no credentials'],
    ['with an expired token', '{ token: { aud: store, age: 2h } }', 'its token is expired'],
    ['with a token for another audience', '{ token: { aud: blog } }', 'its token is meant for blog'],
    ['with a token that nobody signed', '{ token: { aud: store, alg: none } }', 'its token is not signed'],
  ])('%s is refused, and the judge counts nothing that got through', (_name, settings, reason) => {
    const run = attack(settings);
    expect(why(run)).toEqual([reason]);
    expect(judged(run)).toEqual({ through: 0, outcome: 'valid', exposed: 0 });
    expect(facts(run, 'charged')).toHaveLength(5);
  });

  test('with another audience gets through where nobody asks for one, and the judge counts each time', () => {
    const run = attack(
      '{ token: { aud: blog } }',
      'services: { gateway: { auth: { jwt: { audiences: [] } } } }',
    );
    expect(judged(run)).toMatchObject({ through: 4, outcome: 'invalid' });
  });

  test('with an oversized payload is answered 413, with a malformed one 400, and nobody works for them', () => {
    const mine = (data: string) => attack(`{ token: { aud: store }, data: ${data} }`);
    const large = mine(`{ amount: 1, note: "'${'x'.repeat(300)}'" }`);
    expect([judged(large).through, why(large)[0]]).toEqual([0, '346 bytes, and 200 are allowed']);
    const odd = mine(`{ amount: "'free'" }`);
    expect([judged(odd).through, why(odd)[0]]).toEqual([0, 'its amount is no number']);
    expect(judged(mine('{ amount: 1 }')).through).toBe(4);
  });
});

describe('an intruder past the gateway', () => {
  const DIRECT = '{ steps: { try: { call: shop.order } } }';

  test('who calls a service directly is served where the network is trusted', () => {
    expect(judged(attack(DIRECT))).toMatchObject({ through: 4, outcome: 'invalid' });
  });

  test('who calls a service directly is refused where it lets in the gateway alone', () => {
    const rules = 'mesh: { shop: { authorization: { order: [gateway] } } }';
    const run = attack(DIRECT, rules);
    expect(judged(run).through).toBe(0);
    expect(why(run)).toEqual(['RBAC: access denied; it came as plain text, from nobody known']);
    expect(facts(run, 'charged')).toHaveLength(5);
  });

  test('with the stolen credential of a service is taken for it, and gets what it may get, and no more', () => {
    const rules = 'mesh: { shop: { authorization: { order: [gateway], cancel: [admin] } } }';
    const more = 'services: { admin: { operations: { idle: {} } }, shop: { operations: { cancel: {} } } }';
    const as = (target: string) =>
      judged(attack(`{ as: gateway, sidecar: true, steps: { try: { call: ${target} } } }`, rules, more))
        .through;
    expect([as('shop.order'), as('shop.cancel')]).toEqual([4, 0]);
  });
});

describe('an intruder who sniffs a link', () => {
  const SNIFFS = '{ sniffs: gateway -> shop, entity: null, data: {}, steps: { try: { call: gateway.buy } } }';

  test('reads what goes over it in plain text, and the judge counts it', () => {
    const run = attack(SNIFFS);
    expect(judged(run).exposed).toBeGreaterThanOrEqual(5);
    expect(new Set(details(run, 'exposed'))).toEqual(new Set(['token']));
    expect(verdictOf(CHECKS, run).checks.find(({ id }) => id === 'unread')?.outcome).toBe('invalid');
  });

  test('replays the tokens that he has read: bearer tokens open the door to whoever bears them', () => {
    const run = attack(SNIFFS);
    expect(judged(run).through).toBe(4);
    expect(facts(run, 'charged')).toHaveLength(9);
  });

  test('reads nothing of what goes over mutual TLS, and has nothing to show', () => {
    const run = attack(SNIFFS, 'mesh: { default: { mtls: STRICT } }');
    expect(judged(run)).toEqual({ through: 0, outcome: 'valid', exposed: 0 });
  });

  test('reads on while mutual TLS is permitted and one side has no sidecar', () => {
    const half = 'mesh: { default: { mtls: PERMISSIVE } }\nservices: { gateway: { sidecar: false } }';
    expect(judged(attack(SNIFFS, half)).exposed).toBeGreaterThanOrEqual(5);
  });
});

describe('an intruder who replays signed web hooks', () => {
  /** The bank tells the gateway of each payment, over a link on which somebody listens. */
  const hooked = (signature: string) => `
    clients:
      user: { steps: { buy: { call: bank.settle } } }
      thief: { sniffs: bank -> gateway, entity: null, data: {}, steps: { try: { call: gateway.hook } } }
    services:
      gateway: { routes: { hook: { to: shop.paid, auth: { required: false }, signature: ${signature} } } }
      shop: { operations: { paid: { steps: { book: { fact: { booked: {} } } } } } }
    externals:
      bank: { calls: { gateway: { sign: true, retry: { maxAttempts: 2, backoff: fixed(10ms) } } }, operations: { settle: { steps: { tell: { call: gateway.hook } } } } }
  `;
  const replayed = (signature: string, ...patches: string[]) => attack('{}', hooked(signature), ...patches);

  test('is refused, since each signature is good for once', () => {
    const run = replayed('{ from: [bank] }');
    expect(judged(run).through).toBe(0);
    expect(why(run)).toEqual(['it has been seen before']);
    expect(facts(run, 'booked')).toHaveLength(5);
  });

  test('gets through within the tolerance where nobody keeps what was seen', () => {
    const run = replayed('{ from: [bank], replays: accept }');
    expect(judged(run).through).toBe(4);
    expect(facts(run, 'booked')).toHaveLength(9);
  });

  test('comes too late after the tolerance', () => {
    const run = replayed('{ from: [bank], replays: accept, tolerance: 1s }');
    expect(judged(run).through).toBe(0);
    expect(why(run)[0]).toMatch(/^it was signed .* ago$/);
  });

  test('cannot sign himself, and a sender who tries again signs anew', () => {
    const own = 'clients: { thief: { sniffs: null, calls: { gateway: { sign: true } } } }';
    expect(why(replayed('{ from: [bank] }', own))).toEqual(['it is signed by thief']);
    const lost =
      'chaos: { lost: { dropReply: bank -> gateway, nth: [2] } }\nexternals: { bank: { calls: { gateway: { timeout: 100ms } } } }';
    const run = replayed('{ from: [bank] }', lost, 'clients: { thief: { count: 0 } }');
    expect([count(run, 'intentOk'), why(run), facts(run, 'booked').length]).toEqual([5, [], 6]);
  });

  test('unsigned, does not get in at all', () => {
    const bare =
      'externals: { bank: { calls: { gateway: { sign: false, retry: null } } } }\nclients: { thief: { count: 0 } }';
    expect(why(replayed('{ from: [bank] }', bare))).toEqual(['it is not signed']);
  });
});

describe('a confused deputy', () => {
  /** The shop shows an order for whoever asks, and its archive believes the shop. */
  const deputy = (token: string) => `
    clients:
      user: { token: { aud: [shop, archive], sub: "'ann'" }, steps: { buy: null, look: { call: shop.show, with: { file: "'file-1'" } } } }
      thief: { token: { aud: [shop, archive], sub: "'eve'" }, steps: { try: { call: shop.show, with: { file: "'file-1'" } } } }
    services:
      shop: { calls: { archive: { token: ${token} } }, operations: { show: { steps: { get: { call: archive.read } } } } }
      archive:
        db: { tables: { files: { key: file, rows: file, columns: { owner: file.owner } } } }
        auth: { jwt: { issuer: issuer, audiences: [archive] }, object: { read: "row.owner == token.sub || token.sub == 'shop'" } }
        operations: { read: { steps: { row: { read: files } } } }
    entities: { file: { count: 1, data: { owner: "'ann'" } } }
  `;
  const world = (token: string) => attack('{}', deputy(token));

  test('acts with its own right on what somebody names who has none, and the judge sees it', () => {
    expect(judged(world('client-credentials'))).toMatchObject({ through: 4, outcome: 'invalid' });
  });

  test('is of no use where it acts with the authority of whoever asks', () => {
    const run = world('{ exchange: { audience: archive } }');
    expect(judged(run)).toMatchObject({ through: 0, outcome: 'valid' });
    expect(why(run)).toEqual(['eve has no right to file-1']);
    expect(count(run, 'intentOk')).toBe(5);
  });
});
