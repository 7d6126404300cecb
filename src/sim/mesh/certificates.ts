import { type Micros, minutes } from '../kernel/time.ts';
import type { CertificateSettings } from '../world/schema/mesh.ts';

/** A new certificate is dated back by this, for verifiers whose clocks are behind (Istio's grace period). */
const BACKDATED: Micros = minutes(2);

/** When a workload's certificate is valid, on the issuer's clock; and which root its trust goes back to. */
export interface Certificate {
  readonly notBefore: Micros;
  readonly notAfter: Micros;
  readonly root: string;
}

/** What has been done to one workload's certificates. */
interface Workload {
  /** When its certificate was last issued by hand: at the beginning, or when rotation was switched on. */
  issuedAt: Micros;
  rotates: boolean;
  /** From when on the one it has then is no longer renewed, and until when that is valid. */
  expires: { readonly from: Micros; readonly notAfter: Micros } | null;
  root: string;
}

/**
 * The certificates of all workloads.
 *
 * With rotation each is renewed at half of its life, and never runs out by itself. Without, it is issued once. Nobody
 * notices an expired one before the next handshake: connections that are open live on.
 */
export class Certificates {
  readonly #settingsOf: (workload: string) => CertificateSettings;
  readonly #workloads = new Map<string, Workload>();

  constructor(settingsOf: (workload: string) => CertificateSettings) {
    this.#settingsOf = settingsOf;
  }

  /** The certificate that a workload shows at a time. */
  of(workload: string, now: Micros): Certificate {
    const { ttl, rotate } = this.#settingsOf(workload);
    const known = this.#workload(workload, rotate, now);
    const { root, expires } = known;
    const half = Math.max(1, Math.floor(ttl / 2));
    const renewedAt = rotate ? now - ((now - known.issuedAt) % half) : known.issuedAt;
    const notAfter = expires && !rotate && now >= expires.from ? expires.notAfter : renewedAt + ttl;
    return { notBefore: renewedAt - BACKDATED, notAfter, root };
  }

  /** The workload's certificate turns out to end at a time. With rotation it will have been replaced by then. */
  expire(workload: string, notAfter: Micros, now: Micros): boolean {
    const { rotate } = this.#settingsOf(workload);
    const known = this.#workload(workload, rotate, now);
    known.expires = { from: now, notAfter };
    return !rotate;
  }

  /** From now on the workload's certificates come from another authority. */
  resign(workload: string, root: string, now: Micros): void {
    this.#workload(workload, this.#settingsOf(workload).rotate, now).root = root;
  }

  #workload(name: string, rotates: boolean, now: Micros): Workload {
    const known = this.#workloads.get(name);
    if (!known) {
      const fresh: Workload = { issuedAt: 0, rotates, expires: null, root: 'mesh' };
      this.#workloads.set(name, fresh);
      return fresh;
    }
    if (rotates && !known.rotates) {
      known.issuedAt = now;
      known.expires = null;
    }
    known.rotates = rotates;
    return known;
  }
}

/** Why one side of a handshake does not believe the other's certificate, by its own clock; null if it does. */
export function doubtOf(certificate: Certificate, verifiersClock: Micros, trusted: string): string | null {
  if (certificate.root !== trusted) return 'signed by an authority that is not trusted';
  if (verifiersClock > certificate.notAfter) return 'expired';
  return verifiersClock < certificate.notBefore ? 'not valid yet' : null;
}
