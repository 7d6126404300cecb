import { expect, test } from 'vitest';
import { helpText, menuText, notUnderstood, understand } from './menu.ts';

const items = [
  { word: 'why', label: 'why that happened', result: 'why' },
  { word: '', label: 'an answer', result: 'answer' },
  { word: 'grade', label: 'many seeds', result: 'grade' },
  { word: 'event', label: 'go to an event', hidden: true, result: 'event' },
  { word: 'export', label: 'print progress', hidden: true, result: 'export' },
];

test.each([
  ['1', 'why', ''],
  [' 2. ', 'answer', ''],
  ['GRADE 200', 'grade', '200'],
  ['gr 5', 'grade', '5'],
  ['event #118', 'event', '#118'],
])('understands %s', (typed, result, rest) => {
  expect(understand(items, typed)).toEqual({ result, rest });
});

test.each(['4', '0', '', 'e', 'x', '\u001b[A'])('does not guess at %j', (typed) => {
  expect(understand(items, typed)).toBeUndefined();
});

test('numbers what is shown, and help tells the rest', () => {
  expect(menuText(items)).toBe('1 why: why that happened\n2 an answer\n3 grade: many seeds');
  expect(helpText(items)).toContain('Also understood:\n  event: go to an event');
});

test('offers the nearest word, and repeats nothing that a terminal would obey', () => {
  expect(notUnderstood(items, 'graed')).toContain('Did you mean grade?');
  expect(notUnderstood(items, '\u001b[2J')).not.toContain('\u001b');
});
