import { z } from 'zod';
import { address } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { between } from './targets.ts';

/** Cuts two sides off from each other, in both directions or only from the first to the second. */
export const partition = defineFault({
  summary: 'Cuts the way between two sides',
  targets: ['sides'],
  fields: {
    partition: address(/^[\w./-]+ \| [\w./-]+$/, 'two sides such as checkout | rabbitmq'),
    /** `drop`: messages vanish and callers time out; `reject`: callers are refused at once. */
    mode: z.enum(['drop', 'reject']).default('drop'),
    oneWay: z.boolean().default(false),
  },
  inject(site, { partition: target, mode, oneWay }) {
    const [a, b] = target.split(' | ') as [string, string];
    between(site.system, a, b, (transit, forth) => {
      if (oneWay && !forth) return;
      if (transit.lost !== null || !site.strikes(transit.key, transit.variant)) return;
      transit.cause = site.hit(transit.subject, transit.cause, transit.span);
      if (mode === 'reject' && (transit.leg === 'request' || transit.leg === 'connect'))
        transit.refused = true;
      else transit.lost = 'partition';
    });
  },
});
