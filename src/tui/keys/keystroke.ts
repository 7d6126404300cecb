import type { Key } from 'ink';

const NAMED: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'], // ink 6 reports the Backspace key as this
];

/**
 * What ink says was pressed, as names of keys.
 *
 * Keys that come in one go, as when somebody types fast or pastes, arrive as one text: each of its characters is a key.
 */
export function keystrokes(input: string, key: Key): readonly string[] {
  if (key.escape) return ['esc']; // before `meta`, which ink sets as well
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
  for (const [flag, name] of NAMED) if (key[flag]) return [name];
  if (key.ctrl) return input === '' ? [] : [`ctrl-${input.toLowerCase()}`];
  if (key.meta) return [];
  return [...input].flatMap(nameOf);
}

function nameOf(character: string): readonly string[] {
  if (character === ' ') return ['space'];
  if (character === '\r' || character === '\n') return ['enter'];
  if (character === '\t') return ['tab'];
  return character < ' ' || character === '\u007f' ? [] : [character];
}

/** The text that a key types; empty for one that types nothing. */
export const typedBy = (key: string): string => (key === 'space' ? ' ' : [...key].length === 1 ? key : '');
