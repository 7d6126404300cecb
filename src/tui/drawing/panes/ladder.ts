import type { SequenceStep } from '../../../exporters/mermaid.ts';
import { linksOf } from '../../../scenarios/why/links.ts';
import { sequenceOf } from '../../../scenarios/why/sequence.ts';
import { KIND, type Kind } from '../../../sim/kinds.ts';
import { shorten, widthOf } from '../../layout/text.ts';
import type { Role } from '../../theme/theme.ts';
import { Canvas } from '../canvas.ts';
import type { Scene } from '../model/scene.ts';
import { around, clock } from './rows.ts';

/** Kinds that say nothing that another line of a ladder does not say as well. */
const SILENT: ReadonlySet<number> = new Set(
  (
    ['request', 'start', 'finish', 'reply', 'read', 'poolWait', 'lockWait', 'job', 'ack'] satisfies Kind[]
  ).map((kind) => KIND[kind]),
);

const STYLE_ROLE: Readonly<Record<SequenceStep['style'], Role>> = {
  call: 'text',
  answer: 'good',
  message: 'info',
  lost: 'bad',
  note: 'dim',
};
const NARROWEST = 9;
const WIDEST = 26;
const TIME = 11;

/** Whether a record has a line of its own on the ladder. */
export const isOnLadder = (kind: number): boolean => !SILENT.has(kind);

/**
 * The moment as lanes, one for each who takes part, time running down: the honest picture of what was before what.
 *
 * `records`: those that may be shown, rising; lines after `record` have not happened yet.
 */
export function drawLadder(
  scene: Scene,
  records: readonly number[],
  record: number,
  width: number,
  height: number,
): Canvas {
  const canvas = new Canvas(width, height);
  const shown = around(records, record, height - 1);
  const { steps, lanes: met } = sequenceOf(linksOf(scene.run), shown);
  const known = scene.topology.nodes.map(({ id }) => id);
  const lanes = [...known.filter((id) => met.includes(id)), ...met.filter((id) => !known.includes(id))];
  const lane = Math.max(
    NARROWEST,
    Math.min(WIDEST, Math.floor((width - TIME - 1) / Math.max(1, lanes.length))),
  );
  const x = new Map(lanes.map((name, i) => [name, TIME + 2 + i * lane]));
  const at = (name: string) => x.get(name) ?? TIME;
  for (const name of lanes) {
    canvas.put(at(name), 0, shorten(name.slice(name.indexOf('/') + 1), lane - 1), 'strong');
  }
  steps.forEach((step, i) => {
    const y = i + 1;
    const later = step.record > record;
    for (const name of lanes) canvas.put(at(name), y, '│', 'edge');
    canvas.putBefore(TIME - 1, y, clock(step.at), later ? 'dim' : 'text');
    if (step.record === record) canvas.put(TIME - 1, y, '▸', 'selected');
    drawStep(canvas, step, at(step.from), at(step.to), y, later, step.record === record);
  });
  return canvas;
}

function drawStep(
  canvas: Canvas,
  step: SequenceStep,
  from: number,
  to: number,
  y: number,
  later: boolean,
  now: boolean,
): void {
  const { style, text } = step;
  const role: Role = later ? 'dim' : now ? 'selected' : STYLE_ROLE[style];
  if (style === 'note' || from === to) {
    canvas.put(from, y, '●', role);
    canvas.put(from + 2, y, shorten(text, canvas.width - from - 2), role);
    return;
  }
  const left = Math.min(from, to) + 1;
  const right = Math.max(from, to) - 1;
  const line = style === 'answer' ? '╌' : '─';
  for (let x = left; x <= right; x++) canvas.put(x, y, line, role);
  const head = style === 'lost' ? 'x' : to > from ? '▸' : '◂';
  canvas.put(to > from ? right : left, y, head, role);
  const room = right - left - 1;
  const label = shorten(text, Math.max(0, room - 1));
  if (room > 2) canvas.put(to > from ? left + 1 : right - widthOf(label), y, label, role);
}
