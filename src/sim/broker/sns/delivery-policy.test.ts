import { expect, test } from 'vitest';
import { seconds } from '../../kernel/time.ts';
import { type BackoffFunction, CUSTOMER_MANAGED, MANAGED, policyOf, retryDelay } from './delivery-policy.ts';

const delays = (count: number, policy: Parameters<typeof retryDelay>[0]): (number | null)[] =>
  Array.from({ length: count }, (_, i) => {
    const delay = retryDelay(policy, i + 1);
    return delay === null ? null : Math.round(delay / seconds(0.1)) / 10;
  });

test('endpoints that the provider runs: the four phases, and 23 days in all', () => {
  expect(delays(17, MANAGED)).toEqual([0, 0, 0, 1, 1, 1, 2, 4, 8, 16, 20, 20, 20, 20, 20, 20, 20]);
  expect(delays(1, { ...MANAGED, numRetries: 0 })).toEqual([null]);
  expect(retryDelay(MANAGED, 100_015)).toBe(seconds(20));
  expect(retryDelay(MANAGED, 100_016)).toBeNull();
});

test('mail and telephones: six hours', () => {
  let sum = 0;
  for (let retry = 1; retry <= 50; retry++) sum += retryDelay(CUSTOMER_MANAGED, retry)!;
  expect(sum / seconds(3_600)).toBeGreaterThan(6);
  expect(sum / seconds(3_600)).toBeLessThan(8);
});

test.each<[BackoffFunction, number[]]>([
  ['linear', [5, 20, 35, 50, 65]],
  ['arithmetic', [5, 11, 23, 41, 65]],
  ['geometric', [5, 9.5, 18, 34.2, 65]],
  ['exponential', [5, 10, 20, 40, 65]],
])('%s grows from the shortest to the longest delay', (backoffFunction, expected) => {
  const policy = policyOf('https', { numRetries: 5, minDelayTarget: 5, maxDelayTarget: 65, backoffFunction });
  expect(delays(6, policy)).toEqual([...expected, null]);
});

test('only web hooks can have a policy of their own', () => {
  expect(policyOf('sqs', { numRetries: 1 })).toBe(MANAGED);
});
