import { shorten, widthOf } from '../../layout/text.ts';
import type { Role } from '../../theme/theme.ts';
import { Canvas } from '../canvas.ts';
import type { Letter } from '../model/hops.ts';
import { shortNumber } from '../model/metrics.ts';
import type { BreakerState, Scene } from '../model/scene.ts';
import { layoutOf, type MapLayout, type Placed, type Point, type Route } from './layout.ts';
import { drawNode } from './node.ts';
import { FASTEST_PARTICLES, type Moment, type Particle, particlesAt } from './particles.ts';
import { drawWires } from './wires.ts';

/** What a map shows beside the moment. */
export interface MapLook {
  /** The node that is selected; null for none. */
  readonly selected: string | null;
  /** Whether letters may move by themselves. */
  readonly reducedMotion: boolean;
  /** Where the map is looked at when it is larger than its room. */
  readonly focus: string | null;
}

const LETTER_ROLE: Readonly<Record<Letter, Role>> = {
  o: 'message',
  m: 'message',
  r: 'warn',
  d: 'warn',
  '<': 'good',
  '!': 'bad',
  l: 'warn',
  x: 'bad',
};

/** More letters than this on one link, going one way, become a number. */
const MOST_LETTERS = 3;
/** Messages per second from which a link is busy, and very busy. */
const BUSY = 10;

const BREAKER: Readonly<Record<BreakerState, readonly [string, Role]>> = {
  open: ['[open]', 'bad'],
  'half-open': ['[half]', 'warn'],
  closed: ['', 'good'],
};

/** The store as a map: who there is, how they are, and what is on its way between them at a moment. */
export function drawMap(scene: Scene, moment: Moment, width: number, height: number, look: MapLook): Canvas {
  const layout = layoutFor(scene, width, height);
  const canvas = new Canvas(Math.max(width, layout.width), Math.max(height, layout.height));
  const left = Math.max(0, Math.floor((width - layout.width) / 2));
  const top = Math.max(0, Math.floor((height - layout.height) / 2));
  const part = new Canvas(layout.width, layout.height);
  drawLinks(part, scene, layout, moment);
  const states = scene.states(moment.record, moment.at);
  for (const state of states) {
    const placed = layout.nodes.get(state.node.id);
    if (placed) drawNode(part, placed, layout.style, state, look.selected === state.node.id);
  }
  canvas.blit(part, left, top);
  const focus = layout.nodes.get(look.focus ?? '') ?? [...layout.nodes.values()][0];
  return focus ? window(canvas, focus, width, height) : canvas;
}

const layouts = new WeakMap<Scene, Map<string, MapLayout>>();

/** The layout for a room, made once for each. */
function layoutFor(scene: Scene, width: number, height: number): MapLayout {
  const known = layouts.get(scene) ?? new Map<string, MapLayout>();
  layouts.set(scene, known);
  const key = `${width} ${height}`;
  const layout = known.get(key) ?? layoutOf(scene.topology, width, height);
  known.set(key, layout);
  return layout;
}

/** The part of a map that is too large which has the node of interest in its middle. */
function window(canvas: Canvas, focus: Placed, width: number, height: number): Canvas {
  if (canvas.width <= width && canvas.height <= height) return canvas;
  const x = clamp(focus.x + (focus.width >> 1) - (width >> 1), 0, canvas.width - width);
  const y = clamp(focus.y + (focus.height >> 1) - (height >> 1), 0, canvas.height - height);
  const part = canvas.crop(x, y, width, height);
  const middle = height >> 1;
  if (x > 0) part.put(0, middle, '◂', 'accent');
  if (x + width < canvas.width) part.put(width - 1, middle, '▸', 'accent');
  if (y > 0) part.put(width >> 1, 0, '▴', 'accent');
  if (y + height < canvas.height) part.put(width >> 1, height - 1, '▾', 'accent');
  return part;
}

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(value, high));

function drawLinks(canvas: Canvas, scene: Scene, layout: MapLayout, moment: Moment): void {
  const fast = moment.speed > FASTEST_PARTICLES;
  const load = (route: Route) =>
    fast
      ? scene.traffic(route.left, route.right, moment.at) + scene.traffic(route.right, route.left, moment.at)
      : 0;
  drawWires(canvas, layout.routes, load, BUSY);
  for (const route of layout.routes) {
    drawHeads(canvas, route);
    drawBreaker(canvas, route, scene, moment.record);
  }
  if (fast) for (const route of layout.routes) drawLoad(canvas, route, load(route));
  else drawParticles(canvas, layout, particlesAt(scene, moment));
}

function drawHeads(canvas: Canvas, { cells, forth, back }: Route): void {
  const first = cells[0];
  const last = cells.at(-1);
  if (forth && last) canvas.put(last.x, last.y, '▸', 'edge');
  if (back && first) canvas.put(first.x, first.y, '◂', 'edge');
}

function drawBreaker(canvas: Canvas, { left, right, cells }: Route, scene: Scene, record: number): void {
  for (const [from, to, at] of [
    [left, right, 1],
    [right, left, -2],
  ] as const) {
    const state = scene.breaker(from, to, record);
    if (state === undefined) continue;
    const [text, role] = BREAKER[state];
    writeOn(canvas, cells, text, role, at > 0 ? 1 : cells.length - 1 - widthOf(text));
  }
}

/** How many messages a second a link carries, written on its longest straight piece. */
function drawLoad(canvas: Canvas, { cells }: Route, load: number): void {
  if (load <= 0) return;
  const text = ` ${shortNumber(load)}/s `;
  writeOn(canvas, cells, text, load >= BUSY ? 'strong' : 'dim', 1);
}

/** Writes on a straight piece of a link, near one of its cells; false where no piece has room. */
function writeOn(canvas: Canvas, cells: readonly Point[], text: string, role: Role, from: number): boolean {
  const width = widthOf(text);
  if (width === 0) return false;
  const starts = [...cells.keys()].filter((i) => {
    const [a, b] = [cells[i], cells[i + width - 1]];
    const [before, after] = [cells[i - 1], cells[i + width]];
    // Corners and the two ends stay free: without them nobody sees where a link leads.
    return a && b && before?.y === a.y && after?.y === a.y && Math.abs(b.x - a.x) === width - 1;
  });
  const start = starts.sort((a, b) => Math.abs(a - from) - Math.abs(b - from) || a - b)[0];
  if (start === undefined) return false;
  const [one, other] = [cells[start] as Point, cells[start + width - 1] as Point];
  canvas.put(Math.min(one.x, other.x), one.y, text, role);
  return true;
}

function drawParticles(canvas: Canvas, { routes }: MapLayout, particles: readonly Particle[]): void {
  for (const route of routes) {
    for (const [from, to] of [
      [route.right, route.left],
      [route.left, route.right],
    ] as const) {
      const here = particles.filter((particle) => particle.from === from && particle.to === to);
      const cells = from === route.left ? route.cells : route.cells.toReversed();
      drawStream(canvas, cells, here, from === route.left ? (count) => `${count}▸` : (count) => `◂${count}`);
    }
  }
}

/** Letters of what is followed always; of the rest as many as can be told apart, else their number. */
function drawStream(
  canvas: Canvas,
  cells: readonly Point[],
  particles: readonly Particle[],
  many: (count: number) => string,
): void {
  if (cells.length === 0) return;
  const place = ({ progress }: Particle) =>
    cells[clamp(Math.floor(progress * cells.length), 0, cells.length - 1)] as Point;
  const others = particles.filter(({ followed }) => !followed);
  const followed = particles.filter((particle) => particle.followed);
  for (const particle of others) canvas.put(place(particle).x, place(particle).y, '·', 'dim');
  const odd = followed.filter(({ letter }) => letter !== 'o' && letter !== '<' && letter !== 'm');
  const plain = followed.filter((particle) => !odd.includes(particle));
  const crowded = plain.length > MOST_LETTERS;
  if (!crowded || !writeOn(canvas, cells, many(plain.length), 'message', Math.floor(cells.length / 3))) {
    for (const particle of plain) {
      canvas.put(place(particle).x, place(particle).y, particle.letter, LETTER_ROLE[particle.letter]);
    }
  }
  // What went wrong is never hidden behind what went well.
  for (const particle of odd) {
    canvas.put(place(particle).x, place(particle).y, particle.letter, LETTER_ROLE[particle.letter]);
  }
}

/** What the letters mean, as far as there is room for it. */
export function legend(width: number): string {
  return shorten(
    'o request  < answer  r retry  d duplicate  x lost  ! error  l late  m message  5▸ many',
    width,
  );
}
