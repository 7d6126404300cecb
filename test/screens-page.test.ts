import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configOf } from '../src/tui/config/reading.ts';
import { bindingsOf } from '../src/tui/keys/bindings.ts';
import { SCREENS } from '../src/tui/keys/table.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8');
const page = read('docs/screens.md');
const bindings = bindingsOf();

/** What stands in backticks between two places of a text. */
function quoted(text: string, from: string, to: string): readonly string[] {
  const begin = text.indexOf(from);
  const part = text.slice(begin, text.indexOf(to, begin));
  return [...part.matchAll(/`([^`]+)`/g)].map((match) => match[1] as string);
}

test('the settings that the page shows are read without a complaint, and each sets something', () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  expect(configOf(example)).toEqual({
    look: { palette: 'light', glyphs: 'ascii', reducedMotion: true },
    keys: { grade: ['ctrl-g'], play: ['space', 'p'] },
    problems: [],
  });
});

test('the page tells of every screen', () => {
  const told = quoted(page, '## What there is', '![');
  expect(SCREENS.filter((name) => !told.includes(name))).toEqual([]);
});

test('the keys that the page names for the run are bound there', () => {
  const marks = ['o', 'r', 'x', '^', '!', '~']; // what is drawn, not pressed
  const keys = quoted(page, '## The run', 'On the map').filter((key) => !marks.includes(key));
  expect(keys.length).toBeGreaterThan(20);
  expect(keys.filter((key) => !bindings.actionFor('run', key))).toEqual([]);
});

test('the README names keys of the run by what they do', () => {
  const readme = read('README.md');
  const keys = quoted(readme, 'Each screen names its keys', '\n\n');
  expect(keys.map((key) => bindings.actionFor('run', key)?.id)).toEqual([
    'play',
    'stepForward',
    'stepBack',
    'beatForward',
    'why',
    'redesign',
    'grade',
    'help',
    'leave',
  ]);
});
