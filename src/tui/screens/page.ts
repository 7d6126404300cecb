import type { FrameAsk } from '../frame.ts';
import type { Action, ActionId, ScreenName } from '../keys/table.ts';

/** What a screen shows for a state: everything of a frame but what it does. */
type View = Omit<FrameAsk, 'screen' | 'act' | 'why'>;

/**
 * A screen as three pure functions: what it begins with, what an action makes of that, and what it shows.
 *
 * Only `act` may ask something of the shell, and it is called with keys alone.
 */
export interface Page<State, Props> {
  readonly name: ScreenName;
  start(props: Props): State;
  act(state: State, action: Action, props: Props): State;
  /** Why an action cannot be done now; null: it can. */
  why?(state: State, id: ActionId, props: Props): string | null;
  view(state: State, props: Props): View;
}
