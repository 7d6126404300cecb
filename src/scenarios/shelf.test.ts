import { describe, expect, test } from 'vitest';
import { type Listed, pathOf } from './shelf.ts';

const shelf: readonly Listed[] = ['charged-twice', 'retry-storm'].map((slug, index) => ({
  ...{ id: `EX-${index}`, slug, title: slug, chapter: 1, minutes: 10, path: `/there/${slug}.yaml` },
}));

describe('the file of an exercise', () => {
  test('is found by its name, its id, and its path', () => {
    for (const name of ['retry-storm', 'Retry-Storm', 'ex-1', '/there/retry-storm.yaml'])
      expect(pathOf(name, shelf)).toBe('/there/retry-storm.yaml');
  });

  test('may be one of the person\u2019s own', () => {
    expect(pathOf('mine/first.yaml', shelf)).toBe('mine/first.yaml');
  });

  test('is asked for again where nothing is called so, with the nearest name', () => {
    expect(() => pathOf('retry-strom', shelf)).toThrow('Did you mean `retry-storm` (EX-1)?');
    expect(() => pathOf('nothing-like-it', shelf)).toThrow('`brownout list` shows them all');
  });
});
