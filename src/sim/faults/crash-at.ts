import { z } from 'zod';
import { duration } from '../world/quantities.ts';
import { address } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { serviceOf } from './targets.ts';

/** Kills the replica that passes a step for the n-th time, right after the step has had its effect. */
export const crashAt = defineFault({
  summary: 'Kills a replica right after its n-th pass of a step',
  targets: ['step'],
  fields: {
    crashAt: address(/^[A-Za-z][\w-]*\.[\w-]+\.[\w-]+$/, 'a step such as checkout.placeOrder.save'),
    /** Which pass, from 1, over all replicas. */
    n: z.int().min(1).default(1),
    downFor: duration.default(1_000_000),
  },
  inject(site, { crashAt: target, n, downFor }) {
    const found = serviceOf(site.system, target);
    let passes = 0;
    site.system.watch(target, (frame) => {
      if (!site.active || ++passes !== n || !site.strikes(frame.key, frame.variant)) return false;
      const replica = found?.service.replicas.find(({ name }) => name === frame.host.name);
      if (!replica) return false;
      replica.crash(site.hit(frame.subject, frame.cause, frame.span), downFor);
      return true;
    });
  },
});
