import { expect, test } from 'vitest';
import { type Prompt, prompted, promptOf } from './prompt.ts';

const type = (prompt: Prompt, ...keys: string[]): Prompt =>
  keys.reduce((now, key) => {
    const next = prompted(now, key);
    if (next.type !== 'open') throw new Error(`closed by ${key}`);
    return next.prompt;
  }, prompt);

const words = ['grade', 'graph', 'help'];
const line = promptOf({
  label: ':',
  complete: (typed) => words.filter((word) => word.startsWith(typed)),
  onAnswer: () => {},
});

test('keys are typed, and taken back', () => {
  expect(type(line, 'a', 'space', 'b', 'backspace').typed).toBe('a ');
  expect(type(line, 'o', 'n', 'e', 'space', 't', 'w', 'o', 'ctrl-w').typed).toBe('one ');
});

test('Tab completes as far as all agree, and one word wholly', () => {
  expect(type(line, 'g', 'tab').typed).toBe('gra');
  expect(type(line, 'g', 'r', 'a', 'd', 'tab').typed).toBe('grade ');
});

test('Esc gives up, and so does Backspace on an empty line', () => {
  expect(prompted(line, 'esc').type).toBe('closed');
  expect(prompted(line, 'backspace').type).toBe('closed');
});

test('a single letter answers at once', () => {
  expect(prompted(promptOf({ label: 'mark', single: true, onAnswer: () => {} }), 'a')).toMatchObject({
    type: 'answered',
    prompt: { typed: 'a' },
  });
});
