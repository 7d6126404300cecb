import { widthOf } from '../layout/text.ts';
import type { Theme } from '../theme/theme.ts';
import type { Bindings } from './bindings.ts';
import { type ActionId, keyEntries, type ScreenName } from './table.ts';

/** How keys are written for people. */
const WRITTEN: Readonly<Record<string, string>> = {
  enter: 'Enter',
  esc: 'Esc',
  tab: 'Tab',
  'shift-tab': 'Shift-Tab',
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
};

/** A key as it is shown. */
export const written = (key: string): string =>
  WRITTEN[key] ?? (key.startsWith('ctrl-') ? `Ctrl-${key.slice(5).toUpperCase()}` : key);

/** What a footer says. */
export interface FooterAsk {
  readonly screen: ScreenName;
  /** Why an action cannot be done now; such actions are left out. */
  readonly why: (id: ActionId) => string | null;
  /** The actions to name first, in this order; if unsaid, those of the table that are not quiet. */
  readonly first?: readonly ActionId[];
  /** Nothing but those. */
  readonly only?: boolean;
  /** No words but those of the first keys: help is a bare question mark. */
  readonly terse?: boolean;
  /** Other words for some of them. */
  readonly labels?: Readonly<Partial<Record<ActionId, string>>>;
}

const ALWAYS: readonly ActionId[] = ['help', 'leave'];

/** The keys that work now, as many as there is room for; help and the way out come last and stay. */
export function footer(bindings: Bindings, theme: Theme, width: number, ask: FooterAsk): string {
  const { screen, why, first, only = false, labels = {}, terse = false } = ask;
  const there = new Set(bindings.actionsOn(screen));
  const wanted =
    first === undefined || !only
      ? [...(first ?? []), ...[...there].filter((id) => !keyEntries.get(id)?.quiet)]
      : first;
  const usable = [...new Set(wanted)].filter(
    (id) => there.has(id) && !ALWAYS.includes(id) && why(id) === null && bindings.keysOf(id).length > 0,
  );
  const part = (id: ActionId) => {
    const label = labels[id] ?? keyEntries.get(id)?.label ?? id;
    return { key: keyText(id, bindings), label };
  };
  const widthOfPart = ({ key, label }: ReturnType<typeof part>) => widthOf(key) + 1 + widthOf(label);
  const fixed = terse
    ? [{ key: keyText('help', bindings), label: '' }]
    : (only ? [] : ALWAYS).filter((id) => why(id) === null).map(part);
  let room = width - fixed.reduce((sum, one) => sum + widthOfPart(one) + 2, 0);
  const shown: ReturnType<typeof part>[] = [];
  for (const one of usable.map(part)) {
    room -= widthOfPart(one) + 2;
    if (room < -2) break;
    shown.push(one);
  }
  const [foremost] = usable;
  if (terse && shown.length === 0 && foremost !== undefined)
    shown.push({ key: keyText(foremost, bindings), label: '' });
  return [...shown, ...fixed]
    .map(({ key, label }) => theme.paint('accent', key) + (label === '' ? '' : ` ${label}`))
    .join('  ');
}

/** The first key of an action; for digits the whole row. */
function keyText(id: ActionId, bindings: Bindings): string {
  const keys = bindings.keysOf(id);
  if (id === 'pick' || id === 'pane') return `1-${keys.at(-1) ?? '9'}`;
  return written(keys[0] ?? '');
}
