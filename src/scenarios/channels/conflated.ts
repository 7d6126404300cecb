import { KIND } from '../../sim/kinds.ts';
import type { Run } from '../../sim/run.ts';
import { Level } from './level.ts';

const levels = new WeakMap<Run, ReadonlyMap<string, Level>>();

/** How many messages a consumer had passed over for newer ones, once a record had happened. */
export function conflatedBy(run: Run, consumer: string, record: number): number {
  const known = levels.get(run) ?? read(run);
  levels.set(run, known);
  return known.get(consumer)?.at(record) ?? 0;
}

function read({ record }: Run): ReadonlyMap<string, Level> {
  const passed = new Map<string, Level>();
  const { kind, place } = record.columns();
  for (let i = 0; i < kind.length; i++) {
    if (kind[i] !== KIND.conflated) continue;
    const consumer = record.names.text(place[i] as number);
    const level = passed.get(consumer) ?? new Level();
    passed.set(consumer, level);
    level.add(i, 1);
  }
  return passed;
}
