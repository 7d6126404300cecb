import { z } from 'zod';
import { Counters } from '../gateway/counters.ts';
import { limitRate } from '../gateway/limit-rate.ts';
import { rate } from '../world/quantities.ts';
import { place } from '../world/schema/common.ts';
import { rateLimit } from '../world/schema/gateway.ts';
import { defineFault } from './fault.ts';
import { isMeant, serviceOf } from './targets.ts';

/** A partner lets less through than it did: over the new rate it answers 429, with `Retry-After`. Its other limits hold, too. */
export const quotaCut = defineFault({
  summary: 'Cuts the rate that a partner lets each caller have; what is over it is answered 429',
  targets: ['service', 'replica', 'operation'],
  fields: {
    quotaCut: place,
    /** What is left, of each caller. */
    rate,
    /** Requests at once; null: those of one second. */
    burst: z.int().min(1).max(1_000_000).nullable().default(null),
    per: z.enum(['client', 'user', 'all']).default('client'),
  },
  inject(site, { quotaCut: target, rate, burst, per }) {
    const found = serviceOf(site.system, target);
    const only = target.includes('.') ? target : null;
    const { gauges, sim } = site.system;
    const settings = { ...rateLimit.parse({}), rate, burst, per };
    const limit = limitRate(site.id, settings, new Counters(), (of, left) =>
      gauges.set('left', target, left, of),
    );
    found?.service.troubles.push((replica, operation, { request }, record) => {
      if (!site.active || !isMeant(replica, found.index)) return null;
      if (only !== null && operation.place.text !== only) return null;
      const refusal = limit({ request, now: sim.now, clock: sim.now, inside: 0 });
      if (!refusal || !site.strikes(request.thing?.key ?? 0, request.variant)) return null;
      return { outcome: refusal.outcome, cause: site.hit(request.thing?.recorded, record, record) };
    });
  },
});
