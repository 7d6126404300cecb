import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bare, cut, ends, fill, pad, shorten, widthOf } from './text.ts';

const red = (text: string) => `\u001b[31m${text}\u001b[0m`;

test('a text is cut by columns, not by characters, and its colour ends with it', () => {
  expect(cut(red('abcdef'), 3)).toBe(red('abc'));
  expect(cut('日本語', 5)).toBe('日本');
  expect(widthOf(cut(`${red('ab')}日本`, 5))).toBe(4);
});

test('what is shortened says so', () => {
  expect(shorten('abcdef', 4)).toBe('abc…');
  expect(shorten('abc', 4)).toBe('abc');
});

test('the right end of a line gives way first', () => {
  expect(ends('left', 'right', 12)).toBe('left   right');
  expect(ends('left', 'right', 8)).toBe('left    ');
});

test('no line is wider than it may be, and no word is lost', () => {
  fc.assert(
    fc.property(fc.lorem({ maxCount: 40 }), fc.integer({ min: 4, max: 100 }), (text, width) => {
      const lines = fill(text, width);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(/\s/g, ''));
    }),
  );
});

test('padded text is exactly as wide as asked', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.integer({ min: 1, max: 40 }),
      (text, width) => {
        expect(widthOf(pad(bare(text), width))).toBe(width);
      },
    ),
  );
});
