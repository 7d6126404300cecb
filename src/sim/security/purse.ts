import { sampler } from '../kernel/distribution.ts';
import type { Stream } from '../kernel/luck.ts';
import type { System } from '../system.ts';
import type { TokenSettings } from '../world/schema/security.ts';
import type { Token } from './token.ts';

/** Where a client outside has its tokens from: its login, or somebody else's pocket. */
export class Purse {
  readonly #system: System;
  readonly #ages: Stream;
  #stolen = 0;

  constructor(system: System, owner: string) {
    this.#system = system;
    this.#ages = system.luck.stream(`${owner}.token.age`);
  }

  /** The token for one intention; null where there is none to be stolen yet. `key` keys the luck of its age. */
  token(settings: TokenSettings, sub: string, key: number): Token | null {
    const { sim, issuer, loot } = this.#system;
    const { aud, scope, age, alg, ttl, stolenFrom } = settings;
    if (stolenFrom !== null) {
      const tokens = loot.get(stolenFrom) ?? [];
      return tokens.length === 0 ? null : (tokens[this.#stolen++ % tokens.length] ?? null);
    }
    const issuedAt = sim.now - Math.round(sampler(age)(this.#ages.uniform(key)));
    const token = issuer.issue({ sub, aud, scope, ...(ttl === null ? {} : { ttl }) }, issuedAt);
    return alg === 'none' ? { ...token, alg } : token;
  }
}
