import { expect, test } from 'vitest';
import { compileExpression, ExpressionProblem, type Vocabulary } from './expression.ts';

const vocabulary: Vocabulary<undefined> = {
  slots: new Map([
    ['request', 0],
    ['quote', 1],
    ['sum', 2],
    ['charge-card', 3],
  ]),
  fields: new Map([
    ['request', ['order', 'customer', 'sku']],
    ['quote', undefined],
    ['sum', ['charged', 'refunded']],
    ['sum.charged', ['amount']],
  ]),
  functions: new Map([['chance', { summary: 'A draw', arity: [1, 1], call: () => true }]]),
  elsewhere: new Map([['row', '`row` is in `set` only.']]),
};

function problem(source: string): ExpressionProblem {
  try {
    compileExpression(source, vocabulary);
  } catch (error) {
    if (error instanceof ExpressionProblem) return error;
    throw error;
  }
  throw new Error(`${source} compiles`);
}

test.each([
  ['request.ordr', '`request.ordr`: request has `order customer sku`. Did you mean `order`?', 'ordr'],
  ['has(request.ordr)', 'Did you mean `order`?', 'ordr'],
  ['sum.charged.amont > 0', 'sum.charged has `amount`. Did you mean `amount`?', 'amont'],
  ["request['ordr']", 'Did you mean `order`?', "['ordr']"],
  [
    'request.order == paid',
    '`paid` is not a name here. A status is written in capitals (`PAID`); other text needs its own quotes (`"\'paid\'"`). The names here are `request quote sum charge-card`.',
    'paid',
  ],
  ['row.stock > 0', '`row` is in `set` only.', 'row'],
  ['request.row', 'request has `order customer sku`', 'row'],
  ['qoute.price', 'Did you mean `quote`?', 'qoute'],
  ['chance', '`chance` is a function: write `chance(…)`.', 'chance'],
  ['charge-card.ok', 'a name with a dash cannot be used', 'charge-card'],
  ['chnce(0.5)', 'There is no function `chnce` here. Did you mean `chance`?', 'chnce'],
  [
    'dice(6)',
    'There is no function `dice` here. There are `chance has size string int double duration`.',
    'dice',
  ],
  ['request.sku.upper()', 'There is no method `upper`. There are `', '.upper()'],
  ['chance()', '`chance` takes 1 argument, and has 0 here.', 'chance()'],
  ['request(1)', '`request` is a name, not a function', 'request'],
  ["startsWith('a')", '`startsWith` is called on a value', 'startsWith'],
  ["request.sku.startWith('a')", 'Did you mean `startsWith`?', ".startWith('a')"],
  ["request.sku.matches('a')", 'use contains, startsWith or endsWith', ".matches('a')"],
  ['request.sku.int()', '`int` is not called on a value', '.int()'],
  ['[1].map(x)', '`map` takes 2 to 3 arguments, and has 1 here.', '[1].map(x)'],
  ['[1].exists(1, true)', 'names its item with a plain word first', '1'],
  ['has(1)', 'has(…) asks for one field', 'has(1)'],
  ['9007199254740992', 'too large', '9007199254740992'],
  ['1u', 'leave out the `u`', '1u'],
  ["b'x'", 'leave out the `b`', "b'x'"],
  ['{ a: 1 }', 'The name of a field is text in quotes', 'a'],
])('%s: %s', (source, message, stretch) => {
  const found = problem(source);
  expect(found.message).toContain(message);
  expect(source.slice(found.start, found.end)).toBe(stretch);
});

test.each([
  ['', 'There is no expression here.', 0],
  ['1 &&', 'The expression ends too early: a value is missing.', 4],
  ['(1', 'The expression ends too early: a closing `)` is missing.', 2],
  ['[1, 2', 'a closing `]` is missing', 5],
  ['true ? 1', 'a `:` is missing', 8],
  ['request.', 'the name of a field is missing', 8],
  ['1 2', '`2` does not belong here', 2],
  ['1 + )', '`)` stands where a value should', 4],
  ['request.order = 1', 'To compare, write `==`', 14],
  ['true and false', '"And" is written `&&`.', 5],
  ['true | false', '"Or" is written `||`.', 5],
  ['request.order > 5s', "A length of time is written duration('5s').", 17],
  ['‘a’', 'straight quotes', 0],
  ['$request.order', 'without a sign before it', 0],
  ["'abc", 'This text has no closing quote.', 0],
  ["'\\q'", '`\\q` is not a known escape', 1],
  ['loop == 1', '`loop` is a reserved word', 0],
  ['0x', '`0x` is not a number.', 0],
])("the parser's complaint about %j becomes plain words", (source, message, start) => {
  const found = problem(source);
  expect(found.message).toContain(message);
  expect(found.start).toBe(start);
});

test('too many arguments are refused', () => {
  expect(problem(`chance(${'1, '.repeat(40)}1)`).message).toBe('This call has too many arguments.');
});

test('a slip is named, and nothing is said of statuses and quotes then', () => {
  expect(problem('qoute == 1').message).toBe('`qoute` is not a name here. Did you mean `quote`?');
});

test('where there are functions only, they are listed', () => {
  const functions = new Map([['facts', { summary: 'How often', arity: [1, 1] as const, call: () => 1 }]]);
  expect(() => compileExpression('sold <= 3', { slots: new Map(), functions })).toThrow(
    'Here are no names, only functions: `facts`.',
  );
});

test('suggests nothing when nothing is near', () => {
  expect(problem('[1].exists(x, y)').message).not.toContain('Did you mean');
  expect(problem('request.voucher').message).not.toContain('Did you mean');
});

test('too long a text is refused with its length and the limit', () => {
  expect(problem(`1${' '.repeat(400)}`).message).toBe(
    'This expression has 401 characters; the limit is 400. Split it into steps.',
  );
});

test('too deep a text is refused with the limit', () => {
  expect(problem(`${'('.repeat(50)}1${')'.repeat(50)}`).message).toContain('the limit is 40 levels');
});
