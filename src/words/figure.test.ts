import { expect, test } from 'vitest';
import { unitOf } from '../scenarios/measure-unit.ts';
import { figureWords } from './figure.ts';

const told = (name: string, value: number) => figureWords(value, unitOf(name));

test('what checks measure is told with its unit: times, shares and counts', () => {
  expect(told('p95', 31_175)).toBe('31.175 ms');
  expect(told("p(99, 'browsers')", 2_000_000)).toBe('2 s');
  expect(told('recovers', 1_500_000)).toBe('1.5 s');
  expect(told('success', 99.1234)).toBe('99.123 percent');
  expect(told('traced', 80)).toBe('80 percent');
  expect(told("facts('shownOld')", 852)).toBe('852');
});

test('screens, which are narrow, have a sign for per cent', () => {
  expect(figureWords(99.5, '%', '%')).toBe('99.5 %');
  expect(figureWords(12, 'points')).toBe('12 points');
});
