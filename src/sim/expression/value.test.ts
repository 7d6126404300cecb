import { expect, test } from 'vitest';
import { equal, typeName, type Value } from './value.ts';

test.each<[Value, Value]>([
  [1, 1],
  [null, null],
  [
    [1, ['a']],
    [1, ['a']],
  ],
  [
    { a: 1, b: [2] },
    { b: [2], a: 1 },
  ],
  [{}, {}],
])('%j equals %j', (a, b) => {
  expect(equal(a, b)).toBe(true);
});

test.each<[Value, Value]>([
  [1, '1'],
  [0, false],
  [null, 0],
  [[], {}],
  [[1], [1, 2]],
  [{ a: 1 }, { b: 1 }],
  [{ a: 1 }, { a: 1, b: 2 }],
  [{ toString: 1 }, { valueOf: 1 }],
])('%j does not equal %j', (a, b) => {
  expect(equal(a, b)).toBe(false);
  expect(equal(b, a)).toBe(false);
});

test('names types as a person would', () => {
  expect([null, [], 1, '', true, {}].map(typeName)).toEqual([
    'null',
    'a list',
    'a number',
    'text',
    'true or false',
    'an object',
  ]);
});
