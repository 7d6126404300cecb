import type { Move } from '../../../play/position.ts';
import type { ActionId } from '../../keys/table.ts';

/** Moves of the player that a key means, whatever else is on the screen. */
export const MOVES: Readonly<Partial<Record<ActionId, Move>>> = {
  stepForward: { type: 'step', direction: 1 },
  stepBack: { type: 'step', direction: -1 },
  beatForward: { type: 'beat', direction: 1 },
  beatBack: { type: 'beat', direction: -1 },
  breakForward: { type: 'break', direction: 1 },
  breakBack: { type: 'break', direction: -1 },
  slower: { type: 'speed', direction: -1 },
  faster: { type: 'speed', direction: 1 },
  toStart: { type: 'record', record: -1 },
  toEnd: { type: 'record', record: Number.MAX_SAFE_INTEGER },
};

/** What is said where a move finds nowhere to go. */
export const NOWHERE: Readonly<Partial<Record<ActionId, string>>> = {
  stepForward: 'That was the last event.',
  stepBack: 'That was the first event.',
  beatForward: 'No more beats after this.',
  beatBack: 'No beat before this.',
  breakForward: 'No broken check after this.',
  breakBack: 'No broken check before this.',
};

/** What playing does at beats. */
export const HALTING = 'Playing stops at every moment that matters.';
export const SLOWING = 'Playing slows down at moments that matter, and goes on.';
