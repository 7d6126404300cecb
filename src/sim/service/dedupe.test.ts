import { describe, expect, test } from 'vitest';
import { all, count, DATABASE, details, facts, QUEUE, shop, times } from '../testing.fixture.ts';

/** Each order is sent twice, 100 ms apart, to a shop that recognises it. */
const twice = (dedupe: string, ...more: readonly string[]) =>
  shop(
    DATABASE,
    'clients: { user: { doubleClick: { p: 100%, after: 100ms } } }',
    `services: { shop: { operations: { order: {
       dedupe: { key: request.order, ${dedupe} },
       steps: { keep: { insert: orders, key: "string(now)", fact: { ordered: {} } }, answer: { reply: { n: 7 } } } } } } }`,
    ...more,
  );
const effects = (run: ReturnType<typeof shop>) => run.facts.length;
const SLOW = 'services: { shop: { work: 250ms } }';

describe.each(['db', 'redis', 'memory'])('marks in %s', (where) => {
  test.each(['with', 'before', 'after'])('made %s the effect let a repeat have none', (mark) => {
    const run = twice(`in: ${where}, mark: ${mark}`);
    expect(effects(run)).toBe(1);
    expect(details(run, 'dedupe')).toEqual(['replayed']);
    expect(details(run, 'reply').length).toBe(2);
  });

  test('answer a repeat as the first time', () => {
    const run = twice(
      `in: ${where}`,
      'clients: { user: { steps: { then: { fact: { told: { n: buy.n } } } } } }',
    );
    expect(run.facts.filter(({ name }) => name === 'told').map(({ fields }) => fields.n)).toEqual([7, 7]);
  });

  test('are forgotten after their time', () => {
    expect(effects(twice(`in: ${where}, keep: 50ms`))).toBe(2);
    expect(effects(twice(`in: ${where}, keep: 5s`))).toBe(1);
  });

  test('do not remember a request that failed', () => {
    const run = twice(`in: ${where}, mark: after`, 'chaos: { broken: { errors: shop.db, nth: [1] } }');
    expect(effects(run)).toBe(1);
    expect(count(run, 'dedupe')).toBe(0);
  });
});

describe('a null key', () => {
  test('is never a duplicate', () => {
    expect(
      effects(twice('in: db', 'services: { shop: { operations: { order: { dedupe: { key: "null" } } } } }')),
    ).toBe(2);
  });
});

test('a message that was handled before is done at once, though whoever handled it has died without an answer', () => {
  const run = shop(
    QUEUE,
    DATABASE.replace('shop:', 'worker:'),
    `services: { worker: { operations: { handle: { dedupe: { key: request.order, in: db }, order: [keep, end], steps: {
      keep: { upsert: orders, fact: { kept: {} } }, end: { work: 5ms } } } } } }`,
    'chaos: { dead: { crash: worker, between: [handle.keep, handle.end], downFor: 100ms, nth: [1] } }',
  );
  expect(facts(run, 'kept').length).toBe(1);
  expect(details(run, 'dedupe')).toEqual(['replayed']);
  expect(times(run, 'dedupe')[0]).toBeLessThan(1_000);
});

describe('a repeat that comes while the first is still busy', () => {
  test('has no effect beside it with `mark: with`, and waits for its answer', () => {
    const run = twice(
      'in: db',
      SLOW.replace('250ms', '10ms'),
      'services: { shop: { db: { commit: 300ms } } }',
    );
    expect(effects(run)).toBe(1);
    expect(details(run, 'dedupe')).toEqual(['replayed']);
    expect(count(run, 'intentOk')).toBe(1);
  });

  test('slips through with `mark: after`', () => {
    expect(effects(twice('in: redis, mark: after', 'services: { shop: { db: { commit: 300ms } } }'))).toBe(2);
  });

  test('is told so, where `whileBusy` says how', () => {
    const run = twice(
      'in: redis, mark: after, whileBusy: 409',
      'services: { shop: { db: { commit: 300ms } } }',
    );
    expect(effects(run)).toBe(1);
    expect(details(run, 'dedupe')).toEqual(['busy']);
    expect(all(run, 'reply').map(({ value }) => value)).toEqual([409, 200]);
  });
});

describe('a crash', () => {
  const RETRY =
    'clients: { user: { doubleClick: null, calls: { shop: { retry: { maxAttempts: 3, backoff: fixed(1s) } } } } }';
  const between = (a: string, b: string) =>
    `chaos: { death: { crash: shop, between: [${a}, ${b}], nth: [1], downFor: 100ms } }`;

  test('after the mark and before the effect loses the effect', () => {
    const run = twice('in: db, mark: before', RETRY, between('order.dedupe', 'order.keep'));
    expect(run.faults[0]?.fired).toBe(1);
    expect(effects(run)).toBe(0);
    expect(count(run, 'intentOk')).toBe(1);
  });

  test('after the effect and before the mark lets it happen twice', () => {
    const run = twice('in: db, mark: after', RETRY, between('order.keep', 'order.dedupe'));
    expect(effects(run)).toBe(2);
  });

  test('leaves no such window where both are one transaction', () => {
    expect(effects(twice('in: db, mark: with', RETRY, between('order.keep', 'order.dedupe')))).toBe(1);
    expect(effects(twice('in: db, mark: with', RETRY, between('order.dedupe', 'order.keep')))).toBe(1);
  });

  test('empties marks in memory, not those in redis', () => {
    const dies = 'chaos: { death: { crash: shop, at: 50ms, downFor: 10ms } }';
    expect(effects(twice('in: memory', dies))).toBe(2);
    expect(effects(twice('in: redis', dies))).toBe(1);
  });
});

test('marks in memory are each replica’s own', () => {
  const two = 'services: { shop: { replicas: 2 } }';
  expect(effects(twice('in: memory', two))).toBe(2);
  expect(effects(twice('in: redis', two))).toBe(1);
});

test('marks in memory give way to newer ones beyond their number', () => {
  const many = 'clients: { user: { every: 10ms, count: 5 } }';
  expect(effects(twice('in: memory, size: 3', many))).toBe(10);
  expect(effects(twice('in: memory, size: 100', many))).toBe(5);
});
