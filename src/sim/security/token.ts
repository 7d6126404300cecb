import type { Micros } from '../kernel/time.ts';
import type { Signature } from './signature.ts';

/** A JSON Web Token as its verifier sees it: header and claims, and whether the signature belongs to them. */
export interface Token {
  /** Who issued it. */
  readonly iss: string;
  /** For whom it is meant; none: for everybody. */
  readonly aud: readonly string[];
  /** For whom it speaks. */
  readonly sub: string;
  readonly scope: readonly string[];
  /** On its issuer's clock. */
  readonly nbf: Micros;
  readonly exp: Micros;
  /** Of the key that signed it. */
  readonly kid: string;
  readonly alg: 'RS256' | 'none';
  /** Who acts for `sub`, as the `act` claim tells (RFC 8693); null: nobody says. */
  readonly act: string | null;
}

/** What comes with a request and says who sends it. */
export interface Credentials {
  readonly token: Token | null;
  readonly apiKey: string | null;
  /** Whose key a gateway has recognised, as it tells the services behind (Kong's `X-Consumer-Username`). */
  readonly consumer: string | null;
  /** The workload that holds the connection: a service's or a client's name. */
  readonly caller: string;
  /** Of this very request; absent: it is not signed. */
  readonly signature?: Signature | undefined;
}

export const NOBODY: Credentials = { token: null, apiKey: null, consumer: null, caller: '' };

/** Whose requests a limit counts together. */
export function consumerOf({ apiKey, consumer, caller }: Credentials): string {
  return apiKey ?? consumer ?? caller;
}

/** The user of a request: whom its token speaks for, or else its consumer. */
export function userOf(credentials: Credentials): string {
  return credentials.token?.sub ?? consumerOf(credentials);
}

export interface Verifier {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly clockSkew: Micros;
}

/**
 * Why a token is not believed; null if it is. `known` tells whether a key is in the set that was fetched.
 *
 * The order is that of most libraries: algorithm, key, issuer, audience, time. An audience that nobody asks for is not
 * looked at, which is how a token for one service opens another.
 */
export function doubtOf(
  token: Token,
  { issuer, audiences, clockSkew }: Verifier,
  known: (kid: string) => boolean,
  now: Micros,
): string | null {
  if (token.alg === 'none') return 'not signed';
  if (!known(token.kid)) return `unknown key ${token.kid}`;
  if (token.iss !== issuer) return `issued by ${token.iss}`;
  if (audiences.length > 0 && !token.aud.some((each) => audiences.includes(each)))
    return token.aud.length === 0 ? 'without an audience' : `meant for ${token.aud.join(', ')}`;
  if (now >= token.exp + clockSkew) return 'expired';
  if (now < token.nbf - clockSkew) return 'not valid yet';
  return null;
}

/** What a workload shows where it acts for nobody else. */
export const identityOf = (caller: string, apiKey: string | null = null): Credentials => ({
  token: null,
  apiKey,
  consumer: null,
  caller,
});
