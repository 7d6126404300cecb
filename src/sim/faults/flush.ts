import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { onCaches } from './targets.ts';

/** Somebody empties a cache: whoever asks next has to ask behind it. */
export const flush = defineFault({
  summary: 'Empties what a service, a replica, or a step or route of it remembers',
  targets: ['service', 'replica', 'step', 'operation'],
  fields: { flush: place },
  inject(site) {
    onCaches(site, (caches, prefix) => caches.flush(prefix));
  },
});
