import { expect, test } from 'vitest';
import { chanceOfBeingWorse } from './fisher.ts';

const chance = (failures: number, requests: number, others: number, otherRequests: number) =>
  chanceOfBeingWorse({ failures, requests }, { failures: others, requests: otherRequests });

test.each([
  // Fisher's lady who tasted tea: eight cups, four of each kind.
  ['all four right', chance(4, 4, 0, 4), 1 / 70],
  ['three of four right', chance(3, 4, 1, 4), 17 / 70],
  ['none at all', chance(0, 4, 4, 4), 1],
  ['one failure, and it is the one request of a canary', chance(1, 1, 0, 999), 1 / 1_000],
  ['no failures anywhere', chance(0, 50, 0, 950), 1],
  ['nothing but failures', chance(50, 50, 950, 950), 1],
])('%s', (_name, found, expected) => {
  expect(found).toBeCloseTo(expected, 12);
});

test('is near zero, and a number, for what no chance could do', () => {
  expect(chance(5_000, 10_000, 0, 1_000_000)).toBe(0);
  expect(chance(0, 10_000, 5_000, 1_000_000)).toBeGreaterThan(0.99);
});

test('grows with what the other has failed', () => {
  const chances = [0, 1, 5, 20, 100].map((others) => chance(5, 50, others, 950));
  expect(chances).toEqual(chances.toSorted((a, b) => a - b));
});
