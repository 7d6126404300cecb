import type { ScreenName } from '../keys/table.ts';
import type { Theme } from '../theme/theme.ts';

/** The learning loop as a learner sees it, with the screens of each part. */
const PARTS: readonly (readonly [name: string, screens: readonly ScreenName[]])[] = [
  ['predict', ['predict']],
  ['choose', ['choose']],
  ['run', ['run', 'working']],
  ['why', ['why']],
  ['grade', ['verdict', 'seeds', 'compare', 'both', 'debrief']],
];

/** Where one is in the loop: all its parts in a row, the present one marked by more than its colour. */
export function loopWords({ paint, glyphs }: Theme, screen: ScreenName): string {
  return PARTS.map(([name, screens]) =>
    screens.includes(screen) ? paint('selected', `[${name}]`) : paint('dim', name),
  ).join(paint('edge', ` ${glyphs.dot} `));
}
