import { expect, test } from 'vitest';
import { History, verdictOf } from './history.fixture.ts';
import { MOST_FINDINGS } from './verdict.ts';

const once = { every: 'order', must: 'charged <= 1' };
const shipped = { every: 'order', finally: 'shipped == 1' };
const never = { every: 'order', if: 'refunded > 0', must: 'false' };
const tooEarly = { every: 'order', if: 'charged > 0', within: '500s', must: 'confirmed > 0' };

/** Two orders, of which the second is charged twice. */
function run() {
  const history = new History();
  for (const [order, at] of [
    ['order-1', 1],
    ['order-2', 2],
    ['order-2', 3],
  ] as const) {
    history.at(at).fact('charged', order);
  }
  return history.run();
}

test('a verdict has failed when a primary check is broken, and names the one that broke first', () => {
  expect(verdictOf({ shipped, once }, run())).toMatchObject({ outcome: 'failed', firstFailed: 'once' });
});

test('a broken secondary check is shown and decides nothing', () => {
  const verdict = verdictOf({ once: { ...once, weight: 'secondary' } }, run());
  expect(verdict).toMatchObject({ outcome: 'held' });
  expect(verdict.firstFailed).toBeUndefined();
  expect(verdict.checks[0]).toMatchObject({ id: 'once', weight: 'secondary', outcome: 'invalid' });
});

test('a check that shows nothing keeps a verdict from holding', () => {
  expect(verdictOf({ never }, run()).outcome).toBe('vacuous');
  expect(verdictOf({ tooEarly }, run()).outcome).toBe('unknown');
  expect(verdictOf({ never, tooEarly }, run()).outcome).toBe('unknown');
  expect(verdictOf({ never, tooEarly, once }, run()).outcome).toBe('failed');
});

test('the conservation laws stand after the exercise’s own checks', () => {
  const { checks } = verdictOf({ once }, run());
  expect(checks.map(({ id }) => id)).toEqual([
    'once',
    'conservation.money',
    'conservation.stock',
    'conservation.rows',
    'conservation.messages',
  ]);
  expect(checks.map(({ measures }) => measures)).toEqual([
    { broken: 1 },
    { broken: 0 },
    { broken: 0 },
    { broken: 0 },
    { broken: 0 },
  ]);
});

test('of many findings the first are kept and all are counted', () => {
  const history = new History();
  for (let order = 1; order <= 150; order++) {
    history.at(order / 10).fact('charged', `order-${order}`);
    history.at(order / 10).fact('charged', `order-${order}`);
  }
  const result = verdictOf({ once }, history.run()).checks[0];
  expect(result).toMatchObject({ count: 150, got: '150 of 150 orders broke it, first order-1 at 100 ms' });
  expect(result?.findings).toHaveLength(MOST_FINDINGS);
});
