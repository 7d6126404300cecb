import { describe, expect, test } from 'vitest';
import { all, count, details, facts, rows, times } from '../sim/testing.fixture.ts';
import { narrate } from './narrate.ts';
import { patterned } from './patterned.fixture.ts';
import { whyNot } from './why.ts';

describe('an asynchronous request-reply', () => {
  /** Ten people want a report that takes 3 s; the desk between has four workers. */
  const REPORTS = `
    network: { links: { "* -> *": { rtt: 1ms } } }
    brokers: { rabbitmq: { delivery: 1ms, confirm: 1ms } }
    clients: { user: { every: 100ms, count: 10, steps: { buy: null, ask: { call: shop.order } } } }
    services:
      shop: { workers: 4, operations: { order: { steps: { ask: { call: press.print } } } } }
      press: { workers: 4, work: 1ms, operations: { print: { work: 3s, steps: { done: { fact: { printed: {} } } } } } }
    run: { for: 60s }
  `;
  const LATER = { operation: 'press.print', queue: 'rabbitmq/prints' };
  const POLLS = `
    services:
      shop:
        operations:
          order: { steps: { ask: { call: desk.submit } } }
          status: { steps: { ask: { call: desk.status } } }
    clients:
      user:
        steps:
          done: { call: shop.status, poll: { until: done.state != 'PENDING', every: 500ms, upTo: 20s } }
  `;
  const polled = (...after: string[]) =>
    patterned('async-request-reply', LATER, [REPORTS], [POLLS, ...after]);
  /** How long each request held a worker of the shop at most, in ms. */
  const longest = (run: ReturnType<typeof polled>) =>
    Math.max(
      ...all(run, 'finish')
        .filter(({ place }) => place.startsWith('shop.'))
        .map(({ value }) => value / 1_000),
    );

  test('answers at once and holds nobody between, who would hold a worker for all the time else', () => {
    const waits = patterned('timeout', { from: 'shop', to: 'press', after: '1m' }, [REPORTS]);
    const polls = polled();
    expect([count(waits, 'intentOk'), count(polls, 'intentOk')]).toEqual([10, 10]);
    expect(longest(waits)).toBeGreaterThan(3_000);
    expect(longest(polls)).toBeLessThan(50);
    expect(facts(polls, 'printed')).toHaveLength(10);
    expect(count(polls, 'request', 'shop.status')).toBeGreaterThan(30);
    expect(all(polls, 'reply', 'desk.submit').every(({ value }) => value === 202)).toBe(true);
  });

  test('is done all the same when a process dies over it, since the work waits in a queue', () => {
    const run = polled('chaos: { death: { crash: "desk[0]", at: 1500ms, downFor: 200ms } }');
    expect(count(run, 'lost')).toBeGreaterThan(0);
    expect(Object.values(rows(run, 'desk.db/requests')).every(({ state }) => state === 'DONE')).toBe(true);
  });

  test('whose work fails says so to whoever asks', () => {
    const run = polled(
      'services: { press: { operations: { print: { steps: { no: { fail: NO_PAPER } } } } } }',
    );
    expect(Object.values(rows(run, 'desk.db/requests')).every(({ state }) => state === 'FAILED')).toBe(true);
    expect(count(run, 'intentOk')).toBe(10);
  });

  test('that is asked for longer than somebody has time is told as what nobody can know', () => {
    const run = polled('clients: { user: { steps: { done: { poll: { upTo: 2s } } } } }');
    const [end] = all(run, 'unsettled');
    expect(narrate(run, end!.index)).toMatch(
      /^User stopped asking shop\.status for order-1, after \d answers in \S+ \S+: it may still come about/,
    );
    expect(details(run, 'intentFailed')).toContain('timeout');
    expect(times(run, 'unsettled').length).toBe(10);
    expect(whyNot(run, 'order-1')?.text).toMatch(/stopped asking/);
  });
});

describe('a conditional write', () => {
  /** Two editors read the price of the same thing, think, and write what they have read, each with a change of his own. */
  const EDITORS = `
    network: { links: { "* -> *": { rtt: 1ms } } }
    entities: { thing: { count: 1 } }
    clients:
      user: { every: 1s, count: 1, entity: null, data: { amount: null, thing: "'thing-1'" }, steps: &edit {
        buy: null, look: { call: shop.get }, think: { wait: 500ms },
        save: { call: shop.order, with: { thing: request.thing, price: look.price + 10, ifMatch: look.version } } } }
      other: { every: 1s, count: 1, active: 100ms.., data: { thing: "'thing-1'" }, steps: *edit }
    services:
      shop:
        db: { tables: { prices: { key: thing, rows: thing, columns: { price: 100 } } } }
        operations:
          get: { steps: { find: { read: prices }, answer: { reply: find } } }
          order: { steps: { write: { update: prices, set: { price: request.price } } } }
  `;
  const CONDITION = {
    operation: 'shop.order',
    table: 'prices',
    order: [{ transaction: ['current', 'unconditional', 'stale', 'write'] }],
  };
  const NONE = { from: 'shop', to: 'shop', after: '1m' };
  const conditional = (...after: string[]) => patterned('conditional-write', CONDITION, [EDITORS], after);
  const price = (run: ReturnType<typeof conditional>) => rows(run, 'shop.db/prices')['thing-1']?.price;

  test('refuses with 412 what was meant for another version; without it the first change is lost', () => {
    const without = patterned('timeout', NONE, [EDITORS]);
    expect([count(without, 'intentOk'), price(without)]).toEqual([2, 110]);
    const run = conditional();
    expect([count(run, 'intentOk'), details(run, 'intentFailed')]).toEqual([1, ['PRECONDITION_FAILED']]);
    expect(all(run, 'reply', 'shop.order').map(({ value }) => value)).toEqual([200, 412]);
  });

  test('that is refused is made anew on what is there now', () => {
    const AGAIN = `
      clients:
        other:
          steps:
            save: { fallback: { refused: true } }
            reread: { call: shop.get, when: has(save.refused) }
            rewrite: { call: shop.order, when: has(save.refused), with: { thing: request.thing, price: reread.price + 10, ifMatch: reread.version } }
    `;
    const run = conditional(AGAIN);
    expect([count(run, 'intentOk'), price(run)]).toEqual([2, 120]);
  });

  test('that names no version is refused with 428', () => {
    const run = conditional('clients: { user: { steps: { save: { with: { ifMatch: null } } } } }');
    expect(all(run, 'reply', 'shop.order')[0]).toMatchObject({ value: 428, detail: 'PRECONDITION_REQUIRED' });
  });
});

describe('a list in pages', () => {
  /** Somebody copies six products, the newest first, in pages of three; a seventh comes while he reads. */
  const COPY = `
    network: { links: { "* -> *": { rtt: 1ms } } }
    entities: { product: { count: 6 }, copy: {} }
    clients:
      user:
        count: 1
        entity: copy
        data: { amount: null }
        steps:
          buy: null
          one: { call: shop.list }
          new: { call: shop.add }
          two: { call: shop.list, with: { offset: one.next, after: one.next } }
          three: { call: shop.list, when: has(two.next), with: { offset: two.next, after: two.next } }
          tell: { call: shop.tell, with: { copied: "(one.rows + two.rows + (has(three.rows) ? three.rows : [])).map(r, r.n)" } }
    services:
      shop:
        db: { tables: { products: { key: id, rows: product, columns: { n: index } } } }
        operations:
          add: { steps: { keep: { insert: products, key: "'product-7'", set: { n: 7 } } } }
          tell: { steps: { tell: { fact: { copied: { rows: request.copied } } } } }
  `;
  const PAGES = { service: 'shop', table: 'products', orderBy: 'n', descending: true, size: 3 };
  const copied = (name: string, more: object = {}) =>
    facts(patterned(name, { ...PAGES, ...more }, [COPY]), 'copied')[0]?.rows;

  test('by offset repeats what was seen when something new comes before it', () => {
    expect(copied('offset-pagination')).toEqual([6, 5, 4, 4, 3, 2, 1]);
  });

  test('by a cursor goes on behind what was seen, and ends with a page that is not full', () => {
    expect(copied('cursor-pagination', { key: 'id' })).toEqual([6, 5, 4, 3, 2, 1]);
  });
});
