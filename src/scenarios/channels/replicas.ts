import { KIND } from '../../sim/kinds.ts';
import type { Run } from '../../sim/run.ts';
import { ownerOf } from '../narration/telling.ts';
import { Level } from './level.ts';

/** Records after which another number of replicas is up. */
const CHANGES: ReadonlySet<number> = new Set([KIND.crash, KIND.stopped, KIND.restart, KIND.scaled]);

const levels = new WeakMap<Run, ReadonlyMap<string, Level>>();

/** Replicas of a service that are up, once a record has happened. */
export function replicasUp(run: Run, service: string, record: number): number {
  const known = levels.get(run) ?? read(run);
  levels.set(run, known);
  return Math.max(0, known.get(service)?.at(record) ?? 0);
}

function read({ record, begun }: Run): ReadonlyMap<string, Level> {
  const up = new Map<string, Level>();
  const all = { ...begun.services, ...begun.externals };
  const total = new Map<string, number>();
  for (const [name, { replicas }] of Object.entries(all)) {
    up.set(name, new Level(replicas));
    total.set(name, replicas);
  }
  const { kind, place, value } = record.columns();
  for (let i = 0; i < kind.length; i++) {
    if (!CHANGES.has(kind[i] as number)) continue;
    const service = ownerOf(record.names.text(place[i] as number));
    const level = up.get(service);
    if (!level) continue;
    if (kind[i] === KIND.scaled) {
      const now = value[i] as number;
      level.add(i, now - (total.get(service) ?? now));
      total.set(service, now);
    } else level.add(i, kind[i] === KIND.restart ? 1 : -1);
  }
  return up;
}
