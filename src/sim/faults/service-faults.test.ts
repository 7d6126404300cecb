import { describe, expect, test } from 'vitest';
import { all, BANK, count, DATABASE, details, QUEUE, shop, times } from '../testing.fixture.ts';

const fault = (text: string) => `chaos: { it: ${text} }`;
const MANY = 'clients: { user: { every: 10ms, count: 200 } }';
const bank = (text: string, ...more: readonly string[]) => shop(BANK, fault(text), ...more);

/** How long the shop waited for its bank, in ms. */
const waited = (run: ReturnType<typeof shop>) =>
  all(run, 'callOk', 'shop.order.charge').map(({ value }) => value / 1_000);

describe('slow', () => {
  test('makes one replica work so many times as long, while it takes its share', () => {
    expect(
      waited(
        bank(
          '{ slow: "bank[0]", x: 10 }',
          'externals: { bank: { replicas: 2 } }',
          'clients: { user: { count: 4 } }',
        ),
      ),
    ).toEqual([200, 20, 200, 20]);
  });
});

describe('hang', () => {
  test('takes a request and its worker, and answers when the fault is over: with a broken connection', () => {
    const run = bank('{ hang: bank, at: 0s, for: 3s }');
    expect(times(run, 'reply', 'bank.charge')).toEqual([3_000]);
    expect(details(run, 'intentFailed')).toEqual(['reset']);
    expect(run.facts).toEqual([]);
  });

  test('of one operation leaves the others', () => {
    expect(bank('{ hang: bank.refund }').facts.length).toBe(1);
    expect(bank('{ hang: bank.charge }').facts.length).toBe(0);
  });

  test('uses the workers up', () => {
    const run = bank(
      '{ hang: bank, nth: [1, 2], at: 0s, for: 5s }',
      'externals: { bank: { workers: 2 } }',
      'clients: { user: { count: 3 } }',
    );
    expect(times(run, 'start', 'bank.charge')).toEqual([10, 1_010, 5_000]);
  });
});

describe('crash', () => {
  test('kills all replicas of a service at a time, or one', () => {
    const two = 'externals: { bank: { replicas: 2 } }';
    expect(all(bank('{ crash: bank, at: 5s }', two), 'crash').map(({ place, at }) => [place, at])).toEqual([
      ['bank[0]', 5_000_000],
      ['bank[1]', 5_000_000],
    ]);
    expect(
      all(bank('{ crash: "bank[1]", at: 5s, downFor: 2s }', two), 'restart').map(({ place, at }) => [
        place,
        at,
      ]),
    ).toEqual([['bank[1]', 7_000_000]]);
  });

  test('between two steps kills the replica whose request has done the first and not yet the second', () => {
    const crashes = (steps: string) =>
      all(
        shop(
          DATABASE,
          QUEUE,
          `services: { shop: { operations: { order: { steps: ${steps} } } } }`,
          fault('{ crash: shop, between: [order.keep, order.tell] }'),
        ),
        'crash',
      ).map(({ at }) => at / 1_000);
    expect(crashes('{ tell: null, keep: { insert: orders }, after: { publish: rabbitmq/jobs } }')).toEqual([
      15,
    ]);
    expect(crashes('{ tell: { publish: rabbitmq/jobs }, keep: { insert: orders } }')).toEqual([]);
  });

  test('kills a relay of an outbox', () => {
    const run = shop(
      DATABASE,
      QUEUE,
      'services: { shop: { outbox: {} } }',
      fault('{ crash: "shop.outbox[0]", at: 1s }'),
    );
    expect(all(run, 'crash').map(({ place }) => place)).toEqual(['shop.outbox[0]']);
  });
});

describe('crashAt', () => {
  test('kills the replica that passes a step for the n-th time, right after its effect', () => {
    const run = bank(
      '{ crashAt: bank.charge.take, n: 2, downFor: 100ms }',
      'clients: { user: { count: 3 } }',
    );
    expect(run.facts.length).toBe(3);
    expect(all(run, 'crash')[0]?.at).toBe(run.facts[1]?.at);
    expect(details(run, 'intentFailed')).toEqual(['reset']);
  });
});

describe('errors', () => {
  test('answers with a status instead of doing the work', () => {
    const run = bank('{ errors: bank, status: 500 }');
    expect(all(run, 'reply', 'bank.charge')[0]).toMatchObject({ value: 500, detail: '500' });
    expect(count(run, 'start', 'bank.charge')).toBe(0);
  });

  test('of an operation leaves the others', () => {
    expect(bank('{ errors: bank.refund }').facts.length).toBe(1);
    expect(bank('{ errors: bank.charge }').facts.length).toBe(0);
  });

  test('of a database refuses the statement', () => {
    const run = shop(
      DATABASE,
      fault('{ errors: shop.db }'),
      'services: { shop: { operations: { order: { steps: { keep: { insert: orders } } } } } }',
    );
    expect(details(run, 'refused')).toEqual(['db-error']);
    expect(details(run, 'intentFailed')).toEqual(['db-error']);
  });
});

describe('surge', () => {
  test('strikes once, when it begins', () => {
    const run = shop(
      'clients: { user: { every: null, count: null, rate: 10/s } }',
      fault('{ surge: user, x: 3, during: 2s..4s }'),
    );
    expect(run.faults).toMatchObject([{ fired: 1, first: 2_000_000 }]);
  });
});

describe('hotKey', () => {
  test('sends its share of the picks to one entity', () => {
    const run = shop(
      MANY,
      'entities: { sku: { count: 1000 } }',
      "clients: { user: { data: { sku: pick('sku') } } }",
      fault('{ hotKey: user, entity: sku, key: 7, share: 50% }'),
    );
    const picked = [...run.subjects.values()]
      .filter(({ entity }) => entity === 'order')
      .map(({ data }) => data.sku);
    const hot = picked.filter((sku) => sku === 'sku-7').length;
    expect(hot).toBeGreaterThan(70);
    expect(hot).toBeLessThan(130);
    const fired = run.faults[0]?.fired as number;
    expect(hot - fired).toBeGreaterThanOrEqual(0); // a few are picked without the fault
    expect(hot - fired).toBeLessThan(4);
  });

  test('leaves the other picks as they were', () => {
    const skus = (chaos: string) => {
      const run = shop(
        MANY,
        'entities: { sku: { count: 1000 } }',
        "clients: { user: { data: { sku: pick('sku') } } }",
        chaos,
      );
      return [...run.subjects.values()]
        .filter(({ entity }) => entity === 'order')
        .map(({ data }) => data.sku);
    };
    const [calm, hot] = [skus('{}'), skus(fault('{ hotKey: user, entity: sku, key: 7, share: 50% }'))];
    expect(hot.filter((sku, i) => sku !== 'sku-7' && sku !== calm[i])).toEqual([]);
  });
});

test('occurrences are counted from 1, and every other chance is let pass', () => {
  const run = bank('{ errors: bank, nth: [2, 4] }', 'clients: { user: { count: 5 } }');
  expect(all(run, 'intentFailed').map(({ subject }) => subject)).toEqual(['order-2', 'order-4']);
});

test('a fault strikes the same orders in every design', () => {
  const struck = (more: string) =>
    all(bank('{ errors: bank, p: 20% }', MANY, more), 'fault').map(({ subject }) => subject);
  expect(struck('{}').length).toBeGreaterThan(20);
  expect(struck('services: { shop: { work: 2ms } }')).toEqual(struck('{}'));
});
