import type { Bindings } from './keys/bindings.ts';
import { written } from './keys/footer.ts';
import { type ActionId, keyEntries, type ScreenName } from './keys/table.ts';
import type { HelpRow } from './overlay.ts';

/** Every action of a screen, with its keys and the reason why it cannot be done now. */
export function helpRows(
  bindings: Bindings,
  screen: ScreenName,
  why: (id: ActionId) => string | null,
): readonly HelpRow[] {
  return bindings.actionsOn(screen).map((id) => {
    const { about = '', command, argument } = keyEntries.get(id) ?? {};
    const keys = bindings.keysOf(id);
    return {
      keys:
        keys.length > 3
          ? `${written(keys[0] ?? '')} to ${written(keys.at(-1) ?? '')}`
          : keys.map(written).join(' '),
      about,
      command: command === undefined ? '' : `:${[command, argument].filter(Boolean).join(' ')}`,
      why: why(id),
    };
  });
}
