import { expect, test } from 'vitest';
import { shop } from '../../sim/testing.fixture.ts';
import { verdictOf } from './history.fixture.ts';

/** An old partner and a new one come by a route that is deprecated from second 3 on. */
const run = shop(`
  clients:
    user: { count: 0 }
    old: { every: 1s, count: 6, entity: order, steps: { ask: { call: shop.v1 } } }
    fresh: { every: 2s, count: 1, active: 4s.., entity: order, steps: { ask: { call: shop.v1 } } }
  services: { shop: { routes: { v1: { to: shop.order, deprecation: 3s } } } }
`);
const outcome = (must: string) => verdictOf({ it: { must } }, run).checks[0]?.outcome;

test('deprecated() counts who still comes by a route, in all and by name', () => {
  expect(outcome("deprecated('shop.v1') <= 4")).toBe('valid');
  expect(outcome("deprecated('shop.v1') <= 3")).toBe('invalid');
  expect(outcome("deprecated('shop', 'old') <= 3")).toBe('valid');
  expect(outcome("deprecated('shop.v1', 'fresh') == 0")).toBe('invalid');
});

test('exposed() is 0 where nobody listens', () => {
  expect(outcome('exposed() == 0')).toBe('valid');
});

test('stalled(), unsent() and unread() tell how writers of streams fared with slow readers', () => {
  const streaming = (untilReady: boolean) =>
    shop(`
      clients: { user: { count: 1 } }
      services:
        shop:
          operations: { order: { steps: { read: { call: lists.all, stream: { work: 100ms } } } } }
          calls: { lists: { via: grpc, grpc: { flowControlWindow: 64KiB } } }
        lists:
          operations:
            all: { steps: { rows: { send: { n: each }, bytes: 16KiB, untilReady: ${untilReady}, forEach: range(60) } } }
    `);
  const outcomeOf = (check: object, of: ReturnType<typeof shop>) =>
    verdictOf({ it: check }, of).checks[0]?.outcome;
  const [waits, piles] = [streaming(true), streaming(false)];
  expect(outcomeOf({ finally: "stalled('lists') > 20" }, waits)).toBe('valid');
  expect(outcomeOf({ finally: "stalled('lists.all') == 0" }, piles)).toBe('valid');
  expect(outcomeOf({ must: "unsent('lists') <= 3" }, waits)).toBe('valid');
  expect(outcomeOf({ must: "unsent('lists') <= 40" }, piles)).toBe('invalid');
  expect(outcomeOf({ must: "unread('shop') == 3 || unread('shop') == 0" }, piles)).toBe('valid');
  expect(outcomeOf({ must: "unread('shop') == 0" }, piles)).toBe('invalid');
});
