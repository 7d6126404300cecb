import { expect, test } from 'vitest';
import { compileExpression, type ExpressionFunction, type Vocabulary } from './expression.ts';
import { EvaluationProblem } from './problem.ts';
import type { Value } from './value.ts';

interface Host {
  readonly calls: string[];
}

const slots = {
  request: { order: 17, sku: 'A-1', qty: 2, tags: ['new', 'gift'] },
  row: { available: 5, status: 'PAID', at: 1.5, note: null },
  look: { orders: [3, 17, 4] },
  sum: { charged: { amount: 900 } },
};

const vocabulary: Vocabulary<Host> = {
  slots: new Map([...Object.keys(slots), 'later'].map((name, index) => [name, index])),
  constants: new Map<string, Value>([['limit', 4]]),
  functions: new Map<string, ExpressionFunction<Host>>([
    [
      'range',
      {
        summary: 'Whole numbers',
        arity: [1, 1],
        call: (_host, [n]) => Array.from({ length: Number(n) }, (_, i) => i),
      },
    ],
    [
      'log',
      {
        summary: 'Notes its call',
        arity: [0, 3],
        call: (host, args) => host.calls.push(JSON.stringify(args)),
      },
    ],
    [
      'fussy',
      {
        summary: 'Takes nothing well',
        arity: [1, 1],
        call: () => {
          throw new EvaluationProblem('p lies between 0 and 1');
        },
      },
    ],
  ]),
};

function evaluate(source: string, host: Host = { calls: [] }): Value {
  return compileExpression(source, vocabulary).evaluate(Object.values(slots), host);
}

test.each<[string, Value]>([
  ['request.order', 17],
  ['row.available >= request.qty', true],
  ['row.available - request.qty', 3],
  ['row.available < 5', false],
  ['row.status == PAID', true],
  ["row.status != 'PAID'", false],
  ['PAID', 'PAID'],
  ['request.qty < limit', true],
  ['sum.charged.amount / request.qty', 450],
  ["request['order'] == request.order", true],
  ['look.orders[1]', 17],
  ["{'a': 1}['a']", 1],
  ['look.orders.exists(o, o == request.order)', true],
  ['look.orders.all(o, o > 3)', false],
  ['look.orders.exists_one(o, o > 4)', true],
  ['look.orders.filter(o, o < 10)', [3, 4]],
  ['look.orders.map(o, o * 2)', [6, 34, 8]],
  ['look.orders.map(o, o < 10, o + 1)', [4, 5]],
  [
    'range(3).map(x, range(3).map(y, x * y))',
    [
      [0, 0, 0],
      [0, 1, 2],
      [0, 2, 4],
    ],
  ],
  ['range(2).map(limit, limit)', [0, 1]],
  ["'gift' in request.tags", true],
  ["'amount' in sum.charged", true],
  ['request.order in [1, 17]', true],
  ["request.tags + ['x']", ['new', 'gift', 'x']],
  ["{ 'order': request.order, 'state': NEW }", { order: 17, state: 'NEW' }],
  ["request.sku.startsWith('A-') && request.sku.endsWith('1') && request.sku.contains('-')", true],
  ["request.tags.contains('gift')", true],
  ["size('añ😀') + 'ab'.size() + size(request.tags) + size({})", 7],
  ["string(request.qty) + 'x'", '2x'],
  ["int('12') + int(-3.7)", 9],
  ["double('1.5')", 1.5],
  ["duration('5s')", 5_000_000],
  ['has(request.qty) && !has(request.voucher)', true],
  ['has(row.note)', true],
  ['row.note == null', true],
  ['request.qty > 1 ? MANY : ONE', 'MANY'],
  ['false && 1 / 0 > 0', false],
  ['true || request.voucher', true],
  ['-request.qty', -2],
])('%s gives %j', (source, value) => {
  expect(evaluate(source)).toEqual(value);
});

test.each<[string, Value]>([
  ['7 / 2', 3],
  ['-7 / 2', -3],
  ['-7 % 3', -1],
  ['7 / 2.0', 3.5],
  ['double(7) / 2', 3.5],
  ['(1.0 + request.qty) / 2', 1.5],
  ['row.at / 3', 0.5],
  ['0 / -5', 0],
  ['0 * -1', 0],
  ['-0', 0],
])('divides and counts as CEL does: %s is %d', (source, value) => {
  expect(evaluate(source)).toBe(value);
});

test.each([
  ['request.voucher', 'request.voucher: this request has no field `voucher`; use has(request.voucher)'],
  ['request.constructor', 'this request has no field `constructor`'],
  ["request['__proto__']", 'this request has no field `__proto__`'],
  ['request.tags.length', '`request.tags` is a list, which has no fields'],
  ['request.sku.length', '`request.sku` is text, which has no fields'],
  ['row.note.text', '`row.note` is null, which has no fields'],
  ['has(row.note.text)', '`row.note` is null, which has no fields'],
  ['later', 'later: it has no value here yet'],
  ['later.price', '`later` has no value here yet'],
  ['later.price == 1', '`later` has no value here yet'],
  ['request.qty / 0', 'request.qty / 0: division by zero'],
  ['request.qty % 0', 'division by zero'],
  ['row.at % 1', '`%` is for whole numbers'],
  ['1 / 0', 'division by zero'],
  [
    "request.qty + 'x'",
    '`+` has a number on its left and text on its right; string(…) makes text of a number',
  ],
  ['row.status < 3', '`<` has text on its left and a number on its right'],
  ['[1] < [2]', '`<` has a list on its left and a list on its right'],
  ['-row.status', '`-` needs a number, not text'],
  ['9007199254740991 + request.qty', 'beyond 2^53 - 1'],
  ['request.qty && true', 'request.qty: this must be true or false, and is a number'],
  ['true && request.qty', 'request.qty: this must be true or false'],
  ['!request.sku', 'this must be true or false, and is text'],
  ['request.qty ? 1 : 2', 'this must be true or false'],
  ['look.orders.exists(o, o)', 'o: this must be true or false'],
  ['look.orders[3]', "there is no item number 3; the list's items are 0 to 2"],
  ['look.orders[-1]', 'there is no item number -1'],
  ['look.orders[row.at]', 'there is no item number 1.5'],
  ['[][request.qty]', 'the list is empty'],
  ['request[request.qty]', 'an object has no item a number'],
  ['1 in request.qty', '`in` looks into a list, not a number'],
  ['request.qty.exists(x, true)', 'exists(…) goes through a list, not a number'],
  ["request.qty.startsWith('x')", 'it works on text, not on a number'],
  ['size(request.qty)', 'a number has no size'],
  ["int('1.5')", "int(…) finds no whole number in '1.5'"],
  ["double('x')", "double(…) finds no number in 'x'"],
  ["duration('soon')", "duration(…) takes text such as '5s' or '250ms', not 'soon'"],
  ['string(request.tags)', 'string(…) cannot write a list'],
  ['fussy(request.qty)', 'fussy(request.qty): p lies between 0 and 1'],
])('%s says what is wrong when it runs', (source, message) => {
  expect(() => evaluate(source)).toThrow(EvaluationProblem);
  expect(() => evaluate(source)).toThrow(message);
});

test('a problem of a run carries its place in the source', () => {
  try {
    evaluate('true && request.voucher == 1');
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ place: { start: 8, end: 23 } });
  }
});

test('notes what it reads and calls', () => {
  const source =
    "has(request.voucher) || sum.charged.amount > size(look['orders']) || log('a', row).exists(o, o == o)";
  const { names, paths, functions, calls } = compileExpression(source, vocabulary);
  expect([...names]).toEqual(['request', 'sum', 'look', 'row']);
  expect([...paths]).toEqual(['request.voucher', 'sum.charged.amount', 'look.orders', 'row']);
  expect([...functions]).toEqual(['has', 'size', 'exists', 'log']);
  expect(calls.map(({ name, args }) => [name, args])).toEqual([
    ['size', [undefined]],
    ['log', ['a', undefined]],
  ]);
});

test('never calls a function of the vocabulary before it runs', () => {
  const host: Host = { calls: [] };
  const expression = compileExpression("log(1, 'x')", vocabulary);
  expect(host.calls).toEqual([]);
  expression.evaluate([], host);
  expression.evaluate([], host);
  expect(host.calls).toEqual(['[1,"x"]', '[1,"x"]']);
});

test('hands out constants nobody can change', () => {
  const list = evaluate("[[1], { 'a': 2 }]") as Value[];
  expect(() => list.push(3)).toThrow(TypeError);
  expect(() => (list[0] as Value[]).push(3)).toThrow(TypeError);
});

test('makes a field of any name without touching a prototype', () => {
  const made = evaluate("{ '__proto__': [1], 'constructor': 2 }");
  expect(Object.keys(made as object)).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
});
