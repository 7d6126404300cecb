import type { Canvas } from '../canvas.ts';
import { EAST, NORTH, SOUTH, WEST } from '../strokes.ts';
import type { Point, Route } from './layout.ts';

/** What of the links is in one cell. */
interface Wire {
  readonly point: Point;
  directions: number;
  bundle: number;
  load: number;
}

const ACROSS = EAST | WEST;
const UPRIGHT = NORTH | SOUTH;

/** Draws all links: those of a bundle join where they meet, others cross without touching. */
export function drawWires(
  canvas: Canvas,
  routes: readonly Route[],
  load: (route: Route) => number,
  busy: number,
): void {
  const wires = new Map<number, Wire>();
  for (const route of routes) {
    const carried = load(route);
    route.cells.forEach((point, i) => {
      const directions = directionsAt(route.cells, i);
      const key = point.y * 100_000 + point.x;
      const wire = wires.get(key);
      if (!wire) wires.set(key, { point, directions, bundle: route.bundle, load: carried });
      else {
        merge(wire, directions, route.bundle);
        wire.load = Math.max(wire.load, carried);
      }
    });
  }
  for (const { point, directions, load: carried } of wires.values()) {
    const heavy = carried >= busy;
    canvas.stroke(point.x, point.y, directions, carried > 0 ? 'text' : 'edge', heavy ? 'heavy' : 'light');
  }
}

/** Where two links that have nothing to do with each other cross, the upright one is drawn through. */
function merge(wire: Wire, directions: number, bundle: number): void {
  const crossing =
    wire.bundle !== bundle &&
    ((wire.directions === UPRIGHT && directions === ACROSS) ||
      (wire.directions === ACROSS && directions === UPRIGHT));
  wire.directions = crossing ? UPRIGHT : wire.directions | directions;
}

/** To which neighbours a link leads from its cell; at its ends into the nodes. */
function directionsAt(cells: readonly Point[], i: number): number {
  const here = cells[i] as Point;
  const before = cells[i - 1] ?? { x: here.x - 1, y: here.y };
  const after = cells[i + 1] ?? { x: here.x + 1, y: here.y };
  return direction(here, before) | direction(here, after);
}

function direction(from: Point, to: Point): number {
  if (to.x !== from.x) return to.x > from.x ? EAST : WEST;
  return to.y > from.y ? SOUTH : NORTH;
}
