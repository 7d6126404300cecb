import { expect, test } from 'vitest';
import { UsageError } from '../problems.ts';
import { parseInjection } from './injection.ts';

test('reads a fault and a time, with braces and without', () => {
  const expected = { at: 12_000_000, chaos: { 'injected-1': { latency: 'payment', add: '400ms' } } };
  expect(parseInjection('{ latency: payment, add: 400ms } @ 12s', 1)).toEqual(expected);
  expect(parseInjection('latency: payment, add: 400ms @12s', 1)).toEqual(expected);
});

test.each([
  ['{ latency: payment, add: 400ms }', 'has no time'],
  ['{ latency: payment, add: 400ms } @ soon', '"soon" is not a time'],
  ['{ latncy: payment } @ 1s', 'Did you mean latency?'],
  ['{ latency: payment, ad: 400ms } @ 1s', 'no fault that can be injected'],
  ['[1, 2 @ 1s', 'cannot be read'],
  ['{ latency: &a x, add: *a } @ 1s', 'cannot be read'],
])('says what is wrong with %s', (text, reason) => {
  expect(() => parseInjection(text, 1)).toThrow(UsageError);
  expect(() => parseInjection(text, 1)).toThrow(reason);
});
