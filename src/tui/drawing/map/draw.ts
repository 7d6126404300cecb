import { widthOf } from '../../layout/text.ts';
import type { Role } from '../../theme/theme.ts';
import { Canvas } from '../canvas.ts';
import { LETTERS, type Letter } from '../model/hops.ts';
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
  /** Whether messages are drawn as letters, if the speed allows it; else as what their links carry. */
  readonly letters: boolean;
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

/** What is written on a link for the breakers of its replicas: the worst state, and how many are in it where not all are. */
function breakerMark(states: readonly BreakerState[]): readonly [string, Role] | null {
  for (const [state, word, role] of [
    ['open', 'open', 'bad'],
    ['half-open', 'half', 'warn'],
  ] as const) {
    const count = states.filter((each) => each === state).length;
    if (count > 0)
      return [count === states.length ? `[${word}]` : `[${count}/${states.length} ${word}]`, role];
  }
  return null;
}

/** The store as a map: who there is, how they are, and what is on its way between them at a moment. */
export function drawMap(scene: Scene, moment: Moment, width: number, height: number, look: MapLook): Canvas {
  const layout = layoutFor(scene, width, height);
  const canvas = new Canvas(Math.max(width, layout.width), Math.max(height, layout.height));
  const left = Math.max(0, Math.floor((width - layout.width) / 2));
  const top = Math.max(0, Math.floor((height - layout.height) / 2));
  const part = new Canvas(layout.width, layout.height);
  drawLinks(part, scene, layout, moment, look.letters && moment.speed <= FASTEST_PARTICLES);
  const states = scene.states(moment.record, moment.at);
  for (const state of states) {
    const placed = layout.nodes.get(state.node.id);
    if (placed) drawNode(part, placed, layout.style, state, look.selected === state.node.id);
  }
  canvas.blit(part, left, top);
  const focus = layout.nodes.get(look.focus ?? '') ?? [...layout.nodes.values()][0];
  return focus ? window(canvas, focus, width, height) : canvas;
}

/** Rows that the map takes of a room; fewer than there are where it has to be shown in part, or is small. */
export const rowsOfMap = (scene: Scene, width: number, height: number): number =>
  Math.min(height, layoutFor(scene, width, height).height);

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

function drawLinks(canvas: Canvas, scene: Scene, layout: MapLayout, moment: Moment, letters: boolean): void {
  const load = (route: Route) =>
    !letters
      ? scene.traffic(route.left, route.right, moment.at) + scene.traffic(route.right, route.left, moment.at)
      : 0;
  drawWires(canvas, layout.routes, load, BUSY);
  for (const route of layout.routes) {
    drawHeads(canvas, route);
    drawBreaker(canvas, route, scene, moment.record);
  }
  if (!letters) for (const route of layout.routes) drawLoad(canvas, route, load(route));
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
    const mark = breakerMark(scene.breakers(from, to, record));
    if (mark === null) continue;
    const [text, role] = mark;
    writeOn(canvas, cells, text, role, at > 0 ? 1 : cells.length - 1 - widthOf(text));
  }
}

/** How many messages a second a link carries, written on its longest straight piece. */
function drawLoad(canvas: Canvas, { cells }: Route, load: number): void {
  if (load <= 0) return;
  const text = ` ${shortNumber(load)}/s `;
  writeOn(canvas, cells, text, load >= BUSY ? 'strong' : 'dim', 1);
}

/** The cells of a link that a text has taken, the first and the last. */
interface Written {
  readonly from: number;
  readonly to: number;
}

/** Writes on a straight piece of a link, near one of its cells, and gives the cells that took; null where no piece has room. */
function writeOn(
  canvas: Canvas,
  cells: readonly Point[],
  text: string,
  role: Role,
  from: number,
): Written | null {
  const width = widthOf(text);
  if (width === 0) return null;
  const starts = [...cells.keys()].filter((i) => {
    const [a, b] = [cells[i], cells[i + width - 1]];
    const [before, after] = [cells[i - 1], cells[i + width]];
    // Corners and the two ends stay free: without them nobody sees where a link leads.
    return a && b && before?.y === a.y && after?.y === a.y && Math.abs(b.x - a.x) === width - 1;
  });
  const start = starts.sort((a, b) => Math.abs(a - from) - Math.abs(b - from) || a - b)[0];
  if (start === undefined) return null;
  const [one, other] = [cells[start] as Point, cells[start + width - 1] as Point];
  canvas.put(Math.min(one.x, other.x), one.y, text, role);
  return { from: start, to: start + width - 1 };
}

function drawParticles(canvas: Canvas, { routes }: MapLayout, particles: readonly Particle[]): void {
  const byLink = new Map<string, Particle[]>();
  for (const particle of particles) {
    const key = `${particle.from} ${particle.to}`;
    const known = byLink.get(key);
    if (known) known.push(particle);
    else byLink.set(key, [particle]);
  }
  for (const { left, right, cells } of routes) {
    const forth = byLink.get(`${left} ${right}`) ?? [];
    const back = byLink.get(`${right} ${left}`) ?? [];
    if (cells.length > 0 && forth.length + back.length > 0) drawTraffic(canvas, cells, forth, back);
  }
}

interface Going {
  readonly particle: Particle;
  readonly forward: boolean;
}

/** What went as it should is drawn below what did not. */
const isPlain = (letter: Letter) => letter === 'o' || letter === '<' || letter === 'm';

/** Letters on one link. A few are drawn where they are; of more than a few, how many there are of each. */
function drawTraffic(
  canvas: Canvas,
  cells: readonly Point[],
  forth: readonly Particle[],
  back: readonly Particle[],
): void {
  const all: Going[] = [
    ...back.map((particle) => ({ particle, forward: false })),
    ...forth.map((particle) => ({ particle, forward: true })),
  ];
  const shown = all.filter(({ particle }) => particle.followed);
  const crowds = crowdsOf(shown);
  const taken = writeCrowds(canvas, cells, crowds, shown.length);
  const free = [...cells.keys()].filter((i) => taken === null || i < taken.from || i > taken.to);
  const put = ({ particle: { progress }, forward }: Going, text: string, role: Role) => {
    const along = clamp(Math.floor(progress * cells.length), 0, cells.length - 1);
    const wanted = forward ? along : cells.length - 1 - along;
    const near = (best: number, each: number) =>
      Math.abs(each - wanted) < Math.abs(best - wanted) ? each : best;
    const { x, y } = cells[free.reduce(near, free[0] ?? wanted)] as Point;
    canvas.put(x, y, text, role);
  };
  for (const going of all) if (!going.particle.followed) put(going, '·', 'dim');
  const single = shown.filter((going) => taken === null || !crowds.has(crowdKey(going)));
  for (const plain of [true, false]) {
    for (const going of single) {
      const { letter } = going.particle;
      if (isPlain(letter) === plain) put(going, letter, LETTER_ROLE[letter]);
    }
  }
}

const crowdKey = ({ particle: { letter }, forward }: Going) => `${forward ? '' : '◂'} ${letter}`;

/** Kinds of letters of which there are too many to tell apart, with how many there are. */
function crowdsOf(shown: readonly Going[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const going of shown) counts.set(crowdKey(going), (counts.get(crowdKey(going)) ?? 0) + 1);
  return new Map([...counts].filter(([, count]) => count > MOST_LETTERS));
}

/** Writes the numbers of crowds, as many as there is room for: at least how many there are in all. */
function writeCrowds(
  canvas: Canvas,
  cells: readonly Point[],
  crowds: ReadonlyMap<string, number>,
  all: number,
): Written | null {
  if (crowds.size === 0) return null;
  const parts = [...crowds].map(([key, count]) => {
    const [way = '', letter = ''] = key.split(' ');
    return {
      text: `${way}${count}${letter === 'o' || letter === '<' ? '' : letter}`,
      odd: !isPlain(letter as Letter),
    };
  });
  const odd = parts.filter((part) => part.odd);
  const at = cells.length >> 2;
  const text = (of: typeof parts) => of.map((part) => part.text).join(' ');
  return (
    writeOn(canvas, cells, text(parts), odd.length > 0 ? 'warn' : 'message', at) ??
    writeOn(canvas, cells, text(odd), 'warn', at) ??
    writeOn(canvas, cells, String(all), odd.length > 0 ? 'warn' : 'message', at)
  );
}

/** What the letters of a run mean, as far as there is room for it. */
export function legend(scene: Scene, width: number): string {
  const said = Object.entries(LETTERS).filter(([letter]) => scene.hops.letters.has(letter));
  let text = '';
  for (const [letter, word] of said) {
    const longer = `${text}${text === '' ? '' : '  '}${letter} ${word}`;
    if (widthOf(longer) > width) break;
    text = longer;
  }
  return text;
}
