import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { onLookups } from './targets.ts';

/** Lookups get the answer of the moment at which the fault began, as from a resolver that has lost its upstream. */
export const dnsStale = defineFault({
  summary: 'Gives those who look a service up in DNS an old answer',
  targets: ['service'],
  fields: { dnsStale: place },
  inject(site, { dnsStale: target }) {
    onLookups(site, target, (record) => {
      const old = record();
      return (lookup) => {
        const same =
          old.length === lookup.answer.length && old.every((address, at) => address === lookup.answer[at]);
        if (same || !site.strikes(lookup.nth, 0)) return;
        lookup.answer = old;
        lookup.cause = site.hit(undefined, lookup.cause, lookup.cause);
      };
    });
  },
});
