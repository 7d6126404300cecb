import { expect, test } from 'vitest';
import { close, listed, nearest } from './suggest.ts';

const fields = ['order', 'customer', 'sku', 'qty', 'amount'];

test.each([
  ['a missing letter', 'ordr', 'order'],
  ['an extra letter', 'custommer', 'customer'],
  ['a wrong letter', 'amaunt', 'amount'],
  ['two letters swapped', 'qyt', 'qty'],
  ['the wrong case', 'Order', 'order'],
])('sees through %s', (_slip, word, meant) => {
  expect(nearest(word, fields)).toBe(meant);
});

test.each(['voucher', 'x', '', 'id'])('suggests nothing for %j, which is like none of them', (word) => {
  expect(nearest(word, fields)).toBeUndefined();
});

test('prefers the nearer of two, and the first of two equally near', () => {
  expect(nearest('retri', ['metric', 'retry'])).toBe('retry');
  expect(nearest('pad', ['paid', 'pads'])).toBe('paid');
});

test('never suggests the word itself', () => {
  expect(nearest('order', ['order'])).toBeUndefined();
});

test.each([
  ['soldd', 'sold'],
  ['sodl', 'sold'],
  ['Sold', 'sold'],
  ['refnuded', 'refunded'],
  ['refund', 'refunded'],
  ['refudnd', 'refunded'],
])('takes %s for a slip of %s in an expression', (word, meant) => {
  expect(close(word, ['pay', 'sold', 'refunded'])).toBe(meant);
});

test.each(['paid', 'so', 'solvent', 'prepay', 'redund'])(
  'does not take %s for a slip in an expression: it may be a word of its own',
  (word) => {
    expect(close(word, ['pay', 'sold', 'refunded'])).toBeUndefined();
  },
);

test('one slip is nearer than two', () => {
  expect(close('charged', ['charges', 'changes'])).toBe('charges');
  expect(close('taken', ['tokens', 'take'])).toBe('take');
});

test('lists a dozen names, and says how many more there are', () => {
  const names = Array.from({ length: 20 }, (_, number) => `n${number + 1}`);
  expect(listed(['sold', 'paid'])).toBe('`sold paid`');
  expect(listed(names.slice(0, 13))).toBe('`n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n11 n12 n13`');
  expect(listed(names)).toBe('`n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n11 n12` and 8 more');
});
