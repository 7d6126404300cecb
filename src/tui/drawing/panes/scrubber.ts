import { formatMicros, type Micros } from '../../../sim/kernel/time.ts';
import type { FaultReport } from '../../../sim/run.ts';
import { shorten, widthOf } from '../../layout/text.ts';
import { Canvas } from '../canvas.ts';

/** A moment that has a place on the scrubber. */
export interface Stop {
  readonly at: Micros;
  /** `^` a beat, `!` a broken check, or the letter of a mark. */
  readonly sign: string;
}

/** What a scrubber shows. */
export interface ScrubberAsk {
  readonly at: Micros;
  readonly until: Micros;
  readonly stops: readonly Stop[];
  readonly faults: readonly FaultReport[];
}

/** The whole run as a line: where one is, where it is worth stopping, and below, with room, when faults may strike. */
export function drawScrubber(
  { at, until, stops, faults }: ScrubberAsk,
  width: number,
  height: number,
): Canvas {
  const canvas = new Canvas(width, height);
  const end = shortClock(until);
  const left = 2;
  const track = Math.max(1, width - left - widthOf(end) - 2);
  const column = (time: Micros) =>
    left + Math.round(Math.max(0, Math.min(1, time / Math.max(1, until))) * (track - 1));
  const here = column(at);
  canvas.put(0, 0, '0', 'dim');
  canvas.put(left, 0, '─'.repeat(track), 'edge');
  canvas.put(left, 0, '━'.repeat(here - left), 'accent');
  for (const { at: time, sign } of stops) {
    if (sign === '^') canvas.put(column(time), 0, '┴', time <= at ? 'accent' : 'edge');
  }
  // With a single row the signs stand on the line itself, where beats have theirs already.
  const y = height > 1 ? 1 : 0;
  for (const { at: time, sign } of inOrder(stops)) {
    if (y > 0 || sign !== '^') {
      canvas.put(column(time), y, sign, sign === '!' ? 'bad' : sign === '^' ? 'dim' : 'accent');
    }
  }
  canvas.put(here, 0, '●', 'selected');
  canvas.put(width - widthOf(end), 0, end, 'dim');
  faults.slice(0, Math.max(0, height - 2)).forEach((fault, i) => {
    const y = 2 + i;
    const from = column(fault.from);
    // One that may strike for ever has ended when it has struck for the last time.
    const last = fault.to >= until && fault.last !== null ? fault.last : Math.min(fault.to, until);
    const to = Math.max(from, column(last));
    canvas.put(from, y, '~'.repeat(to - from + 1), fault.from <= at && at <= last ? 'warn' : 'dim');
    const name = ` ${fault.id}${fault.fired === 0 ? ' (idle)' : ''} `;
    const room = to - from - 1;
    if (widthOf(name) <= room) canvas.put(from + 2, y, name, 'dim');
    else if (to + 2 + widthOf(name) <= width) canvas.put(to + 1, y, name, 'dim');
    else canvas.putBefore(from, y, shorten(name, Math.max(0, from - left)), 'dim');
  });
  return canvas;
}

/** Signs that must not be hidden by others come last. */
const inOrder = (stops: readonly Stop[]) =>
  [...stops].sort((a, b) => Number(a.sign !== '^') - Number(b.sign !== '^') || a.at - b.at);

const shortClock = (time: Micros) => formatMicros(Math.round(time / 100_000) * 100_000);
