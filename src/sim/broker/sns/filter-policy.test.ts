import { expect, test } from 'vitest';
import { type FilterPolicy, passes } from './filter-policy.ts';

const message = {
  store: 'example_corp',
  event: 'order_placed',
  price: 210.75,
  interests: ['soccer', 'rugby'],
  gift: true,
};

test.each<[string, FilterPolicy, boolean]>([
  ['an exact value', { store: ['example_corp'] }, true],
  ['an exact value of another case', { store: ['Example_Corp'] }, false],
  ['one of several values', { event: ['order_cancelled', 'order_placed'] }, true],
  ['a number is not its text', { price: ['210.75'] }, false],
  ['a boolean', { gift: [true] }, true],
  ['all names must match', { store: ['example_corp'], event: ['order_cancelled'] }, false],
  ['a name that the message does not have', { colour: ['red'] }, false],
  ['a prefix', { event: [{ prefix: 'order_' }] }, true],
  ['another prefix', { event: [{ prefix: 'price_' }] }, false],
  ['a suffix', { event: [{ suffix: '_placed' }] }, true],
  ['a value whatever its case', { store: [{ 'equals-ignore-case': 'EXAMPLE_corp' }] }, true],
  ['anything but another value', { store: [{ 'anything-but': 'other' }] }, true],
  ['anything but this value', { store: [{ 'anything-but': ['example_corp', 'other'] }] }, false],
  ['anything but this prefix', { event: [{ 'anything-but': { prefix: 'order_' } }] }, false],
  ['anything but, of what is not there', { colour: [{ 'anything-but': 'red' }] }, false],
  ['a number in a range', { price: [{ numeric: ['>', 100, '<=', 210.75] }] }, true],
  ['a number beyond a range', { price: [{ numeric: ['>', 0, '<', 210.75] }] }, false],
  ['an equal number', { price: [{ numeric: ['=', 210.75] }] }, true],
  ['a range of a text', { store: [{ numeric: ['>', 0] }] }, false],
  ['what exists', { store: [{ exists: true }] }, true],
  ['what must not exist', { store: [{ exists: false }] }, false],
  ['what does not exist and must not', { colour: [{ exists: false }] }, true],
  ['an element of a list', { interests: ['rugby'] }, true],
  ['no element of a list', { interests: ['tennis'] }, false],
  ['one of two alternatives', { $or: [{ event: ['nothing'] }, { price: [{ numeric: ['>', 200] }] }] }, true],
  ['none of two alternatives', { $or: [{ event: ['nothing'] }, { gift: [false] }] }, false],
  ['alternatives, and a name beside them', { store: ['other'], $or: [{ gift: [true] }] }, false],
  ['a method that all objects have', { toString: [{ exists: true }] }, false],
])('%s', (_what, policy, expected) => {
  expect(passes(policy, message)).toBe(expected);
});

test('in a body names lead into inner objects', () => {
  const body = { order: { total: 30, customer: { tier: 'gold' } } };
  expect(passes({ order: { customer: { tier: ['gold'] } } }, body)).toBe(true);
  expect(passes({ order: { customer: { tier: ['silver'] } } }, body)).toBe(false);
  expect(passes({ order: { address: { city: [{ exists: false }] } } }, body)).toBe(true);
});
