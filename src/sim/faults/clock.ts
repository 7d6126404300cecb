import { z } from 'zod';
import { duration } from '../world/quantities.ts';
import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { hostMeant } from './targets.ts';

/** Sets the wall clock of a workload wrong: it judges certificates by that. Timeouts and work go by another clock. */
export const clock = defineFault({
  summary:
    'Makes the wall clock of a service or replica run ahead or behind, by which it judges certificates',
  targets: ['service', 'replica', 'client'],
  fields: {
    clock: place,
    offset: duration,
    /** Behind the others instead of ahead. */
    behind: z.boolean().default(false),
  },
  inject(site, { clock: target, offset, behind }) {
    const { sim, mesh } = site.system;
    if (!mesh || offset === 0) return;
    const means = hostMeant(target);
    sim.at(site.from, () => {
      if (!site.strikes(0, 0)) return;
      site.strike();
      mesh.clocks.push((host) => (site.active && means(host) ? (behind ? -offset : offset) : 0));
    });
  },
});
