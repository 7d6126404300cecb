import { KIND } from '../../sim/kinds.ts';
import type { Run } from '../../sim/run.ts';
import { ownerOf } from '../narration/telling.ts';

/** Something that has changed about one instance, or about the way of a caller to it. */
interface Change {
  readonly record: number;
  readonly kind: number;
  /** The instance, or the way of a caller (`gateway[1] -> catalog`). */
  readonly place: string;
  /** The instance that a way leads to, where the change is about one. */
  readonly peer: string;
  readonly detail: string;
  readonly value: number;
}

/** What tells of instances; there are few of these in a run. */
const TELLING: ReadonlySet<number> = new Set([
  KIND.crash,
  KIND.restart,
  KIND.ready,
  KIND.terminating,
  KIND.stopped,
  KIND.paused,
  KIND.resumed,
  KIND.deployed,
  KIND.ejected,
  KIND.returned,
  KIND.breaker,
  KIND.panic,
  KIND.handshakeFailed,
  KIND.rollout,
  KIND.scaled,
]);

const histories = new WeakMap<Run, readonly Change[]>();

/** All changes of a run, in order. */
export function changesOf(run: Run): readonly Change[] {
  const known = histories.get(run) ?? read(run);
  histories.set(run, known);
  return known;
}

function read({ record }: Run): readonly Change[] {
  const { kind, place, peer, detail, value } = record.columns();
  const text = (name: number) => (name < 0 ? '' : record.names.text(name));
  const changes: Change[] = [];
  for (let i = 0; i < kind.length; i++) {
    if (!TELLING.has(kind[i] as number)) continue;
    changes.push({
      record: i,
      kind: kind[i] as number,
      place: text(place[i] as number),
      peer: text(peer[i] as number),
      detail: text(detail[i] as number),
      value: value[i] as number,
    });
  }
  return changes;
}

/** The two ends of a caller's way: `gateway[1] -> catalog`. */
export function endsOf(way: string): readonly [caller: string, callee: string] {
  const [caller = '', callee = ''] = way.split(' -> ');
  return [caller, ownerOf(callee)];
}
