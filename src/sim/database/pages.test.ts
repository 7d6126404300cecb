import { describe, expect, test } from 'vitest';
import { DATABASE, facts, shop, times } from '../testing.fixture.ts';

/** Nine products, of which three at a time have one price. */
const PRODUCTS = `
  entities: { product: { count: 9 } }
  clients: { user: { count: 1 } }
  services:
    shop:
      db: { tables: { products: { key: id, rows: product, columns: { n: index, price: "index % 3 * 100" } } } }
`;

/** Runs one order, whose steps read `products`, and which tells in the end what its steps `shown` have shown. */
const reading = (steps: string, shown: readonly string[], ...more: readonly string[]) =>
  shop(
    DATABASE,
    PRODUCTS,
    `services: { shop: { operations: { order: { steps: { ${steps}, tell: { fact: { seen: {
      ${shown.map((step) => `${step}: "${step}.rows.map(r, r.n)"`).join(', ')} } } } } } } } }`,
    ...more,
  );

/** The pages that were shown, by their steps. */
function pages(run: ReturnType<typeof reading>): Readonly<Record<string, unknown>> {
  const { amount: _amount, ...seen } = facts(run, 'seen')[0] as Record<string, unknown>;
  return seen;
}

describe('a query with an order', () => {
  test('gives rows by a column, up or down; those of one value in the order of their insertion', () => {
    const run = reading(
      `up: { query: products, orderBy: price, limit: 5 }, down: { query: products, orderBy: price, descending: true, limit: 5 },
       both: { query: products, orderBy: [price, n], descending: true, limit: 5 }, key: { query: products, descending: true, limit: 2 }`,
      ['up', 'down', 'both', 'key'],
    );
    expect(pages(run)).toEqual({
      up: [3, 6, 9, 1, 4],
      down: [2, 5, 8, 1, 4],
      both: [8, 5, 2, 7, 4],
      key: [9, 8],
    });
  });

  test('gives rows without a value last, or first if it goes down, as PostgreSQL does', () => {
    const run = reading(
      `bare: { insert: products, key: "'bare'", set: { n: 10 } },
       up: { query: products, where: row.n > 7, orderBy: price }, down: { query: products, where: row.n > 7, orderBy: price, descending: true }`,
      ['up', 'down'],
    );
    expect(pages(run)).toEqual({ up: [9, 8, 10], down: [10, 8, 9] });
  });

  test('gives the page after a row, or after so many rows, of those that meet the condition', () => {
    const run = reading(
      `first: { query: products, where: row.n != 2, orderBy: n, after: null, limit: 2 },
       after: { query: products, where: row.n != 2, orderBy: n, after: 3, limit: 2 },
       skipped: { query: products, where: row.n != 2, orderBy: n, offset: 2, limit: 2 },
       beyond: { query: products, orderBy: n, offset: 20 }`,
      ['first', 'after', 'skipped', 'beyond'],
    );
    expect(pages(run)).toEqual({ first: [1, 3], after: [4, 5], skipped: [4, 5], beyond: [] });
  });
});

describe('the length of a page', () => {
  const page = (limit: string) => {
    const run = reading(`asked: { query: products, limit: "${limit}" }`, ['asked']);
    return [pages(run)['asked'], [...run.blamed.values()]];
  };

  test('may be an expression: who asks says how many', () => {
    expect(page('1 + 2')).toEqual([[1, 2, 3], []]);
    expect(page('request.amount * 0 + 2.9')).toEqual([[1, 2], []]);
  });

  test('that is no number, or none, gives no row', () => {
    expect([page("'many'"), page('-1'), page('0')]).toEqual([
      [[], []],
      [[], []],
      [[], []],
    ]);
  });
});

/** Reads nine products in three pages, the newest first; between the first two somebody changes the table. */
const newestFirst = (second: string, third: string, change: string) => {
  const page = 'query: products, orderBy: n, descending: true, limit: 3';
  const run = reading(
    `one: { ${page} }, change: { ${change} }, two: { ${page}, ${second} }, three: { ${page}, ${third} }`,
    ['one', 'two', 'three'],
  );
  return Object.values(pages(run)).flat();
};
const byOffset = (change: string) => newestFirst('offset: 3', 'offset: 6', change);
const byCursor = (change: string) => newestFirst('after: "one.rows[2].n"', 'after: "two.rows[2].n"', change);
const INSERT = `insert: products, key: "'new'", set: { n: 10 }`;
const DELETE = `delete: products, key: "'product-8'"`;

describe('pages by offset', () => {
  test('repeat a row when another is inserted before it, and leave out the last', () => {
    expect(byOffset(INSERT)).toEqual([9, 8, 7, 7, 6, 5, 4, 3, 2]);
  });

  test('skip a row when one before it is deleted: it is on no page', () => {
    expect(byOffset(DELETE)).toEqual([9, 8, 7, 5, 4, 3, 2, 1]);
  });

  test('skip a row when another moves behind it', () => {
    const moves = `upsert: products, key: "'product-8'", set: { n: 0 }`;
    expect(byOffset(moves)).not.toContain(6);
  });

  test('take longer with each row that is skipped, and no longer than the table is', () => {
    const time = (settings: string) =>
      times(
        reading(
          `page: { query: products, orderBy: n, limit: 2, ${settings} }`,
          ['page'],
          'services: { shop: { db: { skip: 5ms } } }',
        ),
        'intentOk',
      )[0];
    expect(time('offset: 0')).toBe(12);
    expect(time('offset: 4')).toBe(32);
    expect(time('offset: 1000000')).toBe(57);
    expect(time('after: 4')).toBe(12);
  });
});

describe('pages by a cursor', () => {
  test('show each row once, whatever is inserted or deleted between', () => {
    expect(byCursor(INSERT)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(byCursor(DELETE)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  test('skip rows where the column is not unique, unless a unique one comes second', () => {
    const run = reading(
      `one: { query: products, orderBy: price, limit: 2 },
       lost: { query: products, orderBy: price, after: "one.rows[1].price", limit: 2 },
       kept: { query: products, orderBy: [price, n], after: "[one.rows[1].price, one.rows[1].n]", limit: 2 }`,
      ['one', 'lost', 'kept'],
    );
    expect(pages(run)).toEqual({ one: [3, 6], lost: [1, 4], kept: [9, 1] });
  });

  test('go by the table’s key where no column is named', () => {
    const run = reading(`page: { query: products, after: "'product-4'", limit: 2 }`, ['page']);
    expect(pages(run)).toEqual({ page: [5, 6] });
  });
});

test('a query sees what its own transaction has written, added and removed, and nobody else’s before it is committed', () => {
  const steps = `
    add: { insert: products, key: "'new'", set: { n: 10, price: 1 } },
    raise: { update: products, key: "'product-2'", set: { n: 20, price: row.price } },
    drop: { delete: products, key: "'product-9'" },
    inside: { query: products, where: row.n > 1 },
    sorted: { query: products, orderBy: n, descending: true, limit: 2 },
    think: { work: 1s }, elsewhere: { query: products, where: row.n > 7 }`;
  const run = reading(
    steps,
    ['inside', 'sorted', 'elsewhere'],
    `services: { shop: { operations: { order: { order: [
      { parallel: [{ transaction: [add, raise, drop, inside, sorted, think] }, elsewhere] }, tell] } } } }`,
  );
  expect(pages(run)).toEqual({
    inside: [20, 3, 4, 5, 6, 7, 8, 10],
    sorted: [20, 10],
    elsewhere: [8, 9],
  });
});
