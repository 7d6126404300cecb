import { KIND } from '../../sim/kinds.ts';
import type { Run } from '../../sim/run.ts';
import { replicasAllowed } from '../../sim/service/replicas-allowed.ts';
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
  const total = new Map<string, number>();
  const down = new Map<string, Set<number>>();
  for (const [name, settings] of Object.entries({ ...begun.services, ...begun.externals })) {
    const replicas = replicasAllowed(settings);
    up.set(name, new Level(replicas));
    total.set(name, replicas);
    down.set(name, new Set());
  }
  const { kind, place, value } = record.columns();
  for (let i = 0; i < kind.length; i++) {
    if (!CHANGES.has(kind[i] as number)) continue;
    const text = record.names.text(place[i] as number);
    const service = ownerOf(text);
    const level = up.get(service);
    const gone = down.get(service);
    if (!level || !gone) continue;
    const number = Number(/\[(\d+)\]$/.exec(text)?.[1] ?? 0);
    if (kind[i] === KIND.scaled) total.set(service, value[i] as number);
    else if (kind[i] === KIND.restart) gone.delete(number);
    else gone.add(number);
    // Who is down and not wanted either is not missed.
    const wanted = total.get(service) ?? 0;
    const missing = [...gone].filter((index) => index < wanted).length;
    level.set(i, wanted - missing);
  }
  return up;
}
