import { expect, test } from 'vitest';
import { nearest } from './suggest.ts';

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
