import { expect, test } from 'vitest';
import { homed } from './homing.ts';

test('a frame that begins by going up begins at home instead', () => {
  expect(homed('\u001b[22A\u001b[1Ghead\u001b[K\n')).toBe('\u001b[Hhead\u001b[K\n');
});

test('lines that are skipped at its beginning stay skipped', () => {
  expect(homed('\u001b[22A\u001b[E\u001b[E\u001b[1Gthird\u001b[K\n')).toBe(
    '\u001b[H\u001b[E\u001b[E\u001b[1Gthird\u001b[K\n',
  );
});

test('a shorter frame clears what is left of the longer one', () => {
  expect(homed('\u001b[2K\u001b[1A\u001b[2K\u001b[G\u001b[5A\u001b[1Ghead\n')).toBe('\u001b[Hhead\n\u001b[J');
});

test('what is no frame stays as it is', () => {
  expect(homed('\u001b[?25l')).toBe('\u001b[?25l');
});

test('nothing clears the whole terminal, nor what was scrolled past', () => {
  expect(homed('\u001b[2J\u001b[3J\u001b[Hhead\n')).toBe('\u001b[H\u001b[Jhead\n');
});
