import { expect, test } from 'vitest';
import { compileExpression, LIMITS } from './expression.ts';
import type { Value } from './value.ts';

const slots = new Map([
  ['n', 0],
  ['list', 1],
]);

/** Evaluates over a list of the given length. */
function over(length: number, source: string): Value {
  const list = Array.from({ length }, (_, index) => index);
  const functions = new Map([
    ['copy', { summary: 'A list as long as the first', arity: [1, 1] as const, call: () => list }],
  ]);
  return compileExpression(source, { slots, functions }).evaluate([length, list], undefined);
}

test('a loop may cost exactly the limit', () => {
  expect(over(LIMITS.cost, 'list.exists(x, true)')).toBe(true);
  expect(over(LIMITS.cost, 'list.map(x, x).size()')).toBe(LIMITS.cost);
  expect(() => over(LIMITS.cost + 1, 'list.map(x, x).size()')).toThrow('limit of 10000 units');
});

test('what is asked of each item counts by its size', () => {
  expect(over(3_333, 'list.all(x, x >= 0)')).toBe(true);
  expect(() => over(3_334, 'list.all(x, x >= 0)')).toThrow('limit of 10000 units');
});

test('loops inside loops share one allowance', () => {
  expect(() => over(200, 'list.map(x, list.map(y, y))')).toThrow('limit of 10000 units');
});

test.each([
  'list.all(x, x in list)',
  'list.map(x, list + [x])',
  'list.map(x, list == [x])',
  'list.map(x, size(list))',
  'list.map(x, list.contains(-1))',
  'list.map(x, copy(n))',
])('going through a list inside a loop counts its items: %s', (source) => {
  expect(over(50, source)).toBeDefined();
  expect(() => over(200, source)).toThrow('limit of 10000 units');
});

test('each evaluation has the whole allowance', () => {
  const expression = compileExpression('list.map(x, x).size()', { slots, functions: new Map() });
  const list = Array.from({ length: 6_000 }, () => 1);
  expect([1, 2, 3].map(() => expression.evaluate([0, list], undefined))).toEqual([6_000, 6_000, 6_000]);
});

type Again = (list: readonly Value[]) => Value;

test('an expression may run inside itself without losing its place', () => {
  const functions = new Map([
    [
      'again',
      {
        summary: 'The same, over a shorter list',
        arity: [1, 1] as const,
        call: (host: Again, [x]: readonly Value[]) => host([x ?? 0]),
      },
    ],
  ]);
  const expression = compileExpression('list.map(x, x > 0 ? again(x - 1) + [x] : [x])', { slots, functions });
  const host: Again = (list) => expression.evaluate([0, list], host);
  expect(host([2])).toEqual([[[[0], 1], 2]]);
});

test('the longest texts of every nesting kind compile or are refused, and never overflow the stack', () => {
  const deep = [
    `${'!'.repeat(LIMITS.text - 4)}true`,
    `${'-'.repeat(LIMITS.text - 1)}1`,
    `${'1+'.repeat(LIMITS.text / 2 - 1)}11`,
    `n${'.a'.repeat(LIMITS.text / 2 - 1)}`,
    `n${'[0]'.repeat(LIMITS.text / 3 - 1)}`,
    '('.repeat(LIMITS.text),
    '['.repeat(LIMITS.text),
    '{'.repeat(LIMITS.text),
    `${'('.repeat(190)}1${')'.repeat(190)}`,
    `${'true?1:'.repeat(56)}2`,
    `list${'.map(x,x)'.repeat(43)}`,
  ];
  for (const source of deep) {
    expect(source.length, source).toBeLessThanOrEqual(LIMITS.text);
    try {
      compileExpression(source, { slots, functions: new Map() });
    } catch (error) {
      expect(error).toMatchObject({ name: 'ExpressionProblem' });
    }
  }
});
