import { describe, expect, test } from 'vitest';
import { bindingsOf, clashes } from './bindings.ts';
import { keyEntries, SCREENS } from './table.ts';

describe('the table of keys', () => {
  test('gives no key two meanings on one screen', () => {
    expect(clashes()).toEqual([]);
  });

  test('has a short label, a sentence and a screen for every action', () => {
    for (const [id, { label, about, screens }] of keyEntries) {
      expect(label.split(' ').length, id).toBeLessThanOrEqual(3);
      expect(label, id).not.toBe('');
      expect(about, id).not.toBe('');
      expect(screens.length, id).toBeGreaterThan(0);
    }
  });

  test('offers help, a way out and a command line on every screen', () => {
    const bindings = bindingsOf();
    for (const screen of SCREENS) {
      for (const key of ['?', 'q', 'ctrl-c', ':', 'esc'])
        expect(bindings.actionFor(screen, key), `${screen} ${key}`).toBeDefined();
    }
  });

  test('uses no function keys, and none that terminals mix up', () => {
    const keys = [...keyEntries.values()].flatMap((entry) => entry.keys);
    for (const key of keys) expect(key).not.toMatch(/^(f\d+|alt-.*|ctrl-[imhj])$/);
  });
});

describe('remapping', () => {
  test('binds an action to other keys', () => {
    const bindings = bindingsOf({ grade: ['ctrl-g'] });
    expect(bindings.actionFor('run', 'ctrl-g')?.id).toBe('grade');
    expect(bindings.actionFor('run', 'R')).toBeUndefined();
  });

  test('tells which actions want the same key, and where', () => {
    expect(clashes({ grade: ['e'] })).toContainEqual({ screen: 'run', key: 'e', actions: ['why', 'grade'] });
  });
});
