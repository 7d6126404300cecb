import { z } from 'zod';
import { id } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';

/** More of the same client: its arrivals come `x` times as fast. */
export const surge = defineFault({
  summary: 'Multiplies the arrivals of a client',
  targets: ['client'],
  fields: { surge: id, x: z.number().min(0).max(1_000) },
  inject(site, { surge: target, x, p }) {
    if (x === 1 || p === 0) return;
    const { system } = site;
    system.clients.get(target)?.surge({ from: site.from, to: site.to, x });
    system.sim.at(Math.max(site.from, system.sim.now), () => site.strike());
  },
});
