import type { Frame } from '../flow/frame.ts';
import { type Micros, NEVER } from '../kernel/time.ts';
import { type IssuerSettings, issuerSettings } from '../world/schema/security.ts';
import type { World } from '../world/schema/world.ts';
import type { Token } from './token.ts';

/** What a token is to say; the rest is its issuer's. */
export interface Claims {
  readonly sub: string;
  readonly aud: readonly string[];
  readonly scope: readonly string[];
  readonly ttl?: Micros;
  readonly act?: string;
}

/** An authorization server: which key signs at a time, which are published, and the tokens it makes. */
export class Issuer {
  readonly name: string;
  settings: IssuerSettings;
  /** Faults that keep an answer from whoever asks: the record of the strike, or null. */
  readonly outages: ((frame: Frame, operation: 'token' | 'jwks') => number | null)[] = [];

  constructor(name: string, settings: IssuerSettings) {
    this.name = name;
    this.settings = settings;
  }

  /** Signs a token at a time of the common clock, with the newest key and on its own clock. */
  issue({ sub, aud, scope, ttl = this.settings.ttl, act }: Claims, at: Micros): Token {
    const nbf = at + this.settings.ahead;
    const kid = this.#signsAt(at);
    return { iss: this.name, aud, sub, scope, nbf, exp: nbf + ttl, kid, alg: 'RS256', act: act ?? null };
  }

  /** The `kid`s of its JWK set at a time. */
  published(at: Micros): ReadonlySet<string> {
    const kids = new Set<string>();
    for (const [kid, { published, retired }] of Object.entries(this.settings.keys))
      if (at >= published && at < (retired ?? NEVER)) kids.add(kid);
    return kids;
  }

  #signsAt(at: Micros): string {
    const { keys } = this.settings;
    let newest: string | undefined;
    let since = Number.NEGATIVE_INFINITY;
    for (const [kid, { signs }] of Object.entries(keys)) {
      if (signs > at || signs < since) continue;
      newest = kid;
      since = signs;
    }
    return newest ?? Object.keys(keys)[0] ?? ''; // before the run began there was the first one
  }
}

/** The authorization server of a world: the service with `issuer`, or one outside of it that costs nothing. */
export function issuerOf({ services, externals }: World): Issuer {
  for (const [name, { issuer }] of [...Object.entries(services), ...Object.entries(externals)])
    if (issuer) return new Issuer(name, issuer);
  return new Issuer('issuer', issuerSettings.parse({}));
}
