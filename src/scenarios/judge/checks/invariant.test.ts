import { describe, expect, test } from 'vitest';
import { seconds } from '../../../sim/kernel/time.ts';
import { History, resultOf, worldOf } from '../history.fixture.ts';

const chargedOnce = { every: 'order', must: 'charged - refunded <= 1' };

describe('must', () => {
  test('names both charges when an order is charged twice', () => {
    const history = new History();
    history.at(1).fact('charged', 'order-1');
    const first = history.at(12.4).fact('charged', 'order-17');
    const second = history.at(13.4).fact('charged', 'order-17');

    const result = resultOf(chargedOnce, history.run());

    expect(result).toMatchObject({
      outcome: 'invalid',
      count: 1,
      at: seconds(13.4),
      need: 'every order: charged - refunded <= 1',
      got: '1 of 2 orders broke it, first order-17 at 13.4 s',
      measures: { broken: 1 },
    });
    expect(result.findings[0]).toEqual({
      message: 'order-17: not so: charged - refunded <= 1; recorded: charged twice',
      subject: 'order-17',
      at: seconds(13.4),
      records: [first, second],
    });
  });

  test('holds when the first charge is refunded before the second', () => {
    const history = new History();
    history.at(1).fact('charged', 'order-1');
    history.at(2).fact('refunded', 'order-1');
    history.at(3).fact('charged', 'order-1');
    expect(resultOf(chargedOnce, history.run())).toMatchObject({
      outcome: 'valid',
      got: 'held for 1 order',
      measures: { broken: 0 },
    });
  });

  test('takes facts of one instant as one change', () => {
    const history = new History();
    history.at(1).fact('reserved', 'order-1');
    history.at(1).fact('confirmed', 'order-1');
    const paired = { every: 'order', must: 'reserved == confirmed' };
    expect(resultOf(paired, history.run()).outcome).toBe('valid');
    history.at(2).fact('reserved', 'order-1');
    expect(resultOf(paired, history.run()).outcome).toBe('invalid');
  });

  test('remembers a break that was mended later', () => {
    const history = new History();
    history.at(1).fact('charged', 'order-1');
    history.at(2).fact('charged', 'order-1');
    history.at(3).fact('refunded', 'order-1');
    expect(resultOf(chargedOnce, history.run())).toMatchObject({ outcome: 'invalid', at: seconds(2) });
  });

  test('is vacuous where the run met no such entity', () => {
    expect(resultOf(chargedOnce, new History().run())).toMatchObject({
      outcome: 'vacuous',
      got: 'the run met no order',
      measures: {},
    });
  });

  test('looks only at the time it is asked about', () => {
    const history = new History();
    history.at(1).fact('charged', 'order-1');
    history.at(2).fact('charged', 'order-1');
    const faults = [{ id: 'slow', from: seconds(10), to: seconds(20) }];
    expect(resultOf({ ...chargedOnce, during: 'slow' }, history.run({ faults }))).toMatchObject({
      outcome: 'vacuous',
    });
    expect(resultOf({ ...chargedOnce, outside: 'slow' }, history.run({ faults }))).toMatchObject({
      outcome: 'invalid',
    });
    expect(resultOf({ ...chargedOnce, during: '1s..3s' }, history.run())).toMatchObject({
      outcome: 'invalid',
      need: 'every order: charged - refunded <= 1 during 1 s..3 s',
    });
  });

  test('is vacuous during a fault that never struck', () => {
    const history = new History();
    history.at(1).fact('charged', 'order-1');
    const faults = [{ id: 'slow', fired: 0, from: 0, to: seconds(20) }];
    expect(resultOf({ ...chargedOnce, during: 'slow' }, history.run({ faults }))).toMatchObject({
      outcome: 'vacuous',
      got: 'the fault slow never struck',
    });
  });
});

describe('what expressions may read', () => {
  test('sums over facts and attributes of the entity', () => {
    const history = new History().subject('sku-1', { stock: 3 }).subject('sku-2', { stock: 3 });
    history.at(1).fact('confirmed', 'order-1', { qty: 2 }, {}, 'sku-1');
    history.at(2).fact('confirmed', 'order-2', { qty: 2 }, {}, 'sku-1');
    history.at(3).fact('confirmed', 'order-3', { qty: 3 }, {}, 'sku-2');
    const result = resultOf({ every: 'sku', must: 'sum.confirmed.qty <= sku.stock' }, history.run());
    expect(result).toMatchObject({ outcome: 'invalid', count: 1, at: seconds(2) });
    expect(result.findings[0]?.subject).toBe('sku-1');
  });

  test('the first and the last of a fact, their times, and all of them', () => {
    const history = new History();
    history.at(1).fact('mailed', 'order-1', { to: 'a' });
    history.at(2).fact('mailed', 'order-1', { to: 'b' });
    const holds = (must: string) => resultOf({ every: 'order', finally: must }, history.run()).outcome;
    expect(holds("first.mailed.to == 'a' && last.mailed.to == 'b'")).toBe('valid');
    expect(holds("last.mailed.at - first.mailed.at == duration('1s')")).toBe('valid');
    expect(holds("all.mailed.exists(m, m.to == 'b') && size(all.mailed) == 2")).toBe('valid');
    expect(holds("first.mailed.order != 'order-1'")).toBe('invalid');
  });

  test('a field that is not there is not known rather than wrong', () => {
    const history = new History();
    history.at(1).fact('charged', 'order-1');
    const result = resultOf({ every: 'order', finally: 'first.shipped.at > 0' }, history.run());
    expect(result.outcome).toBe('unknown');
    expect(result.got).toContain('order-1');
  });

  test('counts zero for a fact that this design never records', () => {
    const history = new History();
    history.at(1).fact('reserved', 'order-1');
    expect(resultOf({ every: 'order', finally: 'released == 0' }, history.run()).outcome).toBe('valid');
  });
});

describe('finally', () => {
  const noLoss = { every: 'order', if: 'confirmed > 0', finally: 'shipped == 1' };

  test('points at what had happened when something is missing at the end', () => {
    const history = new History();
    const confirmed = history.at(1).fact('confirmed', 'order-1');
    const result = resultOf(noLoss, history.run());
    expect(result).toMatchObject({ outcome: 'invalid', at: seconds(120) });
    expect(result.findings[0]?.records).toEqual([confirmed]);
  });

  test('does not mind how things were before the end', () => {
    const history = new History();
    history.at(1).fact('confirmed', 'order-1');
    history.at(90).fact('shipped', 'order-1');
    expect(resultOf(noLoss, history.run()).outcome).toBe('valid');
  });

  test('is vacuous where its condition never arose', () => {
    const history = new History();
    history.at(1).fact('charged', 'order-1');
    expect(resultOf(noLoss, history.run())).toMatchObject({
      outcome: 'vacuous',
      got: 'never was confirmed > 0, for 1 order',
    });
  });

  test('points at the wish where an entity has no facts at all', () => {
    const history = new History();
    const intent = history.wish('order-1', 1, 2);
    const result = resultOf({ every: 'order', finally: 'confirmed == 1' }, history.run());
    expect(result.findings[0]?.records).toEqual([intent]);
  });
});

describe('within', () => {
  const noLeak = {
    every: 'order',
    if: 'reserved > 0',
    within: '60s',
    must: 'confirmed > 0 || released >= reserved',
  };

  test('is broken at the moment when the time is over', () => {
    const history = new History();
    const reserved = history.at(10).fact('reserved', 'order-1');
    history.at(75).fact('released', 'order-1');
    const result = resultOf(noLeak, history.run());
    expect(result).toMatchObject({ outcome: 'invalid', at: seconds(70) });
    expect(result.findings[0]?.records).toEqual([reserved]);
  });

  test('holds where it becomes true in time', () => {
    const history = new History();
    history.at(10).fact('reserved', 'order-1');
    history.at(70).fact('released', 'order-1');
    expect(resultOf(noLeak, history.run()).outcome).toBe('valid');
  });

  test('counts anew each time it becomes false', () => {
    const history = new History();
    history.at(10).fact('reserved', 'order-1');
    history.at(20).fact('released', 'order-1');
    history.at(30).fact('reserved', 'order-1');
    expect(resultOf(noLeak, history.run())).toMatchObject({ outcome: 'invalid', at: seconds(90) });
  });

  test('is unknown where the run ends first and nothing else is broken', () => {
    const history = new History();
    history.at(10).fact('reserved', 'order-1');
    history.at(20).fact('confirmed', 'order-1');
    history.at(99).fact('reserved', 'order-2');
    expect(resultOf(noLeak, history.run())).toMatchObject({
      outcome: 'unknown',
      got: 'the run ended before the time of 1 order was over; the other 1 held',
    });
  });

  test('without a condition it runs from when the entity was wanted', () => {
    const history = new History();
    history.wish('order-1', 10, 11);
    history.at(30).fact('confirmed', 'order-1');
    const inTime = (within: string) =>
      resultOf({ every: 'order', within, must: 'confirmed > 0' }, history.run());
    expect(inTime('20s').outcome).toBe('valid');
    expect(inTime('15s')).toMatchObject({ outcome: 'invalid', at: seconds(25) });
  });
});

describe('the whole run', () => {
  function failing(count: number) {
    const history = new History();
    for (let order = 1; order <= 30; order++) {
      history.wish(`order-${order}`, order, order + 0.5, order <= count ? 'timeout' : undefined);
    }
    return history;
  }

  test('is held against what has happened so far, second by second', () => {
    const few = { must: "failures('shoppers') <= 3" };
    expect(resultOf(few, failing(3).run())).toMatchObject({
      outcome: 'valid',
      got: "failures('shoppers') = 3",
    });
    const broken = resultOf(few, failing(5).run());
    expect(broken).toMatchObject({
      outcome: 'invalid',
      at: seconds(5),
      got: "failures('shoppers') = 4, at 5 s",
      measures: { "failures('shoppers')": 4 },
    });
    expect(broken.findings[0]?.records).toHaveLength(4);
  });

  test('at the end, over counts, shares and times', () => {
    const history = failing(15);
    history.at(40).fact('charged', 'order-1');
    const holds = (finally_: string) => resultOf({ finally: finally_ }, history.run()).outcome;
    expect(holds("calls('shoppers') == 30 && errorRate('shoppers') == 0.5")).toBe('valid');
    expect(holds("facts('charged') == 1 && orders() == 30 && count('sku') == 0")).toBe('valid');
    expect(holds("p(99, 'shoppers') <= duration('500ms')")).toBe('valid');
    expect(holds("p(50, 'shoppers') < duration('500ms')")).toBe('invalid');
  });

  test('is measured by what its functions give, or by whether it broke where it has none', () => {
    const measures = (finally_: string) => resultOf({ finally: finally_ }, failing(10).run()).measures;
    expect(measures("p(99, 'shoppers') < duration('9s') && errorRate('shoppers') < 0.5")).toEqual({
      "p(99, 'shoppers')": 500_000,
      "errorRate('shoppers')": 1 / 3,
    });
    expect(measures('1 > 2')).toEqual({ broken: 1 });
    expect(measures('1 < 2')).toEqual({ broken: 0 });
  });

  test('is unknown where it asks about what the world has not', () => {
    expect(resultOf({ finally: "failures('shopers') == 0" }, new History().run())).toMatchObject({
      outcome: 'unknown',
      measures: {},
    });
  });

  test('knows how many messages wait, and for how long', () => {
    const services = {
      shipping: { operations: {}, outbox: null, consumers: { orders: { from: 'rabbitmq/shipping' } } },
    };
    const rabbitmq = { exchanges: { orders: { bindings: { shipping: '' } } }, queues: { shipping: {} } };
    const history = new History(worldOf({ services, brokers: { rabbitmq } }));
    history.at(10).note('publish', 'rabbitmq/orders', { value: 7 });
    history.at(20).note('publish', 'rabbitmq/orders', { value: 8 });
    history.at(25).note('ack', 'shipping.orders', { value: 7, peer: 'rabbitmq/shipping' });
    const at = (must: string) => resultOf({ must }, history.run()).outcome;
    expect(at("depth('shipping.orders') <= 2")).toBe('valid');
    expect(at("depth('rabbitmq/shipping') <= 1")).toBe('invalid');
    expect(at("age('shipping.orders') <= duration('100s')")).toBe('valid');
    expect(at("age('shipping.orders') <= duration('99s')")).toBe('invalid');
  });
});
