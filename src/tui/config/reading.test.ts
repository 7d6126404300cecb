import { describe, expect, test } from 'vitest';
import { configOf } from './reading.ts';

describe('a configuration file', () => {
  test('sets how things look, and other keys', () => {
    const config = configOf('theme: light\nmotion: reduced\nkeys:\n  grade: ctrl-g\n  play: [space, p]\n');
    expect(config.look).toEqual({ palette: 'light', reducedMotion: true });
    expect(config.keys).toEqual({ grade: ['ctrl-g'], play: ['space', 'p'] });
    expect(config.problems).toEqual([]);
  });

  test('may be empty', () => {
    expect(configOf('\n').problems).toEqual([]);
  });

  test('says which action was probably meant, and keeps the rest', () => {
    const { keys, problems } = configOf('keys: { grad: G, play: p }');
    expect(problems).toEqual(['keys.grad: there is no such action. Did you mean grade?']);
    expect(keys).toEqual({ play: ['p'] });
  });

  test('leaves all keys as they are where two actions want the same one', () => {
    const { keys, problems } = configOf('keys: { grade: e }');
    expect(keys).toEqual({});
    expect(problems).toEqual([
      'keys: "e" would be both why and grade on the screen "run"; all keys stay as they were.',
    ]);
  });

  test('is no reason to refuse to start', () => {
    expect(configOf('theme: [').problems[0]).toMatch(/^It is no YAML/);
    expect(configOf('colour: red').problems).toHaveLength(1);
  });
});
