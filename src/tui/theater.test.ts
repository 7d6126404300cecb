import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { widthOf } from './layout/text.ts';
import { Theater } from './theater.fixture.tsx';

describe('the first visit', () => {
  let theater: Theater;
  let firstFrames = 0;
  beforeAll(async () => {
    theater = new Theater(80, 24);
    await theater.see('e why');
    firstFrames = theater.out.chunks.length;
  });
  afterAll(async () => {
    await theater.press('\u0003');
    expect(await theater.ended).toBe(130);
  });

  test('begins in a failure, with three keys in the footer', () => {
    expect(theater.lines()[22]).toMatch(/^space (play|pause) {2}l step {2}e why$/);
  });

  test('leads from the failure to the choice, and every key on the way is named', async () => {
    await theater.press('e');
    await theater.see('r now choose a fix');
    await theater.press('r');
    await theater.see('Enter skip');
    await theater.press('\r');
    await theater.see('1-9 take');
    await theater.press('4', '3');
    await theater.see('r run');
    await theater.press('r');
    await theater.see('R grade');
  });

  test('resizes at any time without leaving anything behind', async () => {
    for (const [columns, rows] of [
      [120, 40],
      [46, 12],
      [80, 24],
    ] as const) {
      theater.out.resizeTo(columns, rows);
      await theater.rest(300);
      const lines = theater.lines();
      expect(lines[0]).toMatch(/^Charged twice/);
      expect(lines.at(-2)).toMatch(/q home|help/);
      expect(lines.at(-1)).toBe('');
    }
  });

  test('never clears the whole terminal, and draws nothing while nobody presses a key', async () => {
    const later = theater.out.chunks.slice(firstFrames).join('');
    expect(later).not.toContain('\u001b[2J');
    expect(later).not.toContain('\u001b[3J');
    await theater.rest(300);
    const before = theater.out.chunks.length;
    await theater.rest(500);
    expect(theater.out.chunks.length).toBe(before);
    expect(Math.max(...theater.lines().map(widthOf))).toBeLessThanOrEqual(80);
  });
});

test('a failure of ours gives the terminal back before it is told', async () => {
  const gone = {
    id: 'EX-1',
    slug: 'gone',
    title: 'Gone',
    chapter: 1,
    minutes: 5,
    path: '/nowhere/gone.yaml',
  };
  const theater = new Theater(80, 24, [gone]);
  await theater.see('Enter open');
  const ended = expect(theater.ended).rejects.toThrow('There is no file');
  await theater.press('\r');
  await ended;
  expect(theater.out.chunks.join('')).toMatch(/\u001b\[\?25h\u001b\[\?1049l[^\u001b]*$/);
});
