import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { serviceOf } from './targets.ts';

/** Keeps news of a service's instances from all sidecars, as when the control plane is down: they go on with what they know. */
export const staleEndpoints = defineFault({
  summary: 'Keeps sidecars from hearing of instances of a service that come and go',
  targets: ['service'],
  fields: { staleEndpoints: place },
  inject(site, { staleEndpoints: target }) {
    const { system } = site;
    const found = serviceOf(system, target);
    if (!found) return;
    system.sim.at(site.from, () => {
      if (!site.strikes(0, 0)) return;
      system.mesh?.endpoints(found.service).freeze(Math.min(site.to, system.end), () => void site.strike());
    });
  },
});
