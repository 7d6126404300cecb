import { describe, expect, test } from 'vitest';
import { queryShape } from './query-shape.ts';

const shape = (text: string) => queryShape(text, 10);

describe('the cost of a query', () => {
  test.each([
    ['one field', '{ product }', { depth: 1, cost: 1 }],
    ['fields side by side', '{ product price stock }', { depth: 1, cost: 3 }],
    ['a list that says how long it is', '{ category(first: 24) { price stock } }', { depth: 2, cost: 49 }],
    ['a list that does not', '{ category { price stock } }', { depth: 2, cost: 21 }],
    [
      'lists inside lists',
      '{ category(first: 24) { products(first: 5) { price } } }',
      { depth: 3, cost: 1 + 24 * (1 + 5) },
    ],
    ['aliases, each of which is a field of its own', '{ a: price b: price c: price }', { depth: 1, cost: 3 }],
    [
      'named queries with variables, directives, comments and strings',
      'query Home($n: Int = 24) @cached(ttl: 60) { # home\n category(first: 2, tag: "} first: 9 {") @include(if: true) { price } }',
      { depth: 2, cost: 3 },
    ],
    [
      'fragments, named and inline',
      'query { category(first: 2) { ...part ... on Product { stock } } } fragment part on Product { price }',
      { depth: 2, cost: 5 },
    ],
    [
      'arguments with objects and lists',
      '{ search(filter: { tags: ["a", "b"], first: 99 }, first: 3) { price } }',
      { depth: 2, cost: 4 },
    ],
  ])('counts %s', (_name, text, expected) => {
    expect(shape(text)).toEqual(expected);
  });

  test.each([
    ['as its variable says', { n: 24 }, 49],
    ['as the variable’s default says', {}, 7],
    ['as is usual, where nothing that counts is given', { n: 'many' }, 21],
    ['as none, where less is given', { n: -5 }, 1],
  ])('counts a list %s', (_name, variables, cost) => {
    const text = 'query ($n: Int! = 3) { category(first: $n) { price stock } }';
    expect(queryShape(text, 10, variables)).toEqual({ depth: 2, cost });
  });

  test.each([
    '',
    '{',
    '{ }',
    '{ a(b: 1 }',
    'type A { a: Int }',
    '{ ...missing }',
    '{ a } fragment x',
    '{ % }',
  ])('is unknown for what is no query: %s', (text) => {
    expect(shape(text)).toBe(null);
  });

  test('is unknown where fragments run in a circle', () => {
    expect(shape('{ ...a } fragment a on T { ...b } fragment b on T { ...a }')).toBe(null);
  });

  test('is found at once also where fragments spread fragments a million million times', () => {
    const bombs = Array.from(
      { length: 40 },
      (_, i) => `fragment f${i} on T { ...f${i + 1} ...f${i + 1} }`,
    ).join(' ');
    expect(shape(`{ ...f0 } ${bombs} fragment f40 on T { a }`)).toEqual({ depth: 1, cost: 2 ** 40 });
  });

  test('is unknown for what is nested deeper than anybody means', () => {
    expect(shape(`${'{ a '.repeat(5_000)}${'}'.repeat(5_000)}`)).toBe(null);
  });
});
