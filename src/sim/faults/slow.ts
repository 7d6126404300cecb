import { z } from 'zod';
import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { isMeant, serviceOf } from './targets.ts';

/** A gray failure: the replica works, only much slower, and every health check still passes. */
export const slow = defineFault({
  summary: 'Makes a replica, or all of a service, work slower while it looks healthy',
  targets: ['service', 'replica'],
  fields: { slow: place, x: z.number().min(1).max(10_000).default(10) },
  inject(site, { slow: target, x }) {
    const found = serviceOf(site.system, target);
    if (!found || x === 1) return;
    found.service.slowdowns.push((replica, frame, time) => {
      if (!isMeant(replica, found.index) || !site.strikes(frame.key, frame.variant)) return time;
      frame.cause = site.hit(frame.subject, frame.cause, frame.span);
      return time * x;
    });
  },
});
