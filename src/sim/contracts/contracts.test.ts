import { describe, expect, test } from 'vitest';
import { simulate } from '../index.ts';
import { all, count, details, facts, SHOP, shop, worldOf } from '../testing.fixture.ts';

/** The shop asks a bank for a price in euros, and charges it; the bank's second version has another idea of a price. */
const PRICES = `
  network: { links: { "* -> bank": { rtt: 0s } } }
  clients: { user: { every: 100ms, count: 60 } }
  contracts:
    Price: { operation: bank.price, fields: { amount: { type: float, unit: euros }, note: string } }
  services:
    shop:
      reads: { Price: [amount] }
      operations: { order: { steps: { price: { call: bank.price }, pay: { fact: { charged: { paid: price.amount } } } } } }
    bank:
      work: 1ms
      operations: { price: { steps: { answer: { reply: { amount: "25", note: "'fine'" } } } } }
  chaos: { release: { deploy: bank, to: v2, at: 3050ms, interval: 0s } }
`;
/** What the bank's second version speaks and answers, the first with all its settings. */
const second = (fields: string, reply: string, more = '') => `
  contracts: { Price: { versions: { g2: { fields: ${fields} } } } }
  services: { bank: { versions: { v2: { work: 1ms, speaks: { Price: g2 }, operations: { price: { steps: { answer: { reply: ${reply} } } } } } } } }
  ${more}
`;
const paid = (run: ReturnType<typeof shop>) => [
  ...new Set(facts(run, 'charged').map(({ paid: amount }) => amount)),
];

const INTEGER = '{ amount: { type: int, unit: cents } }';

describe('an answer that changes', () => {
  test('by a further field is read by who reads only what it needs', () => {
    const run = shop(
      PRICES,
      second('{ currency: string }', `{ amount: "25", note: "''", currency: "'EUR'" }`),
    );
    expect(count(run, 'intentOk')).toBe(60);
    expect(paid(run)).toEqual([25]);
  });

  test('in its meaning and not in its name is misread without a word: everybody pays a hundred times too much', () => {
    const run = shop(PRICES, second(INTEGER, `{ amount: "2500", note: "''" }`));
    expect(count(run, 'intentOk')).toBe(60);
    expect(paid(run)).toEqual([25, 2500]);
    expect(count(run, 'misread')).toBe(29);
    expect(details(run, 'misread')[0]).toBe('g2 read as g1: amount: cents read as euros');
  });

  test('back with a rollback is read again', () => {
    const back = 'chaos: { back: { deploy: bank, to: v1, at: 4050ms, interval: 0s } }';
    const run = shop(PRICES, second(INTEGER, `{ amount: "2500", note: "''" }`), back);
    expect(count(run, 'misread')).toBe(10);
  });
});

/** Runs a world in which one generation of a contract lacks a field of the one before. */
function without(contract: string, generation: string, field: string, ...patches: readonly string[]) {
  const world = worldOf(SHOP, ...patches);
  const found = world.contracts[contract];
  const fields = { ...found?.versions[generation]?.fields, [field]: null };
  if (!found) throw new Error(`there is no ${contract}`);
  const versions = { ...found.versions, [generation]: { fields } };
  return simulate({ ...world, contracts: { ...world.contracts, [contract]: { ...found, versions } } }, 'any');
}

describe('a renamed field', () => {
  const renamed = second('{ price: { type: float, unit: euros } }', `{ price: "25", note: "''" }`);
  const rename = (...more: string[]) => without('Price', 'g2', 'amount', PRICES, renamed, ...more);

  test('breaks every reader of the old name', () => {
    const run = rename();
    expect(count(run, 'intentFailed')).toBe(29);
    expect(details(run, 'unreadable')[0]).toBe('g2 read as g1: amount is missing');
  });

  test('lets a tolerant reader with a default go on, with a price of nothing', () => {
    const run = rename('contracts: { Price: { fields: { amount: { default: 0 } } } }');
    expect(count(run, 'intentFailed')).toBe(0);
    expect(paid(run)).toEqual([25, 0]);
  });

  test('harms nobody while the old name is sent as well: expand, migrate, contract', () => {
    const both = second(
      '{ price: { type: float, unit: euros } }',
      `{ amount: "25", price: "25", note: "''" }`,
    );
    const run = shop(PRICES, both);
    expect(count(run, 'intentFailed') + count(run, 'misread')).toBe(0);
    expect(paid(run)).toEqual([25]);
  });

  test('is the same field to Protocol Buffers, which know it by its number', () => {
    const run = rename(
      'contracts: { Price: { format: protobuf, fields: { amount: { number: 1 }, note: { type: string, number: 2 } }, versions: { g2: { fields: { price: { number: 1 } } } } } }',
    );
    expect(count(run, 'intentFailed')).toBe(0);
    expect(paid(run)).toEqual([25]);
  });

  test('whose number is not kept reads as zero with Protocol Buffers, and nothing fails', () => {
    const run = rename(
      'contracts: { Price: { format: protobuf, fields: { amount: { number: 1 }, note: { type: string, number: 2 } }, versions: { g2: { fields: { price: { number: 3 } } } } } }',
    );
    expect(count(run, 'intentFailed')).toBe(0);
    expect(paid(run)).toEqual([25, 0]);
    expect(details(run, 'misread')[0]).toContain('amount is not sent, and reads as 0');
  });
});

describe('a value that an enumeration did not have', () => {
  const states = (reads: string) => `
    contracts: { Price: { fields: { note: { enum: [fine, sold] ${reads} } }, versions: { g2: { fields: { note: { enum: [fine, sold, lost] } } } } } }
    services: { shop: { reads: { Price: [amount, note] } }, bank: { versions: { v2: { work: 1ms, speaks: { Price: g2 }, operations: { price: { steps: { answer: { reply: { amount: "25", note: "'lost'" } } } } } } } } }`;

  test('breaks a strict reader', () => {
    const run = shop(PRICES, states(''));
    expect(count(run, 'intentFailed')).toBe(29);
    expect(details(run, 'unreadable')[0]).toContain('note is lost, which the reader does not know');
  });

  test('does not concern a reader that needs other fields, but one that reads all of them', () => {
    const reading = (reads: string) => states('').replace('[amount, note]', reads);
    expect(count(shop(PRICES, reading('[amount]')), 'intentFailed')).toBe(0);
    expect(count(shop(PRICES, reading('all')), 'intentFailed')).toBe(29);
  });

  test('is its default to a reader that has one', () => {
    expect(count(shop(PRICES, states(', default: fine')), 'intentFailed')).toBe(0);
  });
});

describe('messages', () => {
  const ORDERS = `
    brokers: { rabbitmq: { delivery: 1ms, confirm: 1ms, queues: { jobs: { deadLetter: rabbitmq/dead }, dead: {} } } }
    network: { links: { "* -> rabbitmq": { rtt: 0s }, "rabbitmq -> *": { rtt: 0s } } }
    contracts: { Ordered: { channel: rabbitmq/jobs, format: avro, fields: { order: string, notes: string } } }
    services:
      shop:
        operations: { order: { steps: { tell: { publish: rabbitmq/jobs, type: Ordered, body: { notes: "'x'" } } } } }
        versions: { v2: { work: 10ms, speaks: { Ordered: g2 }, operations: { order: { steps: { tell: { publish: rabbitmq/jobs, type: Ordered, body: { notes: "'x'" } } } } } } }
      worker:
        reads: { Ordered: [order, notes] }
        consumers: { jobs: { from: rabbitmq/jobs, do: handle } }
        operations: { handle: { steps: { done: { fact: { handled: {} } } } } }
    clients: { user: { every: 100ms, count: 60 } }
    chaos: { release: { deploy: shop, to: v2, at: 3050ms, interval: 0s } }
  `;

  test('that cannot be read are poison: they are given up, and never handled', () => {
    const run = shop(
      ORDERS,
      'contracts: { Ordered: { versions: { g2: { fields: { notes: { type: int } } } } } }',
    );
    expect(facts(run, 'handled')).toHaveLength(31);
    expect(count(run, 'unreadable', 'worker.jobs')).toBe(29);
    expect(count(run, 'deadLetter')).toBe(29);
  });

  test.each([
    ['NONE', true],
    ['BACKWARD', false],
    ['FULL', false],
  ])('under %s a field of another type is let out: %s', (mode, out) => {
    const run = shop(
      ORDERS,
      `contracts: { Ordered: { compatibility: ${mode}, versions: { g2: { fields: { notes: { type: int } } } } } }`,
    );
    expect(count(run, 'deployed') > 0).toBe(out);
    expect(facts(run, 'handled')).toHaveLength(out ? 31 : 60);
    if (!out) expect(details(run, 'deployRefused')[0]).toContain(`Ordered g2 is not ${mode}`);
  });

  test('under BACKWARD a field may go, and readers that are not upgraded fail: consumers go first', () => {
    const g2 = 'contracts: { Ordered: { compatibility: BACKWARD, versions: { g2: { fields: {} } } } }';
    const run = without('Ordered', 'g2', 'notes', ORDERS, g2);
    expect(count(run, 'deployed')).toBe(1);
    expect(count(run, 'unreadable')).toBe(29);
  });

  test('under FORWARD a field that a reader needs may not go', () => {
    const g2 = 'contracts: { Ordered: { compatibility: FORWARD, versions: { g2: { fields: {} } } } }';
    const run = without('Ordered', 'g2', 'notes', ORDERS, g2);
    expect(details(run, 'deployRefused')[0]).toBe(
      'v2: Ordered g2 is not FORWARD: notes is missing and has no default',
    );
    expect(facts(run, 'handled')).toHaveLength(60);
  });
});

test('a gate asks every reader that is alive, and lets nothing out that one of them could not read', () => {
  const run = shop(
    PRICES,
    second(INTEGER, `{ amount: "2500", note: "''" }`),
    'contracts: { Price: { gate: consumers } }',
  );
  expect(count(run, 'deployed')).toBe(0);
  expect(all(run, 'deployRefused')[0]?.detail).toBe(
    'v2: Price g2: shop v1 cannot read it (amount: cents read as euros)',
  );
  expect(paid(run)).toEqual([25]);
});
