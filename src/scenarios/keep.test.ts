import { describe, expect, test } from 'vitest';
import { baseWorld } from './base-world.ts';
import { keepOnly } from './keep.ts';
import { getIn, plain } from './language/tree.ts';

const store = baseWorld('store')?.world;
if (!store) throw new Error('the store is missing');

const kept = (keep: readonly string[], stubs: readonly string[] = []) => {
  const { world, dropped, unknown } = keepOnly(store, keep, stubs);
  const at = (path: string) => {
    const node = getIn(world, path.split('/'));
    return node && plain(node);
  };
  const keys = (path: string) => Object.keys((at(path) ?? {}) as object);
  return { at, keys, dropped, unknown };
};

describe('keepOnly', () => {
  test('keeps what is named, and of that what names nothing else', () => {
    const { keys, at } = kept(['shoppers', 'gateway', 'checkout', 'payment', 'psp']);
    expect(keys('clients')).toEqual(['shoppers']);
    expect(keys('services').toSorted()).toEqual(['checkout', 'gateway', 'payment']);
    expect(keys('externals')).toEqual(['psp']);
    expect(keys('services/checkout/operations/placeOrder/steps')).toEqual(['charge', 'save', 'reply']);
    expect(at('brokers/rabbitmq')).toEqual({ exchanges: {}, queues: {} });
  });

  test('tells of every step, route and consumer that went', () => {
    expect(kept(['shoppers', 'gateway', 'payment', 'psp']).dropped).toEqual(
      expect.arrayContaining(['gateway.placeOrder', 'shoppers.buy', 'gateway.page.price']),
    );
  });

  test('takes dropped steps out of an order, and the groups that are empty then', () => {
    const { at } = kept(['browsers', 'gateway', 'pricing']);
    expect(at('services/gateway/operations/page/order')).toEqual([{ parallel: ['price'] }]);
    expect(kept(['browsers', 'gateway']).at('services/gateway/operations/page/order')).toEqual([]);
  });

  test('keeps a call whose undo went, without the undo', () => {
    const { at } = kept(['shoppers', 'gateway', 'checkout', 'payment', 'psp', 'inventory']);
    expect(at('services/checkout/operations/placeOrder/steps/reserve')).toEqual({
      call: 'inventory.reserve',
      undo: { call: 'inventory.release' },
    });
  });

  test('keeps of a kept exchange the queues that a kept service takes from', () => {
    const { at, keys } = kept(['shoppers', 'gateway', 'checkout', 'billing', 'rabbitmq/orders']);
    expect(at('brokers/rabbitmq/exchanges')).toEqual({ orders: { bindings: { billing: '' } } });
    expect(keys('brokers/rabbitmq/queues')).toEqual(['billing']);
    expect(keys('services/billing/consumers')).toEqual(['orders']);
  });

  test('drops a consumer whose channel is not kept', () => {
    expect(kept(['billing']).keys('services/billing/consumers')).toEqual([]);
  });

  test('makes of a stub a service that answers at once, so that flows need no change', () => {
    const { at } = kept(['shoppers', 'gateway', 'checkout', 'psp'], ['payment']);
    expect(at('services/payment')).toEqual({
      work: '0ms',
      workers: 1_000_000,
      operations: { charge: {}, refund: {} },
    });
    expect(at('services/checkout/operations/placeOrder/steps/charge')).toMatchObject({
      call: 'payment.charge',
    });
  });

  test('tells of names that the base world does not have', () => {
    expect(kept(['shoppers', 'chekout', 'rabbitmq/labels']).unknown).toEqual(['chekout', 'rabbitmq/labels']);
  });
});
