import { failed } from '../outcome.ts';
import { duration } from '../world/quantities.ts';
import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { refuseRequests } from './targets.ts';

/** Another name for `errors` with status 429, and a `Retry-After` beside it: the partner throttles whoever comes. */
export const thirdParty429 = defineFault({
  summary: 'Makes a partner answer 429 with Retry-After, as `errors` with `status: 429` would without one',
  targets: ['service', 'replica', 'operation'],
  fields: {
    thirdParty429: place,
    /** What the answer asks its caller to wait; 0s: it does not say. */
    'retry-after': duration.default(1_000_000),
  },
  inject(site, { thirdParty429: target, 'retry-after': wait }) {
    refuseRequests(site, target, failed('429', 429, 'yes', wait));
  },
});
