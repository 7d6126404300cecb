import { KafkaBroker } from '../broker/bridge/kafka/kafka-broker.ts';
import { nameIn, productOf } from '../broker/message-broker.ts';
import type { Address } from '../discovery/address.ts';
import { DnsName } from '../discovery/dns.ts';
import type { LookupTrouble } from '../discovery/lookup.ts';
import type { CacheStore } from '../flow/cache-store.ts';
import type { Host } from '../flow/host.ts';
import type { End, Transit } from '../net/network.ts';
import type { Failed } from '../outcome.ts';
import type { Replica } from '../service/replica.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import { address } from '../world/schema/common.ts';
import type { FaultSite } from './site.ts';

/** Which replicas of a service are meant; null: all. */
interface Which {
  readonly index: number | null;
  readonly version: string | null;
}

/** The service that a place belongs to, and which of its replicas is meant: `payment`, `payment[1]`, `payment@v2`. */
export function serviceOf(
  system: System,
  place: string,
): { readonly service: Service; readonly index: Which } | undefined {
  const match = /^([A-Za-z][\w-]*)(?:@([a-z][\w-]*))?(?:\[(\d+)\])?(?:\..*)?$/.exec(place);
  const service = match ? system.services.get(match[1] as string) : undefined;
  if (!service) return undefined;
  const index = match?.[3] === undefined ? null : Number(match[3]);
  return { service, index: { index, version: match?.[2] ?? null } };
}

/** Whether a replica is one that a place such as `payment` or `payment[1]` means. */
export const isMeant = (replica: Replica, { index, version }: Which): boolean =>
  (index === null || replica.index === index) && (version === null || replica.version === version);

/** Tells a service's replicas and a client by a place such as `payment`, `payment[1]` or `shoppers`. */
export const hostMeant =
  (place: string) =>
  ({ owner, name }: Host): boolean =>
    owner === place || name.text === place;

/** Answers requests with an outcome instead of doing the work: of a service, a replica or an operation. */
export function refuseRequests(site: FaultSite, target: string, outcome: Failed): void {
  const found = serviceOf(site.system, target);
  const only = target.includes('.') ? target : null;
  found?.service.troubles.push((replica, operation, { request }, record) => {
    if (!isMeant(replica, found.index) || (only !== null && operation.place.text !== only)) return null;
    if (!site.strikes(request.thing?.key ?? 0, request.variant)) return null;
    return { outcome, cause: site.hit(request.thing?.recorded, record, record) };
  });
}

/** The log and the topic that a place such as `kafka/orders` names. */
export function topicOf(system: System, place: string) {
  const kafka = system.brokers.get(productOf(place));
  const topic = nameIn(place);
  return kafka instanceof KafkaBroker && kafka.cluster.configs.has(topic) ? { kafka, topic } : undefined;
}

/** The database that a place such as `payment.db` or `payment.db/stock` names. */
export function databaseOf(system: System, place: string) {
  const match = /^([A-Za-z][\w-]*)\.db(?:\/.*)?$/.exec(place);
  return match ? (system.databaseOf(match[1] as string) ?? undefined) : undefined;
}

/** `payment.db`, `payment.db/main`. */
export const poolPlace = address(
  /^[A-Za-z][\w-]*(?:\[\d+\])?\.db(?:\/[\w-]+)?$/,
  'a pool such as payment.db or payment.db/main',
);

/** The pool that a place such as `payment.db/main` names, in the replicas that are meant. */
export function poolOf(system: System, place: string) {
  const found = serviceOf(system, place);
  const database = found && databaseOf(system, `${found.service.name}.db`);
  if (!found || !database) return undefined;
  const { service, index } = found;
  const pool = place.includes('/') ? place.slice(place.indexOf('/') + 1) : 'main';
  const meant = () => service.replicas.filter((replica) => replica.up && isMeant(replica, index));
  return { service, database, pool, meant };
}

/** Puts a fault on the lookups of a service in DNS; `begin` is called once, when the fault begins, with what the record says. */
export function onLookups(
  site: FaultSite,
  service: string,
  begin: (record: () => readonly Address[]) => LookupTrouble,
): void {
  const { sim } = site.system;
  sim.at(Math.max(sim.now, site.from), () => {
    const directory = site.system.discovery?.directory(service);
    const trouble = begin(() => (directory instanceof DnsName ? directory.record : []));
    site.system.discovery?.troubles.push((lookup) => {
      if (lookup.service === service) trouble(lookup);
    });
  });
}

/**
 * Does something, when the fault begins, to what the replicas of a place remember: `cart`, `cart[0]`, `cart.view.price`.
 *
 * `act` returns what it has done it to. Whoever then has to ask for one of these as the first is told that the fault is why.
 */
export function onCaches(
  site: FaultSite,
  act: (caches: CacheStore, prefix: string) => readonly string[],
): void {
  const { system, target, from } = site;
  const found = serviceOf(system, target);
  if (!found) return;
  const part = target.includes('.') ? target.slice(target.indexOf('.')) : null;
  const prefix = part === null ? '' : `${found.service.name}${part}`;
  system.sim.at(Math.max(from, system.sim.now), () => {
    const meant = found.service.replicas.filter((replica) => replica.up && isMeant(replica, found.index));
    if (meant.length === 0 || !site.strikes(0, 0)) return;
    site.strike();
    for (const { caches } of meant) tellOf(site, caches, new Set(act(caches, prefix)));
  });
}

function tellOf(site: FaultSite, caches: Replica['caches'], gone: Set<string>): void {
  caches.misses.push((name, frame) => {
    if (gone.delete(name)) frame.cause = site.hit(frame.subject, frame.cause, frame.span);
  });
}

const end = (name: string) => (side: End) =>
  name === '*' ||
  side.owner === name ||
  side.zone === name ||
  (name.includes('/') && side.owner === name.slice(0, name.indexOf('/')));

/** Told of each message, and whether it goes from the first side to the second. */
type SidedInterceptor = (transit: Transit, forth: boolean) => void;

/**
 * Puts an interceptor on the link that `a -> b` names: on what `a` asks of `b`, and on the answers to that.
 *
 * What a broker delivers belongs to the link, whichever way that is written.
 */
export function onLink(system: System, link: string, interceptor: SidedInterceptor): boolean {
  const parts = link.split(' -> ');
  if (parts.length !== 2) return false;
  between(system, parts[0] as string, parts[1] as string, (transit, forth) => {
    const { leg } = transit;
    const asks = leg === 'request' || leg === 'connect';
    if ((asks && !forth) || (leg === 'reply' && forth)) return;
    interceptor(transit, forth);
  });
  return true;
}

/** Tells the two ends of a link such as `checkout -> payment`; undefined where the place is no link. */
export function endsOfLink(link: string): ((from: End, to: End) => boolean) | undefined {
  const parts = link.split(' -> ');
  if (parts.length !== 2) return undefined;
  const [one, other] = [end(parts[0] as string), end(parts[1] as string)];
  return (from, to) => one(from) && other(to);
}

/** Puts an interceptor between two sides `a | b`, in both directions. */
export function between(system: System, a: string, b: string, interceptor: SidedInterceptor): void {
  const one = end(a);
  const other = end(b);
  const forth = (from: End, to: End) => one(from) && other(to);
  const back = (from: End, to: End) => !forth(from, to) && forth(to, from);
  system.network.intercept(forth, (transit) => interceptor(transit, true));
  system.network.intercept(back, (transit) => interceptor(transit, false));
}
