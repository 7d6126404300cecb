import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';

/** A workload gets certificates from an authority that the others do not know, as in a change of roots gone half-way. */
export const trustSplit = defineFault({
  summary: 'Gives a service mesh certificates of an authority that nobody else trusts',
  targets: ['service', 'client'],
  fields: { trustSplit: place },
  inject(site, { trustSplit: workload }) {
    const { sim, mesh } = site.system;
    if (!mesh) return;
    sim.at(site.from, () => {
      if (!site.strikes(0, 0)) return;
      mesh.certificates.resign(workload, site.id, sim.now);
      site.strike();
      if (site.to <= site.system.end)
        sim.at(site.to, () => mesh.certificates.resign(workload, 'mesh', sim.now));
    });
  },
});
