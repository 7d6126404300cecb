import { type Action, type ActionId, keyEntries, SCREENS, type ScreenName } from './table.ts';

/** Keys by action, where a person wants others than ours. */
export type Remapping = Readonly<Partial<Record<ActionId, readonly string[]>>>;

/** Which key does what on which screen. */
export interface Bindings {
  /** What a key does on a screen; undefined where it does nothing. */
  actionFor(screen: ScreenName, key: string): Action | undefined;
  keysOf(id: ActionId): readonly string[];
  /** Actions of a screen, in the order of the table. */
  actionsOn(screen: ScreenName): readonly ActionId[];
}

/** Two actions that want one key on one screen. */
export interface Clash {
  readonly screen: ScreenName;
  readonly key: string;
  readonly actions: readonly [ActionId, ActionId];
}

/** The table with a person's own keys in it. */
export function bindingsOf(remapping: Remapping = {}): Bindings {
  const keysOf = (id: ActionId) => remapping[id] ?? keyEntries.get(id)?.keys ?? [];
  const byScreen = new Map<ScreenName, Map<string, ActionId>>(
    SCREENS.map((screen) => [screen, new Map<string, ActionId>()]),
  );
  for (const [id, { screens }] of keyEntries)
    for (const screen of screens)
      for (const key of keysOf(id)) if (!byScreen.get(screen)?.has(key)) byScreen.get(screen)?.set(key, id);
  return {
    actionFor(screen, key) {
      const id = byScreen.get(screen)?.get(key);
      return id === undefined ? undefined : { id, key, argument: '' };
    },
    keysOf,
    actionsOn: (screen) =>
      [...keyEntries].filter(([, entry]) => entry.screens.includes(screen)).map(([id]) => id),
  };
}

/** Keys that two actions want on the same screen; none in the table as it is shipped. */
export function clashes(remapping: Remapping = {}): Clash[] {
  const found: Clash[] = [];
  for (const screen of SCREENS) {
    const taken = new Map<string, ActionId>();
    for (const [id, { screens, keys }] of keyEntries) {
      if (!screens.includes(screen)) continue;
      for (const key of remapping[id] ?? keys) {
        const other = taken.get(key);
        if (other !== undefined) found.push({ screen, key, actions: [other, id] });
        else taken.set(key, id);
      }
    }
  }
  return found;
}
