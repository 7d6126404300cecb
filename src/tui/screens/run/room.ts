import type { SizeClass } from '../../layout/size.ts';
import type { PaneName } from './state.ts';

/** Where a pane stands, in cells; its first row is its heading. */
export interface Place {
  readonly pane: PaneName | 'course' | 'scrubber' | 'checks';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Rows of what never gives way: the story, the scrubber, the checks. */
interface Lasting {
  readonly story: number;
  readonly scrubber: number;
}

const LASTING: Readonly<Record<SizeClass, Lasting>> = {
  line: { story: 2, scrubber: 1 },
  column: { story: 4, scrubber: 1 },
  S: { story: 4, scrubber: 1 },
  M: { story: 5, scrubber: 4 },
  L: { story: 6, scrubber: 5 },
};

/** Columns between two panes. */
const GAP = 3;
/** Below so many rows a pane says nothing any more. */
const LEAST_MAP = 6;
const LEAST_TRACE = 4;

/**
 * Which panes there are and where. With less room metrics give way first, then the inspector, the trace, the map; what
 * happened, the scrubber and the checks never do.
 */
export function placesIn(size: SizeClass, width: number, height: number, zoomed: PaneName | null): Place[] {
  const { story, scrubber } = LASTING[size];
  const room = Math.max(0, height - story - scrubber - 1);
  if (zoomed === 'story') return lastingPlaces(width, 0, height, scrubber);
  const upper: readonly Place[] =
    zoomed === null ? above(size, width, room) : [{ pane: zoomed, x: 0, y: 0, width, height: room }];
  // What has no pane above it is the story's.
  return [...upper, ...lastingPlaces(width, upper.length === 0 ? 0 : room, height, scrubber)];
}

function lastingPlaces(width: number, y: number, height: number, scrubber: number): Place[] {
  const story = Math.max(0, height - y - scrubber - 1);
  const places: Place[] = [
    { pane: 'scrubber', x: 0, y, width, height: Math.min(scrubber, height - y) },
    { pane: 'story', x: 0, y: y + scrubber, width, height: story },
    { pane: 'checks', x: 0, y: height - 1, width, height: 1 },
  ];
  return places.filter((place) => place.height > 0);
}

function above(size: SizeClass, width: number, room: number): Place[] {
  if (room < LEAST_MAP)
    return room >= LEAST_TRACE ? [{ pane: 'trace', x: 0, y: 0, width, height: room }] : [];
  if (size === 'column' || size === 'line') return [{ pane: 'view', x: 0, y: 0, width, height: room }];
  if (size === 'S') {
    const trace = room >= LEAST_MAP + LEAST_TRACE + 1 ? Math.max(LEAST_TRACE, Math.floor(room * 0.36)) : 0;
    const map = room - trace;
    const left = Math.floor((width - GAP) * 0.66);
    const places: Place[] = [{ pane: 'view', x: 0, y: 0, width, height: map }];
    if (trace === 0) return places;
    return [
      ...places,
      { pane: 'trace', x: 0, y: map, width: left, height: trace },
      { pane: 'metrics', x: left + GAP, y: map, width: width - left - GAP, height: trace },
    ];
  }
  if (size === 'L') {
    const x = COURSE + GAP;
    const course: Place = { pane: 'course', x: 0, y: 0, width: COURSE, height: room };
    return [course, ...columns(x, width - x, room, 0.64, 0.5, RIGHT_LARGE)];
  }
  return columns(0, width, room, 0.64, 0.56, RIGHT);
}

/** Columns of the list of exercises, where there is room for it. */
const COURSE = 28;

/** Map and trace at the left, the others at the right, with the shares of the left in width and of the map in height. */
function columns(x: number, width: number, room: number, left: number, map: number, right: Panes): Place[] {
  const wide = Math.floor((width - GAP) * left);
  const top = Math.ceil(room * map);
  return [
    { pane: 'view', x, y: 0, width: wide, height: top },
    { pane: 'trace', x, y: top, width: wide, height: room - top },
    ...stacked(right, x + wide + GAP, width - wide - GAP, room),
  ];
}

type Panes = readonly (readonly [PaneName, number])[];

/** Panes of the right column with their shares of its height. */
const RIGHT = [
  ['inspector', 0.56],
  ['metrics', 0.44],
] as const;
const RIGHT_LARGE = [
  ['inspector', 0.37],
  ['events', 0.37],
  ['metrics', 0.26],
] as const;

function stacked(panes: Panes, x: number, width: number, room: number): Place[] {
  let y = 0;
  return panes.map(([pane, share], i) => {
    const height = i === panes.length - 1 ? room - y : Math.ceil(room * share);
    const place = { pane, x, y, width, height };
    y += height;
    return place;
  });
}
