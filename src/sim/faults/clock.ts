import { z } from 'zod';
import type { System } from '../system.ts';
import { duration } from '../world/quantities.ts';
import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { hostMeant } from './targets.ts';

/**
 * Sets the wall clock of a workload wrong: it judges certificates and tokens by that. With `at` alone it jumps once and
 * stays so. Timeouts and work go by another clock.
 */
export const clock = defineFault({
  summary:
    'Makes the wall clock of a service or replica jump ahead or behind, by which it judges certificates and tokens',
  targets: ['service', 'replica', 'client'],
  fields: {
    clock: place,
    offset: duration,
    /** Behind the others instead of ahead. */
    behind: z.boolean().default(false),
  },
  inject(site, { clock: target, offset, behind }) {
    const { system } = site;
    const { sim, clocks } = system;
    if (offset === 0 || !isRead(system)) return;
    const means = hostMeant(target);
    sim.at(site.from, () => {
      if (!site.strikes(0, 0)) return;
      site.strike();
      clocks.troubles.push({
        offset: (host) => (site.active && means(host) ? (behind ? -offset : offset) : 0),
        hit: (subject, cause, span) => site.hit(subject, cause, span),
      });
    });
  },
});

/** Whether anybody judges anything by a wall clock. */
const isRead = ({ mesh, services }: System): boolean =>
  mesh !== null || [...services.values()].some(({ settings }) => settings.auth?.jwt != null);
