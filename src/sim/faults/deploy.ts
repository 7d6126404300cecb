import type { Micros } from '../kernel/time.ts';
import { Name } from '../recorder.ts';
import type { Service } from '../service/service.ts';
import { duration } from '../world/quantities.ts';
import { id, place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import type { FaultSite } from './site.ts';

/**
 * Replaces a service's replicas by such of another version: both are alive meanwhile.
 *
 * One after the other, unless the service's `rollingUpdate` says otherwise. Where Kubernetes leads their lives (`pod`), it
 * goes on once a new one has been ready for the interval.
 */
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
    service.rollOut(version, interval, cause);
    return;
  }
  service.deployed = version;
  for (const [at, replica] of service.replicas.entries())
    sim.after(at * interval, () => unlessHeld(site, service, () => replica.deploy(version, cause)));
}

/** How often a rollout that is held looks whether it may go on. */
const AGAIN: Micros = 1_000_000;

/** Goes on, now or once nothing holds the service's rollouts any more. */
function unlessHeld(site: FaultSite, service: Service, go: () => void): void {
  if (!service.held) go();
  else site.system.sim.after(AGAIN, () => unlessHeld(site, service, go));
}
