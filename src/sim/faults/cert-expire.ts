import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';

/**
 * A workload's certificate runs out at a time: new handshakes with it fail from then on, open connections live on.
 *
 * Where certificates are rotated it has long been replaced by then, and nothing happens.
 */
export const certExpire = defineFault({
  summary: 'Lets the mesh certificate of a service run out, unless certificates are rotated',
  targets: ['service', 'client'],
  fields: { certExpire: place },
  inject(site, { certExpire: workload }) {
    const { system } = site;
    system.sim.at(site.from, () => {
      if (!site.strikes(0, 0)) return;
      if (system.mesh?.certificates.expire(workload, site.from, system.sim.now)) site.strike();
    });
  },
});
