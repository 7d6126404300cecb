import type { Micros } from '../../../sim/kernel/time.ts';
import { shorten, widthOf } from '../../layout/text.ts';
import { Canvas } from '../canvas.ts';
import type { Metric } from '../model/metrics.ts';
import type { Scene } from '../model/scene.ts';

const LEVELS = ' ▁▂▃▄▅▆▇█';
/** What one cell of a chart covers. */
const CELL: Micros = 1_000_000;
const NAME = 16;
const VALUE = 6;

/** Values as a row of bars, from nothing to `most`; what is not known is left empty. */
export function sparkline(values: readonly (number | null)[], most: number): string {
  const top = LEVELS.length - 1;
  return values
    .map((value) => {
      if (value === null || value <= 0 || most <= 0) return ' ';
      // Something is never drawn as nothing.
      return LEVELS[Math.max(1, Math.min(top, Math.round((value / most) * top)))];
    })
    .join('');
}

/** A metric second by second over the whole run, and its greatest value. */
interface Series {
  readonly values: readonly (number | null)[];
  readonly most: number;
}

const series = new WeakMap<Metric, Series>();

/** Read off the run once, so that the scale stays the same while it is played. */
function seriesOf(scene: Scene, metric: Metric): Series {
  const known = series.get(metric);
  if (known) return known;
  const seconds = Math.max(1, Math.ceil(scene.run.until / CELL));
  const values = Array.from({ length: seconds }, (_, i) => {
    const to = (i + 1) * CELL;
    return metric.value(i * CELL, to, scene.lastUpTo(to));
  });
  const most = values.reduce<number>((top, value) => Math.max(top, value ?? 0), 0);
  const made = { values, most };
  series.set(metric, made);
  return made;
}

/** The figures an operator would watch: each with its last seconds as a chart, and as a number now. */
export function drawMetrics(scene: Scene, record: number, at: Micros, width: number, height: number): Canvas {
  const canvas = new Canvas(width, height);
  const names = Math.min(NAME, Math.max(...scene.metrics.map(({ name }) => widthOf(name))) + 1);
  const cells = Math.max(0, width - names - VALUE - 1);
  const last = Math.floor(at / CELL);
  scene.metrics.slice(0, height).forEach((metric, y) => {
    const { values, most } = seriesOf(scene, metric);
    const from = last - cells;
    // A second that is not over is not in the chart: it would look like a fall.
    const shown = Array.from({ length: cells }, (_, i) => values[from + i] ?? null);
    const now = metric.value(Math.max(0, at - 2 * CELL), at, record);
    const bad = metric.worse === 'more' && most > 0 && now !== null && now >= most / 2;
    canvas.put(0, y, shorten(metric.name, names - 1), 'dim');
    canvas.put(names, y, sparkline(shown, most), metric.worse === 'more' ? 'warn' : 'info');
    canvas.putBefore(width, y, now === null ? '-' : metric.format(now), bad ? 'warn' : 'text');
  });
  return canvas;
}
