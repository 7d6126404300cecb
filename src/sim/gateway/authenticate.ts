import type { KeySet } from '../security/key-set.ts';
import { type Credentials, doubtOf } from '../security/token.ts';
import type { AuthSettings } from '../world/schema/security.ts';
import { type Stage, unauthenticated } from './stage.ts';

/** Whether a request can be judged only once keys have been fetched. */
export function needsKeys({ jwt }: AuthSettings, { token }: Credentials, keys: KeySet): boolean {
  return jwt !== null && token !== null && token.alg !== 'none' && keys.wants(token.kid);
}

/** Lets those in who show a known key, or a token that is believed. The keys of its issuer have been fetched before, if they could be. */
export function authenticate({ jwt, apiKeys, onError }: AuthSettings, keys: KeySet): Stage {
  const verifier = jwt && { ...jwt, issuer: jwt.issuer };
  const known = (kid: string) => keys.has(kid);
  return ({ request, now, clock }) => {
    const { token, apiKey } = request.credentials;
    if (apiKeys && apiKey !== null)
      return apiKeys.includes(apiKey) ? null : unauthenticated(`nobody has the API key ${apiKey}`);
    if (!verifier || token === null) return unauthenticated('it brings no credentials');
    if (token.alg !== 'none' && !keys.usable)
      return onError === 'fail-open'
        ? null
        : {
            ...unauthenticated(`the keys of ${verifier.issuer} cannot be had`),
            cause: keys.failure ?? undefined,
          };
    const doubt = doubtOf(token, verifier, known, clock);
    if (doubt === null) return null;
    return {
      ...unauthenticated(`its token is ${doubt}`),
      misled: clock !== now && doubtOf(token, verifier, known, now) === null,
    };
  };
}
