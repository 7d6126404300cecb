import { type Micros, ms } from '../../sim/kernel/time.ts';
import { KIND } from '../../sim/kinds.ts';
import type { Links } from './links.ts';

/** Who waited for less than this has nothing to explain. */
const WORTH_TELLING: Micros = ms(10);

/** What ends all that a replica has in progress. */
const ENDS: ReadonlySet<number> = new Set([KIND.crash, KIND.stopped]);

/**
 * What the workers of a replica were at when a request came that had to wait for one, the most frequent first:
 * `catalog.export (3) and catalog.product`; null where a record is no such wait.
 */
export function workersAt(links: Links, start: number): string | null {
  const { kind, value, span, peer, place } = links.columns;
  if (kind[start] !== KIND.start || (value[start] as number) < WORTH_TELLING) return null;
  const replica = peer[start] as number;
  const came = span[start] as number;
  const inHand = new Map<number, number>();
  for (let record = 0; record < came; record++) {
    const what = kind[record] as number;
    if (what === KIND.start && peer[record] === replica)
      inHand.set(span[record] as number, place[record] as number);
    else if (what === KIND.finish) inHand.delete(span[record] as number);
    else if (ENDS.has(what) && place[record] === replica) inHand.clear();
  }
  const counts = new Map<string, number>();
  for (const operation of inHand.values()) {
    const name = links.run.record.names.text(operation);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const told = [...counts]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([name, count]) => (count === 1 ? name : `${name} (${count})`));
  if (told.length === 0) return null;
  const last = told.pop();
  return told.length === 0 ? (last ?? null) : `${told.join(', ')} and ${last}`;
}
