import { expect, test } from 'vitest';
import { completions, parseCommand } from './commands.ts';
import { bindingsOf } from './keys/bindings.ts';

const bindings = bindingsOf();

test('a command is an action with what follows it', () => {
  expect(parseCommand(bindings, 'run', ':grade 200')).toEqual({ id: 'grade', key: '', argument: '200' });
  expect(parseCommand(bindings, 'run', 't 12.4s')).toMatchObject({ id: 'time', argument: '12.4s' });
});

test('a bare number is an event', () => {
  expect(parseCommand(bindings, 'run', '118')).toMatchObject({ id: 'event', argument: '118' });
});

test('an unknown command names the nearest one of this screen', () => {
  expect(parseCommand(bindings, 'run', 'grde')).toEqual({
    problem: 'There is no command "grde". Did you mean "grade"?',
  });
  expect(parseCommand(bindings, 'home', 'undo')).toEqual({ problem: '"undo" does nothing on this screen' });
});

test('names and what may follow them are completed', () => {
  expect(completions(bindings, 'run', 'gr', {})).toEqual(['grade']);
  expect(completions(bindings, 'home', 'goto s', { goto: ['retry-storm', 'slow-mail'] })).toEqual([
    'goto slow-mail',
  ]);
});
