import { type Micros, minutes } from '../../kernel/time.ts';

/** Share of all in-flight messages, and of the consumers' time, above which a tenant is noisy. */
const SHARE = 0.1;

/** Messages in flight below which nobody is noisy for having many. */
const AT_LEAST = 30;

/** How long consumers' time counts as recent. The service does not say; detection is approximate there, too. */
const RECENT: Micros = minutes(1);

/** A tenant that has sent nothing for so long is quiet again. */
const SILENCE: Micros = minutes(5);

interface Tenant {
  inFlight: number;
  /** Messages in the queue, in flight or not. */
  present: number;
  lastSent: Micros;
  noisy: boolean;
  /** Consumers' time in this window and in the one before. */
  busy: number;
  busyBefore: number;
}

/**
 * Which tenants of a queue take more than their part of the consumers, so that others are served first.
 *
 * The two measures and their figures are the service's (Amazon SQS Developer Guide, "How Amazon SQS fair queues work").
 */
export class NoisyTenants {
  readonly #tenants = new Map<string, Tenant>();
  #inFlight = 0;
  #busy = 0;
  #busyBefore = 0;
  #window = 0;

  sent(group: string, now: Micros): void {
    const tenant = this.#tenants.get(group);
    if (tenant) {
      tenant.present++;
      tenant.lastSent = now;
      return;
    }
    const fresh = { inFlight: 0, present: 1, lastSent: now, noisy: false, busy: 0, busyBefore: 0 };
    this.#tenants.set(group, fresh);
  }

  /** A message of a tenant was received; null: of none, which then is one of its own. */
  received(group: string | null, now: Micros): void {
    this.#inFlight++;
    const tenant = this.#tenants.get(group ?? '');
    if (group === null || !tenant) return;
    tenant.inFlight++;
    this.#judge(tenant, now);
  }

  /** It is no longer in flight, after its consumer has had it for so long. */
  ended(group: string | null, took: Micros, now: Micros): void {
    this.#roll(now);
    this.#inFlight--;
    this.#busy += took;
    const tenant = this.#tenants.get(group ?? '');
    if (group === null || !tenant) return;
    tenant.inFlight--;
    tenant.busy += took;
    this.#judge(tenant, now);
  }

  /** It has left the queue. */
  left(group: string): void {
    const tenant = this.#tenants.get(group);
    if (tenant && --tenant.present === 0) tenant.noisy = false; // its backlog is drained
  }

  inFlightOf(group: string): number {
    return this.#tenants.get(group)?.inFlight ?? 0;
  }

  noisy(group: string, now: Micros): boolean {
    const tenant = this.#tenants.get(group);
    if (!tenant?.noisy) return false;
    if (now - tenant.lastSent >= SILENCE) tenant.noisy = false;
    return tenant.noisy;
  }

  #judge(tenant: Tenant, now: Micros): void {
    this.#roll(now);
    const crowded = tenant.inFlight >= AT_LEAST && tenant.inFlight > SHARE * this.#inFlight;
    const slow = tenant.busy + tenant.busyBefore > SHARE * (this.#busy + this.#busyBefore);
    if (crowded || slow) tenant.noisy = true;
  }

  #roll(now: Micros): void {
    const window = Math.floor(now / RECENT);
    if (window === this.#window) return;
    const next = window === this.#window + 1;
    this.#window = window;
    this.#busyBefore = next ? this.#busy : 0;
    this.#busy = 0;
    for (const [group, tenant] of this.#tenants) {
      tenant.busyBefore = next ? tenant.busy : 0;
      tenant.busy = 0;
      if (tenant.present === 0 && tenant.busyBefore === 0) this.#tenants.delete(group);
    }
  }
}
