import type { Kind } from '../../sim/kinds.ts';
import type { Links } from './links.ts';

/** What ends what a service has done so far. */
const TURNS: ReadonlySet<Kind> = new Set<Kind>(['crash', 'stopped', 'rollout', 'paused']);

/** The service in the name of a place: that of a replica, a version, an operation or a step. */
const serviceOf = (place: string): string => /^[^.@[]*/.exec(place)?.[0] ?? '';

/**
 * What happened to the service of a record after it, and may be why nothing like it came again: the first crash, end,
 * pause or closed gate; undefined where nothing did.
 */
export function turnAfter(links: Links, record: number): number | undefined {
  const service = serviceOf(links.place(record));
  const { length } = links.columns.kind;
  for (let next = record + 1; next < length; next++) {
    const kind = links.kind(next);
    if (!TURNS.has(kind) || serviceOf(links.place(next)) !== service) continue;
    if (kind !== 'rollout' || links.detail(next) === 'rolled back') return next;
  }
  return undefined;
}
