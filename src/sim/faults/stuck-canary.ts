import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { serviceOf } from './targets.ts';

/**
 * A rollout stays where it is: its controller is dead, or waits for somebody's approval. It strikes each time when the
 * rollout would have gone on or back; afterwards the rollout does what its gate and its steps say then.
 */
export const stuckCanary = defineFault({
  summary: 'Keeps a rollout of a service from going on and from going back: both versions stay',
  targets: ['service'],
  fields: { stuckCanary: place },
  inject(site, { stuckCanary: target }) {
    const found = serviceOf(site.system, target);
    found?.service.holds.push(() => {
      if (!site.strikes(0, 0)) return false;
      site.strike();
      return true;
    });
  },
});
