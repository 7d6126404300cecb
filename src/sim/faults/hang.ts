import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { isMeant, serviceOf } from './targets.ts';

/** Accepts and never answers: each request it strikes holds a worker until the fault is over. */
export const hang = defineFault({
  summary: 'Makes a service accept requests and never answer',
  targets: ['service', 'replica', 'operation'],
  fields: { hang: place },
  inject(site, { hang: target }) {
    const found = serviceOf(site.system, target);
    const only = target.includes('.') ? target : null;
    found?.service.hangs.push((replica, frame) => {
      if (!isMeant(replica, found.index) || (only !== null && frame.operation.text !== only)) return null;
      if (!site.strikes(frame.key, frame.variant)) return null;
      frame.cause = site.hit(frame.subject, frame.cause, frame.span);
      return Math.min(site.to, site.system.end);
    });
  },
});
