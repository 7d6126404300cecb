import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { onLookups } from './targets.ts';

/** Lookups are told that there is no address, as when a record was deleted; who hears it believes it for a while. */
export const dnsEmpty = defineFault({
  summary: 'Gives those who look a service up in DNS no address',
  targets: ['service'],
  fields: { dnsEmpty: place },
  inject(site, { dnsEmpty: target }) {
    onLookups(site, target, () => (lookup) => {
      if (!site.strikes(lookup.nth, 0)) return;
      lookup.answer = [];
      lookup.cause = site.hit(undefined, lookup.cause, lookup.cause);
    });
  },
});
