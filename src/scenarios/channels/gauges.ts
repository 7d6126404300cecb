import type { Gauge, Measure } from '../../sim/gauges.ts';
import type { Micros } from '../../sim/kernel/time.ts';
import type { Run } from '../../sim/run.ts';
import { countUpTo } from './level.ts';

/** A gauge at a moment; null before it was first set. */
export function gaugeAt({ times, values }: Gauge, at: Micros): number | null {
  const count = countUpTo(times, at);
  return count === 0 ? null : (values[count - 1] as number);
}

const indexes = new WeakMap<Run, ReadonlyMap<string, readonly Gauge[]>>();

/** What a run has of one measure at a place: one gauge, or one for each group or broker. */
export function gaugesOf(run: Run, measure: Measure, place: string): readonly Gauge[] {
  const index = indexes.get(run) ?? indexed(run.gauges);
  indexes.set(run, index);
  return index.get(`${measure} ${place}`) ?? [];
}

function indexed(gauges: readonly Gauge[]): ReadonlyMap<string, readonly Gauge[]> {
  const index = new Map<string, Gauge[]>();
  for (const gauge of gauges) {
    const key = `${gauge.measure} ${gauge.place}`;
    const known = index.get(key);
    if (known) known.push(gauge);
    else index.set(key, [gauge]);
  }
  return index;
}
