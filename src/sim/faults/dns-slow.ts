import { z } from 'zod';
import { sampler } from '../kernel/distribution.ts';
import { distribution } from '../world/quantities.ts';
import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { onLookups } from './targets.ts';

/** Lookups take longer; what is kept already is not asked for. A resolver's usual patience is 5 s. */
export const dnsSlow = defineFault({
  summary: 'Makes looking a service up in DNS slower',
  targets: ['service'],
  fields: {
    dnsSlow: place,
    /** Times as long. */
    x: z.number().min(0).max(10_000).default(1),
    /** Longer by this. */
    add: distribution.default({ kind: 'constant', value: 0 }),
  },
  inject(site, { dnsSlow: target, x, add }) {
    const extra = sampler(add);
    onLookups(site, target, () => (lookup) => {
      if (!site.strikes(lookup.nth, 0)) return;
      lookup.takes = Math.round(lookup.takes * x + extra(site.draw(lookup.nth, 0)));
      lookup.cause = site.hit(undefined, lookup.cause, lookup.cause);
    });
  },
});
