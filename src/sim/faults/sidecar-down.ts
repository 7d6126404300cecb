import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { hostMeant } from './targets.ts';

/** Takes a sidecar down: its pod can neither call nor be called, while the application in it is well. */
export const sidecarDown = defineFault({
  summary: 'Takes sidecars down: nothing gets into or out of their pods',
  targets: ['service', 'replica', 'client'],
  fields: { sidecarDown: place },
  inject(site, { sidecarDown: target }) {
    const { sim, mesh } = site.system;
    if (!mesh) return;
    const means = hostMeant(target);
    sim.at(site.from, () => {
      if (!site.strikes(0, 0)) return;
      site.strike();
      mesh.outages.push((host) => site.active && mesh.isMeshed(host) && means(host));
    });
  },
});
