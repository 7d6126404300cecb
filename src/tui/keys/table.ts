import { DECIDING } from './entries/deciding.ts';
import type { KeyEntry } from './entries/entry.ts';
import { EVERYWHERE } from './entries/everywhere.ts';
import { FURTHER } from './entries/further.ts';
import { WATCHING } from './entries/watching.ts';

export { SCREENS, type ScreenName } from './entries/entry.ts';

/**
 * Every key and every command, in the order in which footers name them.
 *
 * Bindings, footers, the help and the completion of commands are all read from here; nothing else binds a key.
 */
const KEYS = { ...WATCHING, ...DECIDING, ...FURTHER, ...EVERYWHERE };

export type ActionId = keyof typeof KEYS;

/** The table with its entries' full type. */
export const keyEntries: ReadonlyMap<ActionId, KeyEntry> = new Map(
  Object.entries(KEYS) as [ActionId, KeyEntry][], // the keys of this very object
);

/** Something that a person has asked for. */
export interface Action {
  readonly id: ActionId;
  /** The key that was pressed, where one was: which digit, for example. */
  readonly key: string;
  /** What followed the command; empty for a key. */
  readonly argument: string;
}
