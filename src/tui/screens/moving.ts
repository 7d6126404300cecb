import type { Action } from '../keys/table.ts';

const HALF_A_PAGE = 8;

/** Where an action leads in a list of so many; at its ends it stays. */
export function moveIn(at: number, { id }: Pick<Action, 'id'>, count: number): number {
  const to = (next: number) => Math.max(0, Math.min(count - 1, next));
  switch (id) {
    case 'down':
      return to(at + 1);
    case 'up':
      return to(at - 1);
    case 'pageDown':
      return to(at + HALF_A_PAGE);
    case 'pageUp':
      return to(at - HALF_A_PAGE);
    case 'first':
      return 0;
    case 'last':
      return to(count - 1);
    default:
      return to(at);
  }
}
