import type { Action } from '../keys/table.ts';

/** Lines by which a list is paged. */
const HALF_A_PAGE = 8;

/** Where an action leads in a list of so many; at its ends it stays. */
export function moveIn(at: number, { id }: Pick<Action, 'id'>, count: number, half = HALF_A_PAGE): number {
  const to = (next: number) => Math.max(0, Math.min(count - 1, next));
  switch (id) {
    case 'down':
      return to(at + 1);
    case 'up':
      return to(at - 1);
    case 'pageDown':
      return to(at + half);
    case 'pageUp':
      return to(at - half);
    case 'first':
      return 0;
    case 'last':
      return to(count - 1);
    default:
      return to(at);
  }
}

/** The line at the top of a text after an action, where so many of its lines are shown at a time. */
export const scrolled = (top: number, action: Pick<Action, 'id'>, lines: number, shown: number): number =>
  moveIn(top, action, Math.max(1, lines - shown + 1), Math.max(1, shown >> 1));
