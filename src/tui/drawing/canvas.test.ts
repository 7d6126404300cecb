import { expect, test } from 'vitest';
import { themeOf } from '../theme/theme.ts';
import { Canvas } from './canvas.ts';

const plain = themeOf({ palette: 'none' });

test('joins lines where they meet', () => {
  const canvas = new Canvas(7, 3);
  canvas.line(0, 1, 6, 1);
  canvas.line(3, 0, 3, 2);
  canvas.line(5, 1, 5, 2);
  expect(canvas.text()).toBe(['   │', '───┼─┬─', '   │ │'].join('\n'));
});

test('turns corners', () => {
  const canvas = new Canvas(4, 3);
  canvas.line(0, 0, 2, 0);
  canvas.line(2, 0, 2, 2);
  canvas.line(2, 2, 3, 2);
  expect(canvas.text()).toBe(['──╮', '  │', '  ╰─'].join('\n'));
});

test('draws a box over what was there', () => {
  const canvas = new Canvas(8, 3);
  canvas.line(0, 1, 7, 1);
  canvas.box(2, 0, 4, 3);
  expect(canvas.text()).toBe(['  ╭──╮', '──│  │──', '  ╰──╯'].join('\n'));
});

test('leaves out whatever falls outside', () => {
  const canvas = new Canvas(4, 2);
  canvas.put(-2, 0, 'abcdefgh');
  canvas.put(0, 5, 'below');
  canvas.box(2, 0, 9, 9);
  canvas.line(-3, 1, 9, 1);
  for (const line of canvas.lines(plain)) expect(line.length).toBeLessThanOrEqual(4);
});

test('paints each run of one role once', () => {
  const canvas = new Canvas(12, 1);
  canvas.put(0, 0, 'all is', 'good');
  canvas.put(7, 0, 'well', 'good');
  expect(canvas.lines(themeOf())).toEqual(['\u001b[32mall is well\u001b[0m']);
});

test('gives a wide character two cells and never half of one', () => {
  const canvas = new Canvas(5, 1);
  canvas.put(0, 0, '日本語');
  expect(canvas.lines(plain)).toEqual(['日本']);
});

test('says the same in ASCII', () => {
  const canvas = new Canvas(6, 3);
  canvas.box(0, 0, 6, 3);
  canvas.put(2, 1, '▸…');
  expect(canvas.lines(themeOf({ palette: 'none', glyphs: 'ascii' }))).toEqual(['+----+', '| >~ |', '+----+']);
});
