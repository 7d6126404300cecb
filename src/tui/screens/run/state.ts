import type { ActionId } from '../../keys/table.ts';

/** How the moment is drawn in the largest pane. */
export type View = 'map' | 'ladder' | 'table';

const VIEWS: readonly View[] = ['map', 'ladder', 'table'];

/** The panes of the run screen, by the number under which a key finds them. */
const PANES = ['view', 'trace', 'inspector', 'metrics', 'story', 'events'] as const;

export type PaneName = (typeof PANES)[number];

/** What the run screen remembers beside where the player stands. */
export interface RunState {
  readonly view: View;
  /** The pane that keys for up and down mean. */
  readonly pane: PaneName;
  /** Whether that pane has all the room. */
  readonly zoomed: boolean;
  /** The node that is selected on the map; null for none. */
  readonly node: string | null;
  /** The row of the trace that is selected, by the event with which it begins; null for none. */
  readonly row: number | null;
  /** Marked moments: records by letter. */
  readonly marks: Readonly<Record<string, number>>;
  /** Whether the trace is the one that operators find, in place of what happened. */
  readonly operator: boolean;
  /** What rows of the table and the ladder must contain; empty: all are shown. */
  readonly filter: string;
}

export const START: RunState = {
  view: 'map',
  pane: 'view',
  zoomed: false,
  node: null,
  row: null,
  marks: {},
  operator: false,
  filter: '',
};

const turn = <T>(all: readonly T[], now: T, by: number): T =>
  all[(all.indexOf(now) + by + all.length) % all.length] as T;

/** What an action changes of what the screen remembers; `nodes`: those that can be selected. */
export function changed(state: RunState, id: ActionId, key: string, nodes: readonly string[]): RunState {
  switch (id) {
    case 'view':
      return { ...state, view: turn(VIEWS, state.view, 1), pane: 'view' };
    case 'operator':
      return { ...state, operator: !state.operator, row: null };
    case 'next':
      return { ...state, pane: turn(PANES, state.pane, 1) };
    case 'previous':
      return { ...state, pane: turn(PANES, state.pane, -1) };
    case 'pane': {
      const pane = PANES[Number(key) - 1];
      return pane === undefined ? state : { ...state, pane };
    }
    case 'zoom':
      return { ...state, zoomed: !state.zoomed };
    case 'up':
    case 'down': {
      // One more than there are nodes: in between, none is selected.
      const choices = [null, ...nodes];
      return { ...state, node: turn(choices, state.node, id === 'down' ? 1 : -1) };
    }
    default:
      return state;
  }
}
