import { narrate } from '../../../scenarios/narrate.ts';
import { Telling } from '../../../scenarios/narration/telling.ts';
import type { Run } from '../../../sim/run.ts';
import { shorten } from '../../layout/text.ts';
import { Canvas } from '../canvas.ts';
import { around, clock } from './rows.ts';

/** Columns of a table in which a sentence fits beside its place. */
const WIDE = 110;
/** Below so many columns times are left out. */
const NARROW = 70;

/** Events around the present one, a row each: number, time, what, where, about whom. */
export function drawTable(
  run: Run,
  records: readonly number[],
  record: number,
  width: number,
  height: number,
): Canvas {
  const canvas = new Canvas(width, height);
  const _number = String(run.record.length).length + 1;
  const wide = width >= WIDE;
  const eventX = 2;
  const timeX = eventX + String(run.record.length).length + 2;
  // Rows stand in the order of time, so that a narrow table can do without it.
  const timed = width >= NARROW;
  const kindX = timed ? timeX + 12 : timeX;
  const placeX = kindX + 14;
  const restX = placeX + Math.max(20, Math.floor(width * (wide ? 0.26 : 0.42))) + 1;
  canvas.put(eventX, 0, 'event', 'dim');
  if (timed) canvas.put(timeX, 0, 'time', 'dim');
  canvas.put(kindX, 0, 'kind', 'dim');
  canvas.put(placeX, 0, 'where', 'dim');
  canvas.put(restX, 0, wide ? 'what' : 'about', 'dim');
  around(records, record, height - 1).forEach((index, i) => {
    const y = i + 1;
    const { at, kind, place, peer, subject, detail } = new Telling(run, index);
    const role = index === record ? 'selected' : index > record ? 'dim' : 'text';
    if (index === record) canvas.put(0, y, '▸', 'selected');
    canvas.put(eventX, y, `#${index}`, role);
    if (timed) canvas.put(timeX, y, clock(at), role);
    canvas.put(kindX, y, shorten(kind, 12), role);
    canvas.put(placeX, y, shorten(peer === '' ? place : `${place} -> ${peer}`, restX - placeX - 2), role);
    const rest = wide ? narrate(run, index) : [subject, detail].filter((part) => part !== '').join('  ');
    canvas.put(restX, y, shorten(rest, width - restX), role);
  });
  return canvas;
}
