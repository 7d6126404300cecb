import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { onCaches } from './targets.ts';

/**
 * The time of everything in a cache is over at the same moment, as where it was filled in one go.
 *
 * It is there still: a cache that may give stale answers out does so.
 */
export const ttlAlign = defineFault({
  summary: 'Lets everything that a cache remembers become stale at the same moment',
  targets: ['service', 'replica', 'step', 'operation'],
  fields: { ttlAlign: place },
  inject(site) {
    const { sim } = site.system;
    onCaches(site, (caches, prefix) => caches.age(prefix, sim.now));
  },
});
