import type { Micros } from '../kernel/time.ts';
import { Name } from '../recorder.ts';
import type { Service } from '../service/service.ts';
import { duration } from '../world/quantities.ts';
import { id, place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import type { FaultSite } from './site.ts';

/** Replaces a service's replicas, one after the other, by such of another version: both are alive meanwhile. */
export const deploy = defineFault({
  summary: 'Rolls another version of a service out, one replica after the other',
  targets: ['service'],
  fields: {
    deploy: place,
    /** A version of the service; the one that it was written with is `v1`. */
    to: id,
    /** Between two replicas; 0s: all at once. */
    interval: duration.default(2_000_000),
  },
  inject(site, { deploy: target, to, interval }) {
    const { sim, services } = site.system;
    const service = services.get(target);
    if (!service) return;
    sim.at(Math.max(sim.now, site.from), () => roll(site, service, to, interval));
  },
});

function roll(site: FaultSite, service: Service, version: string, interval: number): void {
  const { sim } = site.system;
  if (!site.strikes(0, 0)) return;
  const cause = site.strike();
  const refusal = site.system.contracts?.refusal(service.name, service.release(version)) ?? null;
  if (refusal !== null) {
    const why = `${version}: ${refusal}`;
    site.system.log.note('deployRefused', new Name(service.name), undefined, cause, cause, 0, why);
    return;
  }
  if (service.replicas.some(({ managed }) => managed)) {
    replaceFrom(0, site, service, version, interval, cause);
    return;
  }
  for (const [at, replica] of service.replicas.entries())
    sim.after(at * interval, () => unlessHeld(site, service, () => replica.deploy(version, cause)));
}

/** One at a time, the next once its predecessor's place is taken by an instance that is ready (maxUnavailable 1, maxSurge 0). */
function replaceFrom(
  at: number,
  site: FaultSite,
  service: Service,
  version: string,
  interval: number,
  cause: number,
): void {
  const { sim } = site.system;
  const replica = service.replicas[at];
  if (!replica) return;
  const next = () =>
    unlessHeld(site, service, () => replaceFrom(at + 1, site, service, version, interval, cause));
  const later = () => sim.after(interval, next);
  if (replica.managed) replica.managed.replace(version, cause, later);
  else {
    replica.deploy(version, cause);
    later();
  }
}

/** How often a rollout that is held looks whether it may go on. */
const AGAIN: Micros = 1_000_000;

/** Goes on, now or once nothing holds the service's rollouts any more. */
function unlessHeld(site: FaultSite, service: Service, go: () => void): void {
  if (!service.held) go();
  else site.system.sim.after(AGAIN, () => unlessHeld(site, service, go));
}
