import type { Micros } from '../../sim/kernel/time.ts';
import { KIND } from '../../sim/kinds.ts';
import type { Run } from '../../sim/run.ts';
import { replicasAllowed } from '../../sim/service/replicas-allowed.ts';
import { FIRST_VERSION } from '../../sim/world/version.ts';
import { ownerOf } from '../narration/telling.ts';
import { changesOf, endsOf } from './history.ts';
import { type Standing, Standings } from './standing.ts';

/** One running copy of a service at a moment. */
interface InstanceView {
  /** `catalog[0]`. */
  readonly name: string;
  readonly version: string;
  readonly standing: Standing;
  /** Callers whose sidecars keep it out, for its errors. */
  readonly outFor: readonly string[];
}

/** The way of one replica of a caller to the service. */
export interface WayView {
  /** `gateway[1]`. */
  readonly caller: string;
  /** Of the caller's circuit breaker; null where it has never moved. */
  readonly breaker: string | null;
  /** Whether its sidecar uses instances whatever their health. */
  readonly panic: boolean;
}

/** What is known of a service's instances at a moment. */
export interface ServiceView {
  readonly instances: readonly InstanceView[];
  readonly ways: readonly WayView[];
  /** Shares of the traffic by version, in percent, as the last step of a rollout set them; empty without one. */
  readonly shares: ReadonlyMap<string, number>;
  /** Handshakes that failed lately, and why the last one did. */
  readonly refused: { readonly count: number; readonly why: string };
}

/** What counts as lately. */
const LATELY: Micros = 2_000_000;

/** The instances of a service once a record has happened, at a time. */
export function serviceAt(run: Run, service: string, record: number, at: Micros): ServiceView {
  const { services, externals } = run.begun;
  const settings = services[service] ?? externals[service];
  let replicas = settings ? replicasAllowed(settings) : 0;
  const probed = services[service]?.pod?.readinessProbe;
  const standings = new Standings(probed !== undefined && probed !== null);
  const versions = new Map<string, string>();
  const out = new Map<string, Set<string>>();
  const refused = { count: 0, why: '' };
  const breakers = new Map<string, string>();
  const panics = new Set<string>();
  const shares = new Map<string, number>();
  for (const change of changesOf(run)) {
    if (change.record > record) break;
    const { kind, place, peer, detail, value } = change;
    standings.take(kind, place, detail);
    if (kind === KIND.crash) {
      // Its sidecar and its library forget what they knew of others.
      for (const callers of out.values()) callers.delete(place);
      breakers.delete(place);
      panics.delete(place);
      continue;
    }
    if (kind === KIND.deployed) {
      versions.set(place, detail);
      continue;
    }
    if (kind === KIND.scaled) {
      if (ownerOf(place) !== service) continue;
      for (let index = replicas; index < value; index++) standings.added(`${service}[${index}]`);
      replicas = value;
      continue;
    }
    if (kind === KIND.rollout) {
      const [of, version = FIRST_VERSION] = place.split('@');
      if (of === service) shares.set(version, value);
      continue;
    }
    const [caller, callee] = endsOf(place);
    if (callee !== service) continue;
    if (kind === KIND.ejected) out.set(peer, (out.get(peer) ?? new Set()).add(caller));
    else if (kind === KIND.returned) out.get(peer)?.delete(caller);
    else if (kind === KIND.handshakeFailed && run.record.timeAt(change.record) > at - LATELY) {
      refused.count++;
      refused.why = detail;
    } else if (kind === KIND.breaker) breakers.set(caller, detail);
    else if (kind === KIND.panic && detail === 'on') panics.add(caller);
    else if (kind === KIND.panic) panics.delete(caller);
  }
  const callers = [...new Set([...breakers.keys(), ...panics])].sort((a, b) => (a < b ? -1 : 1));
  return {
    instances: Array.from({ length: replicas }, (_, i) => `${service}[${i}]`).map((name) => ({
      name,
      version: versions.get(name) ?? FIRST_VERSION,
      standing: standings.of(name),
      outFor: [...(out.get(name) ?? [])].sort((a, b) => (a < b ? -1 : 1)),
    })),
    ways: callers.map((caller) => ({
      caller,
      breaker: breakers.get(caller) ?? null,
      panic: panics.has(caller),
    })),
    shares,
    refused,
  };
}
