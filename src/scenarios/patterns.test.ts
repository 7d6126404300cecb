import { describe, expect, test } from 'vitest';
import { baseWorld } from './base-world.ts';
import { buildWorld } from './language/build-world.ts';
import { fromPlain } from './language/from-plain.ts';
import { ProblemList } from './language/problem-list.ts';
import { plain } from './language/tree.ts';
import { mergePatch } from './merge.ts';
import { expandPattern, findPattern, patterns } from './patterns.ts';
import { expandWorld } from './short-forms.ts';

/** A use of each pattern in the store. To add a pattern: write its file, and how it is used here. */
const USES: Readonly<Record<string, object>> = {
  aggregator: { consumer: 'shipping.orders', size: 3 },
  'api-composition': { operation: 'gateway.page', parts: ['price', 'stock'] },
  'async-request-reply': { operation: 'payment.charge', queue: 'rabbitmq/charges' },
  bulkhead: { from: 'checkout', to: 'payment' },
  'cache-aside': { step: 'gateway.page.reviews' },
  'claim-check': {
    step: 'checkout.placeOrder.tell',
    sending: ['reserve', 'charge', 'save', 'check-in', 'tell', 'reply'],
    to: 'shipping.ship',
    handling: ['check-out', 'label', 'hand'],
  },
  'circuit-breaker': { from: 'payment', to: 'psp.charge' },
  'competing-consumers': { consumer: 'shipping.orders', replicas: 4 },
  'conditional-write': {
    operation: 'payment.charge',
    table: 'payments',
    version: 'request.qty',
    order: ['capture', { transaction: ['current', 'unconditional', 'stale', 'record'] }],
  },
  conflation: { consumer: 'shipping.orders' },
  'cqrs-view': { view: 'page-view', from: 'rabbitmq/page-view', exchange: 'rabbitmq/products', key: 'sku' },
  'cursor-pagination': { service: 'catalog', table: 'products', orderBy: 'title', key: 'sku' },
  'dead-letter': { consumer: 'shipping.orders', queue: 'rabbitmq/shipping', park: 'rabbitmq/parked' },
  'delayed-retry': { consumer: 'shipping.orders', park: 'rabbitmq/parked' },
  'idempotent-receiver': { operation: 'payment.charge' },
  'load-shedding': { service: 'payment', limit: 32 },
  'message-filter': { consumer: 'shipping.orders', accept: 'message.attempt < 3' },
  'offset-pagination': { service: 'catalog', table: 'products', orderBy: 'sku', size: 20 },
  outbox: {
    operation: 'checkout.placeOrder',
    order: ['reserve', 'charge', { transaction: ['save', 'tell'] }],
  },
  'rate-limit': { from: 'gateway', to: 'catalog', limit: 50 },
  'request-reply': { from: 'checkout', to: 'payment.charge', queue: 'rabbitmq/charges' },
  resequencer: { consumer: 'shipping.orders', sequence: 'request.qty' },
  retry: { from: 'checkout', to: 'payment' },
  'saga-orchestrated': { operation: 'checkout.placeOrder', order: ['reserve', 'charge', 'save'] },
  'saga-step': {
    service: 'inventory',
    hears: 'OrderPlaced',
    from: 'rabbitmq/reservations',
    does: 'inventory.reserve',
    says: 'StockReserved',
    to: 'rabbitmq/orders',
  },
  timeout: { from: 'checkout', to: 'payment', after: '1s' },
  'wire-tap': { exchange: 'rabbitmq/orders', queue: 'rabbitmq/audit' },
};

const store = baseWorld('store')?.world;
if (!store) throw new Error('the store is missing');

function expand(name: string, args: object) {
  const problems = new ProblemList();
  const node = fromPlain(args, 'args');
  const patch = store && expandPattern({ name, at: node.at, args: node }, store, problems);
  return { patch, problems };
}

describe('every pattern', () => {
  test('is used here', () => {
    expect(patterns().map(({ id }) => id)).toEqual(Object.keys(USES).toSorted());
  });

  test.each(Object.entries(USES))('%s makes a world that stands up', (name, args) => {
    const { patch, problems } = expand(name, args);
    expect(problems.inOrder()).toEqual([]);
    const before = buildWorld(store, problems);
    const after = patch && buildWorld(mergePatch(store, expandWorld(patch)), problems);
    expect(problems.inOrder()).toEqual([]);
    expect(after?.world).not.toEqual(before?.world);
  });

  test.each(Object.keys(USES))('%s says what it solves, what it costs and when to leave it', (name) => {
    const pattern = findPattern(name);
    expect(pattern?.id).toBe(name);
    for (const text of [pattern?.solves, pattern?.avoidWhen, ...(pattern?.costs ?? [])])
      expect(text?.length).toBeGreaterThan(5);
    for (const param of Object.values(pattern?.params ?? {})) expect(param.about).not.toBeNull();
  });
});

describe('parameters', () => {
  test('stand for whole values and keys, and addresses are taken apart', () => {
    const { patch } = expand('outbox', {
      operation: 'checkout.placeOrder',
      order: [{ transaction: ['save', 'tell'] }],
    });
    expect(patch && plain(patch)).toEqual({
      services: {
        checkout: {
          outbox: { relay: 'polling', interval: '500ms', claim: 'shard' },
          operations: { placeOrder: { order: [{ transaction: ['save', 'tell'] }] } },
        },
      },
    });
  });

  test.each([
    ['retry', { from: 'checkout', to: 'payment', attempts: 99 }, 'expected 2 to 10, found 99'],
    ['retry', { from: 'checkout', to: 'paymnt' }, 'Did you mean `payment`?'],
    ['retry', { from: 'checkout', to: 'payment', budget: 'some' }, 'a share such as 10%'],
    ['retry', { from: 'checkout', to: 'payment', backoff: 'slow' }, 'a back-off such as'],
    ['cache-aside', { step: 'gateway.page' }, 'a step such as payment.charge.capture'],
    ['cache-aside', { step: 'gateway.page.revews' }, 'Did you mean `reviews`?'],
    ['cache-aside', { step: 'gateway.page.reviews', coalesce: 'yes' }, 'expected true or false'],
    ['competing-consumers', { consumer: 'shipping.order', replicas: 2 }, 'there is no consumer'],
    ['load-shedding', { service: 'psp', limit: 3 }, 'there is no service `psp`'],
    ['load-shedding', { service: 'payment', limit: 3, drop: 'all' }, 'one of none expired hopeless'],
    ['outbox', { operation: 'checkout.placeOrder', order: 'save' }, 'a list of steps and groups'],
    [
      'dead-letter',
      { consumer: 'shipping.orders', queue: 'shipping', park: 'rabbitmq/parked' },
      'a queue such as',
    ],
  ])('of the wrong type are told: %s %j', (name, args, message) => {
    const { patch, problems } = expand(name, args);
    expect(patch).toBeUndefined();
    expect(
      problems
        .inOrder()
        .map((problem) => problem.message)
        .join(),
    ).toContain(message);
  });
});
