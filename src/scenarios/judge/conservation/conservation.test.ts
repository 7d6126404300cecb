import { describe, expect, test } from 'vitest';
import type { Run } from '../../../sim/run.ts';
import { History, verdictOf, worldOf } from '../history.fixture.ts';

/** What one law says of a run that was asked nothing else. */
function law(name: string, run: Run) {
  return verdictOf({}, run).checks.find(({ id }) => id === `conservation.${name}`);
}

test('a run in which nothing happened breaks no law', () => {
  expect(verdictOf({}, new History().run())).toMatchObject({ outcome: 'held' });
});

describe('money', () => {
  test('is conserved where no more is refunded than was charged', () => {
    const history = new History();
    history.at(1).fact('charged', 'order-1', { amount: 2500 });
    history.at(2).fact('refunded', 'order-1', { amount: 2500 });
    expect(law('money', history.run())).toMatchObject({
      outcome: 'valid',
      got: 'held for 2 amounts, 1 account',
    });
  });

  test('comes from nowhere when more is refunded, and makes the verdict failed', () => {
    const history = new History();
    history.at(1).fact('charged', 'order-1', { amount: 2500 });
    history.at(2).fact('refunded', 'order-1', { amount: 2500 });
    history.at(3).fact('refunded', 'order-1', { amount: 2500 });
    expect(verdictOf({}, history.run())).toMatchObject({
      outcome: 'failed',
      firstFailed: 'conservation.money',
    });
    expect(law('money', history.run())?.findings[0]?.records).toEqual([0, 1, 2]);
  });

  test.each([-1, 0.5])('is never %d', (amount) => {
    const history = new History();
    history.at(1).fact('charged', 'order-1', { amount });
    expect(law('money', history.run())?.outcome).toBe('invalid');
  });
});

describe('stock', () => {
  const table = { key: 'sku', rows: 'sku', ttl: null, columns: { available: 'sku.stock' } };
  const take = {
    verb: 'update',
    fields: { update: 'stock', set: { available: 'x' } },
    modifiers: { fact: { reserved: {} } },
  };
  const count = {
    verb: 'update',
    fields: { update: 'stock', set: { available: 'x' } },
    modifiers: { fact: null },
  };
  const inventory = {
    db: { tables: { stock: table } },
    operations: { reserve: { steps: { take } }, adjust: { steps: { count } } },
  };

  function reserved(...quantities: number[]) {
    const history = new History(worldOf({ services: { inventory } })).subject('sku-1', { stock: 5 });
    for (const [index, qty] of quantities.entries()) {
      const name = qty < 0 ? 'released' : 'reserved';
      history.at(index + 1).fact(name, `order-${index}`, { qty: Math.abs(qty) }, {}, 'sku-1');
    }
    return history;
  }
  const left = (available: number) => ({ tables: { 'inventory.db/stock': { 'sku-1': { available } } } });

  test('is what is left and what is reserved', () => {
    expect(law('stock', reserved(2, 2, -1).run(left(2)))).toMatchObject({
      outcome: 'valid',
      got: 'held for 1 row',
    });
  });

  test('is lost when a row forgets a reservation', () => {
    expect(law('stock', reserved(2, 2).run(left(3)))?.findings[0]?.message).toBe(
      'sku-1: 5 to begin with, 3 available in inventory.db/stock, 4 reserved',
    );
  });

  test('is never negative', () => {
    expect(law('stock', reserved(6).run(left(-1)))?.outcome).toBe('invalid');
  });

  test('is not counted where someone set it outright', () => {
    const history = reserved(2);
    history.note('request', 'inventory.adjust', { peer: 'inventory[0]' });
    expect(law('stock', history.run(left(100)))).toMatchObject({
      outcome: 'valid',
      got: 'held for no stock is kept by reservations',
    });
  });
});

describe('rows', () => {
  function written(version: number) {
    const history = new History();
    history.at(1).note('write', 'payment.db/payments', { detail: 'order-1', value: version });
    return history;
  }
  const final = (rows: Readonly<Record<string, { version: number }>>) => ({
    tables: { 'payment.db/payments': rows },
  });

  test('are there with the version that was committed last', () => {
    expect(law('rows', written(2).run(final({ 'order-1': { version: 2 } })))).toMatchObject({
      outcome: 'valid',
    });
    expect(law('rows', written(2).run(final({ 'order-1': { version: 1 } })))).toMatchObject({
      outcome: 'invalid',
    });
    expect(law('rows', written(2).run(final({})))).toMatchObject({ outcome: 'invalid' });
  });

  test('are gone once deleted', () => {
    expect(law('rows', written(0).run(final({})))).toMatchObject({ outcome: 'valid' });
    expect(law('rows', written(0).run(final({ 'order-1': { version: 1 } })))).toMatchObject({
      outcome: 'invalid',
    });
  });

  test('of a table with a time to live may have expired', () => {
    const payment = { db: { tables: { payments: { ttl: 1, rows: null, columns: {} } } }, operations: {} };
    const history = new History(worldOf({ services: { payment } }));
    history.note('write', 'payment.db/payments', { detail: 'order-1', value: 1 });
    expect(law('rows', history.run(final({})))).toMatchObject({ outcome: 'valid' });
  });
});

describe('messages', () => {
  const queue = {
    queue: 'rabbitmq/orders',
    published: 10,
    acked: 6,
    deadLettered: 1,
    lost: 0,
    waiting: 2,
    inFlight: 1,
    deepest: 4,
  };

  test('are all somewhere', () => {
    expect(law('messages', new History().run({ queues: [queue] }))).toMatchObject({
      outcome: 'valid',
      got: 'held for 10 messages in 1 queue',
    });
  });

  test('may not vanish', () => {
    const result = law('messages', new History().run({ queues: [{ ...queue, acked: 5 }] }));
    expect(result?.findings[0]?.message).toContain('10 published, but 5 acknowledged');
  });
});
