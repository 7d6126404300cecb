import { beforeAll, describe, expect, test, vi } from 'vitest';
import { Rehearsal } from './rehearsal.fixture.ts';

const footer = (rehearsal: Rehearsal) => rehearsal.lines().at(-1) ?? '';

describe('an exercise that is open', () => {
  let rehearsal: Rehearsal;
  beforeAll(async () => {
    rehearsal = new Rehearsal();
    await rehearsal.open('charged-twice');
  });

  test('Esc goes one level up, and nothing is lost by it', async () => {
    await rehearsal.press('r', '2', 'enter', '4');
    expect(rehearsal.stage.screen).toBe('choose');
    for (let presses = 0; presses < 5; presses++) await rehearsal.press('esc');
    expect(rehearsal.stage.screen).toBe('home');
    expect(footer(rehearsal)).toBe('q leaves Brownout.');
    await rehearsal.press('enter');
    expect(rehearsal.stage.visit?.session.choices.now).toEqual({ key: 'order' });
    expect(rehearsal.stage.visit?.session.attempts).toHaveLength(1);
  });

  test('choices are taken back and taken again', async () => {
    await rehearsal.press('enter', 'z');
    expect(rehearsal.stage.visit?.session.choices.now).toEqual({});
    await rehearsal.press('Z');
    expect(rehearsal.stage.visit?.session.choices.now).toEqual({ key: 'order' });
    await rehearsal.press('Z');
    expect(footer(rehearsal)).toBe('Not now: nothing was taken back.');
  });

  test('a hint is asked for twice, since it costs a star', async () => {
    await rehearsal.press('i');
    expect(rehearsal.lines().join('\n')).toContain('It costs a star');
    await rehearsal.press('esc');
    expect(rehearsal.stage.visit?.session.hints).toBe(0);
    await rehearsal.press('i', 'enter');
    expect(rehearsal.lines()[0]).toMatch(/^Hint 1 of 3/);
    expect(rehearsal.stage.visit?.session.hints).toBe(1);
    await rehearsal.press('esc');
  });

  test('the help says of every key that does nothing why it does nothing', async () => {
    await rehearsal.press('?');
    await rehearsal.press('/', ...'again', 'enter');
    expect(rehearsal.lines().join('\n')).toContain('not now: nothing was taken back');
    await rehearsal.press('q');
    expect(rehearsal.stage.screen).toBe('choose');
  });

  test('notes that are too long for their pane say so, and are read in full with p', async () => {
    const visitor = new Rehearsal();
    await visitor.open('who-retries');
    await visitor.press('r', 'enter', 'down');
    const words = visitor.lines().join('\n');
    expect(words).toMatch(/\d+ more lines: p shows all/);
    expect(words).not.toContain('- 5xx');
    await visitor.press('p');
    expect(visitor.lines().join('\n')).toContain('- 5xx');
  });

  test('commands do what keys do, and say what they did not understand', async () => {
    await rehearsal.press(':', ...'undoo', 'enter');
    expect(footer(rehearsal)).toContain('Did you mean "undo"?');
    await rehearsal.press(':', 'u', 'tab', 'enter');
    expect(rehearsal.stage.visit?.session.choices.now).toEqual({});
    await rehearsal.press(':', ...'theme', 'space', ...'none', 'enter');
    expect(rehearsal.coloured().join('')).not.toContain('\u001b[36m');
  });

  test('a code that repeats the run is copied and shown', async () => {
    await rehearsal.press('y');
    await vi.waitFor(() => expect(rehearsal.copied).toHaveLength(1));
    expect(rehearsal.copied).toEqual([expect.stringMatching(/^brownout replay [0-9A-Z-]+$/)]);
    expect(footer(rehearsal)).toContain(rehearsal.copied[0]);
  });

  test('keys that come in one go act one after the other', async () => {
    await rehearsal.press('left');
    rehearsal.stage.press('2');
    rehearsal.stage.press('1');
    expect(rehearsal.stage.visit?.session.choices.now).toEqual({ key: 'attempt', memory: 'look' });
  });

  test('a changed condition is run after what is expected of it has been said', async () => {
    await rehearsal.press('r', 'V', '1');
    expect(rehearsal.lines().join('\n')).toContain('What do you expect?');
    await rehearsal.press('1');
    await rehearsal.settled();
    expect(rehearsal.stage.visit?.session.attempts.at(-1)).toMatchObject({ expected: 'held' });
    expect(footer(rehearsal)).toMatch(/^(?:RIGHT|NOT SO)\. You expected that every check holds\.$/);
    await rehearsal.press('r');
  });

  test('q leaves the exercise, then the program', async () => {
    await rehearsal.press('q');
    expect(rehearsal.stage.screen).toBe('home');
    await rehearsal.press('q');
    expect(rehearsal.code).toBe(0);
  });
});

test('what has been written down is there for the next visit, with the event that was looked at', async () => {
  const rehearsal = new Rehearsal();
  await rehearsal.open('charged-twice');
  rehearsal.stage.visit?.player?.send({ type: 'record', record: 118 });
  await rehearsal.press('ctrl-c');
  expect(rehearsal.code).toBe(130);
  expect(rehearsal.stage.tools.progress.entries.at(-1)).toMatchObject({ type: 'place', record: 118 });
});
