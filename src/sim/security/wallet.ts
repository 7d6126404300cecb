import type { Frame } from '../flow/frame.ts';
import type { Process } from '../kernel/process.ts';
import { Signal } from '../kernel/signal.ts';
import type { Micros } from '../kernel/time.ts';
import type { Failed } from '../outcome.ts';
import type { CallToken } from '../world/schema/security.ts';
import { askIssuer } from './ask-issuer.ts';
import type { Claims } from './issuer.ts';
import type { Token } from './token.ts';

/** A cached token is not used in the last seconds of its life, so that it does not run out on its way. */
const MARGIN: Micros = 5_000_000;

/** What a call asks the authorization server for: the modes that need one. */
export type Grant = Exclude<CallToken, 'none' | 'forward'>;

/** Tokens that one process has asked its authorization server for: kept until they run out, and asked for by one at a time. */
export class Wallet {
  readonly #tokens = new Map<string, Token>();
  readonly #asking = new Map<string, Signal<null>>();

  /** A token for a call of `callee`, made with its own authority or in exchange for the token of the request. */
  *obtain(frame: Frame, grant: Grant, callee: string): Process<Token | Failed> {
    const { system } = frame;
    const claims = claimsOf(frame, grant, callee);
    const key = JSON.stringify(claims);
    for (;;) {
      const known = this.#tokens.get(key);
      if (known && system.sim.now < known.exp - system.issuer.settings.ahead - MARGIN) return known;
      const others = this.#asking.get(key);
      if (!others) break;
      yield* others.wait();
    }
    const signal = new Signal<null>(system.sim);
    this.#asking.set(key, signal);
    try {
      const outcome = yield* askIssuer(frame, 'token', { sub: claims.sub, audience: claims.aud[0] ?? '' });
      if (!outcome.ok) return outcome;
      const token = system.issuer.issue(claims, system.sim.now);
      this.#tokens.set(key, token);
      return token;
    } finally {
      this.#asking.delete(key);
      signal.resolve(null);
    }
  }

  /** Forgets everything, as a restart does. */
  clear(): void {
    this.#tokens.clear();
    this.#asking.clear();
  }
}

function claimsOf(frame: Frame, grant: Grant, callee: string): Claims {
  const { caller } = frame.host.identity;
  if (grant === 'client-credentials') return { sub: caller, aud: [callee], scope: [] };
  if ('client-credentials' in grant)
    return { sub: caller, aud: [callee], scope: grant['client-credentials'].scope };
  const { audience, scope } = grant.exchange;
  const subject = frame.request.credentials.token;
  // Who acts is named, so that the chain can be seen: delegation, not impersonation (RFC 8693, 1.1).
  return subject
    ? { sub: subject.sub, aud: [audience], scope, act: caller }
    : { sub: caller, aud: [audience], scope };
}
