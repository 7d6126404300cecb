import { z } from 'zod';
import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { serviceOf } from './targets.ts';

/**
 * The authorization server does not answer: keys cannot be fetched, tokens cannot be had. Keys and tokens that are kept
 * go on being used until they are too old; then `auth.onError` decides who comes in.
 */
export const authDown = defineFault({
  summary: 'Makes the authorization server refuse to give out keys or tokens: to all, or to one service',
  targets: ['service'],
  fields: {
    /** The issuer: nobody gets an answer. Another service: it alone gets none. */
    authDown: place,
    /** Which of its endpoints. */
    endpoint: z.enum(['keys', 'tokens', 'both']).default('both'),
  },
  inject(site, { authDown: target, endpoint }) {
    const { issuer } = site.system;
    const name = serviceOf(site.system, target)?.service.name;
    const struck = { keys: ['jwks'], tokens: ['token'], both: ['jwks', 'token'] }[endpoint];
    issuer.outages.push((frame, operation) => {
      if (name !== issuer.name && name !== frame.host.owner) return null;
      if (!struck.includes(operation) || !site.strikes(frame.key, frame.variant)) return null;
      return site.hit(frame.subject, frame.cause, frame.span);
    });
  },
});
