import { expect, test } from 'vitest';
import { clean, paragraphs, percent, sentence, wrap } from './text.ts';

test('lets nothing through that a terminal would obey', () => {
  const evil = 'a\u001b[2Jb\u001b]0;title\u0007c\u0007d\u009b31me\u202ef\rg';
  expect(clean(evil)).toBe('abcd31mefg');
});

test('wraps at 80 columns and keeps long words whole', () => {
  const long = `${'word '.repeat(40)}${'x'.repeat(90)} end`;
  const lines = wrap(long).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual(['x'.repeat(90)]);
  expect(lines.join(' ').split(/\s+/)).toEqual(long.split(/\s+/));
});

test('hangs what goes on under the text of its number, and keeps indentation', () => {
  expect(wrap(`1 x\n2 ${'ab '.repeat(5)}`, 10)).toBe('1 x\n2 ab ab ab\n  ab ab');
  expect(wrap('20 orders come in', 12)).toBe('20 orders\ncome in');
  expect(wrap(`  ${'abc '.repeat(4)}`, 10)).toBe('  abc abc\n  abc abc');
});

test('takes single line ends of a document for blanks, and leaves lists alone', () => {
  expect(paragraphs('one\ntwo\n\n- a\n- b\n')).toBe('one two\n\n- a\n- b');
});

test('says 100 percent only where it is', () => {
  expect(percent(1)).toBe('100 percent');
  expect(percent(0.9999)).toBe('over 99.9 percent');
  expect(percent(0.0001)).toBe('under 0.1 percent');
  expect(percent(0.425)).toBe('42.5 percent');
});

test('ends a sentence once', () => {
  expect(sentence('order timed out')).toBe('Order timed out.');
  expect(sentence('Why?')).toBe('Why?');
});
