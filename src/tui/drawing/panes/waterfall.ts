import type { Micros } from '../../../sim/kernel/time.ts';
import { shorten, widthOf } from '../../layout/text.ts';
import type { Role } from '../../theme/theme.ts';
import { Canvas } from '../canvas.ts';
import { shortTime } from '../model/health.ts';
import type { Sign, Trace, TraceRow } from '../model/trace.ts';

const SIGN_ROLE: Readonly<Record<string, Role>> = { '*': 'good', x: 'bad', l: 'warn', '!': 'warn' };
/** Columns of labels, as a share of all, at least and at most. */
const LABEL_SHARE = 0.4;
/** Below so many columns a step inwards is one column. */
const NARROW = 70;
const WIDEST_LABEL = 34;

/**
 * The waterfall of one entity: a row for each attempt, thin while its caller waits, heavy while it is worked on.
 *
 * Where the heavy line goes on after the thin one has ended, work was done for which nobody waited any more. What is later
 * than `at` is drawn faintly. The row that begins with the event `selected` is marked.
 */
export function drawWaterfall(
  trace: Trace,
  at: Micros,
  width: number,
  height: number,
  selected: number | null = null,
): Canvas {
  const canvas = new Canvas(width, height);
  const step = width < NARROW ? 1 : 2;
  const labels = Math.min(WIDEST_LABEL, Math.floor(width * LABEL_SHARE), longestLabel(trace, step) + 1);
  const chart = new Chart(canvas, trace, labels, width - labels, at);
  chart.ruler();
  const room = height - 1;
  const chosen = trace.rows.findIndex(({ record }) => record === selected);
  const top = chosen < 0 ? firstRow(trace.rows, at, room) : inView(trace.rows.length, chosen, room);
  trace.rows.slice(top, top + room).forEach((row, i) => {
    const y = i + 1;
    const here = top + i === chosen;
    const indent = `${here ? '▸' : ''}${' '.repeat(step * Math.min(4, row.depth))}`;
    canvas.put(0, y, shorten(indent + row.label, labels - 1), here ? 'selected' : rowRole(row, at));
    chart.row(row, y);
  });
  chart.cursor(Math.min(room, trace.rows.length));
  const hidden = trace.rows.length - top - room;
  if (hidden > 0) canvas.put(0, 0, shorten(`${hidden} more below`, labels - 1), 'dim');
  else if (top > 0) canvas.put(0, 0, shorten(`${top} more above`, labels - 1), 'dim');
  return canvas;
}

const longestLabel = ({ rows }: Trace, step: number) =>
  Math.max(0, ...rows.map(({ label, depth }) => widthOf(label) + step * Math.min(4, depth)));

function rowRole({ waited, status }: TraceRow, at: Micros): Role {
  if (waited.from > at) return 'dim';
  return status === 'ok' || waited.to === null || waited.to > at ? 'text' : 'bad';
}

/** The first row in view where one must be: in the middle, as far as there are rows around it. */
const inView = (count: number, row: number, room: number) =>
  Math.max(0, Math.min(count - room, row - (room >> 1)));

/** The first row in view: so that what has begun last is seen, with what it was begun for above it. */
function firstRow(rows: readonly TraceRow[], at: Micros, room: number): number {
  const last = rows.findLastIndex(({ waited }) => waited.from <= at);
  return Math.max(0, Math.min(rows.length - room, last - room + 2));
}

class Chart {
  readonly #canvas: Canvas;
  readonly #left: number;
  readonly #width: number;
  readonly #from: Micros;
  readonly #span: Micros;
  readonly #at: Micros;

  constructor(canvas: Canvas, { from, to }: Trace, left: number, width: number, at: Micros) {
    this.#canvas = canvas;
    this.#left = left;
    this.#width = width;
    this.#from = from;
    this.#span = Math.max(1, to - from);
    this.#at = at;
  }

  /** Times from the beginning of the trace, above its rows. */
  ruler(): void {
    const steps = Math.max(1, Math.floor(this.#width / 14));
    for (let step = 0; step <= steps; step++) {
      const text = step === 0 ? '0' : shortTime((this.#span * step) / steps);
      const x = this.#left + Math.round(((this.#width - 1) * step) / steps);
      this.#canvas.put(Math.min(x, this.#left + this.#width - widthOf(text)), 0, text, 'dim');
    }
  }

  row(row: TraceRow, y: number): void {
    const { waited, worked, ending, signs, status } = row;
    const end = waited.to ?? this.#from + this.#span;
    this.#stretch(waited.from, end, y, '─', 'edge');
    for (const { from, to } of worked) {
      // It lies in the queue of somebody who does not know that nobody waits for it any more.
      if (from > end) this.#stretch(end, from, y, '┄', 'warn');
      const until = to ?? this.#from + this.#span;
      this.#stretch(from, Math.min(until, end), y, '━', 'info');
      // Nobody waits for this any more.
      if (until > end) this.#stretch(Math.max(from, end), until, y, '━', 'warn');
    }
    const failed = status === 'failed' || status === 'lost';
    if (failed) this.#sign({ at: end, sign: 'x', words: ending }, y, 'bad');
    for (const sign of signs) this.#sign(sign, y, SIGN_ROLE[sign.sign] ?? 'bad');
    if (failed && end <= this.#at) this.#note(row, y, ending);
  }

  /** How it ended, behind everything else on its row, if there is room. */
  #note({ waited, worked, signs }: TraceRow, y: number, text: string): void {
    const ends = [waited.to, ...worked.map(({ to }) => to), ...signs.map(({ at }) => at)];
    const x = Math.max(...ends.map((end) => this.#column(end ?? this.#from + this.#span))) + 2;
    const room = this.#left + this.#width - x;
    if (room >= 4 && text !== '') this.#canvas.put(x, y, shorten(text, room), 'bad');
  }

  cursor(rows: number): void {
    if (this.#at < this.#from || this.#at > this.#from + this.#span) return;
    const x = this.#column(this.#at);
    for (let y = 0; y <= rows; y++) if (this.#canvas.at(x, y) === ' ') this.#canvas.put(x, y, '╎', 'accent');
  }

  #stretch(from: Micros, to: Micros, y: number, character: string, role: Role): void {
    const start = this.#column(from);
    const end = this.#column(to);
    const now = this.#column(this.#at);
    for (let x = start; x <= end; x++) {
      const later = this.#at < from || (x > now && this.#at < to);
      this.#canvas.put(x, y, character, later ? 'dim' : role);
    }
  }

  #sign({ at, sign }: Sign, y: number, role: Role): void {
    this.#canvas.put(this.#column(at), y, sign, at > this.#at ? 'dim' : role);
  }

  #column(at: Micros): number {
    const share = Math.max(0, Math.min(1, (at - this.#from) / this.#span));
    return this.#left + Math.round(share * (this.#width - 1));
  }
}
