import type { End, Interceptor } from '../net/network.ts';
import type { Replica } from '../service/replica.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';

/** The service that a place belongs to, and which of its replicas is meant; null for all. */
export function serviceOf(
  system: System,
  place: string,
): { readonly service: Service; readonly index: number | null } | undefined {
  const match = /^([A-Za-z][\w-]*)(?:\[(\d+)\])?(?:\..*)?$/.exec(place);
  const service = match ? system.services.get(match[1] as string) : undefined;
  return service ? { service, index: match?.[2] === undefined ? null : Number(match[2]) } : undefined;
}

/** Whether a replica is one that a place such as `payment` or `payment[1]` means. */
export const isMeant = (replica: Replica, index: number | null): boolean =>
  index === null || replica.index === index;

/** The database that a place such as `payment.db` or `payment.db/stock` names. */
export function databaseOf(system: System, place: string) {
  const match = /^([A-Za-z][\w-]*)\.db(?:\/.*)?$/.exec(place);
  return match ? (system.databaseOf(match[1] as string) ?? undefined) : undefined;
}

const end = (name: string) => (side: End) =>
  name === '*' ||
  side.owner === name ||
  side.zone === name ||
  (name.includes('/') && side.owner === name.slice(0, name.indexOf('/')));

/** Puts an interceptor on the link that `a -> b` names, in the direction of talk and back. */
export function onLink(system: System, link: string, interceptor: Interceptor): boolean {
  const parts = link.split(' -> ');
  if (parts.length !== 2) return false;
  const from = end(parts[0] as string);
  const to = end(parts[1] as string);
  system.network.intercept((a, b) => (from(a) && to(b)) || (from(b) && to(a)), interceptor);
  return true;
}

/** Whether a message goes in the direction in which the link's first end talks. */
export function talks(link: string, from: string): boolean {
  const first = link.split(' -> ')[0] as string;
  return first === '*' || first === from || first.startsWith(`${from}/`);
}

/** Puts an interceptor between two sides `a | b`, in both directions. */
export function between(system: System, a: string, b: string, interceptor: Interceptor): void {
  const one = end(a);
  const other = end(b);
  system.network.intercept((from, to) => (one(from) && other(to)) || (one(to) && other(from)), interceptor);
}
