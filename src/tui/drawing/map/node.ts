import { shorten, widthOf } from '../../layout/text.ts';
import type { Role } from '../../theme/theme.ts';
import type { Canvas } from '../canvas.ts';
import { HEALTH_ROLE, type NodeState, shortShare, shortTime } from '../model/health.ts';
import { shortNumber } from '../model/metrics.ts';
import type { NodeStyle, Placed } from './layout.ts';

/** Marks that say how a node is without a word and without a colour. */
const MARK: Readonly<Record<NodeState['health'], string>> = {
  fine: '',
  slow: '~',
  failing: '!',
  full: '#',
  hurt: '!',
  down: 'x',
};

/** From this depth on a queue is worth a second look. */
const DEEP = 10;

/** Draws a node into its place: its name, its figures, and how it is. */
export function drawNode(
  canvas: Canvas,
  placed: Placed,
  style: NodeStyle,
  state: NodeState,
  selected: boolean,
): void {
  if (style === 'row' || style === 'name') drawRow(canvas, placed, state, selected);
  else drawBox(canvas, placed, style, state, selected);
}

const BRACKETS: Readonly<Record<NodeState['node']['kind'], string>> = {
  client: '  ',
  service: '[]',
  external: '()',
  queue: '==',
};

function drawRow(canvas: Canvas, { x, y, width }: Placed, state: NodeState, selected: boolean): void {
  const { node, health } = state;
  const [open = '', close = ''] = BRACKETS[node.kind];
  const role = selected ? 'selected' : health === 'fine' ? nameRole(state) : HEALTH_ROLE[health];
  const name = shorten(node.label + MARK[health], width - 2);
  const room = width - 3 - widthOf(name);
  const [{ text, role: figureRole }] = figures(state, room);
  const fits = room >= 4;
  canvas.put(x, y, `${open}${name}${fits ? ' ' : ''}`, role);
  if (fits) canvas.put(x + 2 + widthOf(name), y, text, figureRole);
  const end = x + 1 + widthOf(name) + (fits ? 1 + widthOf(text) : 0);
  canvas.put(end, y, close, role);
  for (let at = end + 1; at < x + width; at++) canvas.put(at, y, '─', 'edge');
}

function drawBox(
  canvas: Canvas,
  { x, y, width, height }: Placed,
  style: NodeStyle,
  state: NodeState,
  selected: boolean,
): void {
  const { node, health, word } = state;
  const role = selected ? 'selected' : HEALTH_ROLE[health];
  canvas.box(x, y, width, height, role);
  if (node.kind === 'queue') {
    // A queue is open at both ends, as a pipe is.
    for (let row = y + 1; row < y + height - 1; row++) {
      canvas.put(x, row, '╞', role);
      canvas.put(x + width - 1, row, '╡', role);
    }
  }
  const edge = style === 'slim' || style === 'tall' ? 1 : 2;
  const inside = width - 2 * edge;
  const title = widthOf(node.label) <= width - 4 ? ` ${node.label} ` : shorten(node.label, width - 2);
  canvas.put(x + 1, y, title, selected ? 'selected' : nameRole(state));
  const [first, second] = figures(state, inside);
  canvas.put(x + edge, y + 1, first.text, first.role);
  if (style === 'full' || style === 'tall') {
    canvas.put(x + edge, y + 2, second.text, second.role);
    const kind = kindWord(state);
    const mixed = state.newer > 0 ? `, ${state.newer} new` : '';
    const wordings = [kind + mixed, `x${state.replicas}${mixed}`, kind, `x${state.replicas}`];
    canvas.put(x + edge, y + 3, fitting(wordings, inside), 'dim');
  }
  const below =
    (style === 'box' || style === 'slim') && (node.kind === 'queue' || node.kind === 'external')
      ? kindWord(state)
      : '';
  const said =
    word === ''
      ? below
      : fitting([`${MARK[health]} ${word}`, word, `${MARK[health]} ${health}`, health], width - 4);
  if (said !== '') {
    canvas.put(x + 1, y + height - 1, ` ${said} `, word === '' ? 'dim' : HEALTH_ROLE[health]);
  }
}

/** The first of several wordings that has room; else what there is room for of the last. */
function fitting(wordings: readonly string[], width: number): string {
  return wordings.find((text) => widthOf(text) <= width) ?? shorten(wordings.at(-1) ?? '', width);
}

const nameRole = ({ node: { kind } }: NodeState): Role =>
  kind === 'external' || kind === 'client' ? 'text' : 'strong';

function kindWord({ node: { kind, channel }, replicas }: NodeState): string {
  switch (kind) {
    case 'client':
      return 'clients';
    case 'external':
      return 'partner';
    case 'queue':
      return channel ?? kind;
    default:
      return replicas === 1 ? '1 replica' : `${replicas} replicas`;
  }
}

interface Words {
  readonly text: string;
  readonly role: Role;
}

/** Two lines of figures: what it has in hand, and how it has done lately. */
function figures(state: NodeState, width: number): readonly [Words, Words] {
  const { node, working, waiting, workers, rate, failing, median } = state;
  const words = wordsIn(width);
  const speed = `${shortNumber(rate)}/s`;
  const took = median === null ? '' : ` ${shortTime(median)}`;
  switch (node.kind) {
    case 'queue':
      return node.channel === 'topic' ? topicFigures(state, width) : queueFigures(state, width);
    case 'client': {
      const role = failing > 0 ? 'warn' : 'text';
      const served = failing > 0 ? ` ${shortShare(1 - failing)} ok` : '';
      const share = failing > 0 ? ` ${shortShare(1 - failing)}` : '';
      return [
        words(role, speed + served, speed + share, speed),
        words('dim', `${working} wait${took}`, `${working} wait`),
      ];
    }
    default: {
      const busy = workers === null ? `${working} in` : `${working}/${workers}`;
      const queue = waiting > 0 ? ` +${shortNumber(waiting)}` : '';
      return [
        words(waiting > 0 ? 'warn' : 'text', busy + queue, `${working}${queue}`, String(working + waiting)),
        words('dim', speed + took, speed),
      ];
    }
  }
}

/** What is in a queue, and what of it somebody has; whatever lies among dead letters is bad news. */
function queueFigures({ node, waiting, working }: NodeState, width: number): readonly [Words, Words] {
  const words = wordsIn(width);
  const dead = node.channel === 'dead letters';
  const depth = shortNumber(waiting);
  const noun = dead ? 'dead' : 'ready';
  const role = dead && waiting > 0 ? 'bad' : waiting >= DEEP ? 'warn' : 'text';
  return [
    words(role, `${bar(waiting, width - 10)}${depth} ${noun}`, `${depth} ${noun}`, depth),
    words('dim', `${working} unacked`, String(working)),
  ];
}

/** How far the groups that read a topic are behind, over all of its partitions and in each. */
function topicFigures({ lags, working }: NodeState, width: number): readonly [Words, Words] {
  const words = wordsIn(width);
  const each = (lags ?? []).map(shortNumber);
  const sum = (lags ?? []).reduce((total, lag) => total + lag, 0);
  const lag = shortNumber(sum);
  return [
    words(sum >= DEEP ? 'warn' : 'text', `${bar(sum, width - 10)}lag ${lag}`, `lag ${lag}`, lag),
    each.length > 1
      ? words('dim', each.map((of, i) => `${i}: ${of}`).join(' '), each.join(' '), `${working} in hand`)
      : words('dim', `${working} in hand`, String(working)),
  ];
}

const wordsIn =
  (width: number) =>
  (role: Role, ...wordings: string[]): Words => ({ text: fitting(wordings, width), role });

/** A depth as a bar: one cell for a message up to eight of them, then wider steps. */
function bar(depth: number, width: number): string {
  const filled = Math.min(Math.max(0, width), depth <= 4 ? depth : 2 + Math.ceil(Math.log2(depth)));
  return filled > 0 ? `${'▇'.repeat(filled)} ` : '';
}
