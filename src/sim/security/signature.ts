import type { Stage } from '../gateway/stage.ts';
import { unauthenticated } from '../gateway/stage.ts';
import { formatMicros, type Micros } from '../kernel/time.ts';
import type { SignatureSettings } from '../world/schema/gateway.ts';

/** What only somebody can write who has the secret: an HMAC over the time, a nonce and the body. */
export interface Signature {
  /** Whose secret it was. */
  readonly by: string;
  readonly at: Micros;
  /** One for each time that something is signed, and so for each try of a call. */
  readonly nonce: string;
}

/** Nonces that a service has seen, until their signatures are too old anyway. */
export class Nonces {
  readonly #seen = new Map<string, Micros>();

  /** Whether a nonce is new; it is known from now on, until `until`. */
  isNew(nonce: string, now: Micros, until: Micros): boolean {
    for (const [old, end] of this.#seen) {
      if (end >= now) break; // in the order of their coming, and so nearly in that of their ends
      this.#seen.delete(old);
    }
    if (this.#seen.has(nonce)) return false;
    this.#seen.set(nonce, until);
    return true;
  }
}

/** Lets signed requests in, each once: as receivers of web hooks verify them. */
export function verifySignature({ from, tolerance, replays }: SignatureSettings, nonces: Nonces): Stage {
  return ({ request: { credentials }, now }) => {
    const { signature } = credentials;
    if (!signature) return unauthenticated('it is not signed');
    const { by, at, nonce } = signature;
    if (!from.includes(by)) return unauthenticated(`it is signed by ${by}`);
    if (now - at > tolerance) return unauthenticated(`it was signed ${formatMicros(now - at)} ago`);
    if (replays === 'refuse' && !nonces.isNew(nonce, now, at + tolerance))
      return unauthenticated('it has been seen before');
    return null;
  };
}
