import { type Micros, NEVER, seconds } from '../../kernel/time.ts';
import type { QueueHost } from './queue.ts';

/** Wakes a queue when the first of its waiting messages expires. */
export class HeadTimer {
  readonly #host: QueueHost;
  readonly #expired: () => void;
  #handle: number | null = null;
  #due: Micros = NEVER;

  constructor(host: QueueHost, expired: () => void) {
    this.#host = host;
    this.#expired = expired;
  }

  /** Sees to it that the queue is woken then, or before: an earlier alarm stays, and finds out for itself. */
  aim(expiry: Micros): void {
    if (expiry >= this.#due) return;
    this.stop();
    this.#due = expiry;
    this.#handle = this.#host.after(Math.max(0, expiry - this.#host.clock.now), () => {
      this.#handle = null;
      this.#due = NEVER;
      this.#expired();
    });
  }

  stop(): void {
    if (this.#handle !== null) this.#host.clock.cancel(this.#handle);
    this.#handle = null;
    this.#due = NEVER;
  }
}

/** The lease of `x-expires`: runs out unless it is renewed. */
export class Lease {
  readonly #host: QueueHost;
  readonly #lasts: Micros | null;
  readonly #over: () => void;
  #handle: number | null = null;

  /** `lasts` null: for ever. */
  constructor(host: QueueHost, lasts: Micros | null, over: () => void) {
    this.#host = host;
    this.#lasts = lasts;
    this.#over = over;
  }

  renew(): void {
    if (this.#lasts === null) return;
    this.stop();
    this.#handle = this.#host.after(this.#lasts, () => {
      this.#handle = null;
      this.#over();
    });
  }

  stop(): void {
    if (this.#handle !== null) this.#host.clock.cancel(this.#handle);
    this.#handle = null;
  }
}

/** How often the leader of a quorum queue looks whether the queue has expired. */
const TICK: Micros = seconds(5);

/** The lease of a quorum queue: its leader looks every few seconds, not at the moment it runs out. */
export class TickedLease {
  readonly #host: QueueHost;
  readonly #used: () => boolean;
  readonly #over: () => void;
  readonly #since: Micros;
  #renewed: Micros;
  #handle: number | null = null;

  constructor(host: QueueHost, lasts: Micros | null, used: () => boolean, over: () => void) {
    this.#host = host;
    this.#used = used;
    this.#over = over;
    this.#since = host.clock.now;
    this.#renewed = this.#since;
    if (lasts !== null) this.#wait(lasts);
  }

  renew(): void {
    this.#renewed = this.#host.clock.now;
  }

  stop(): void {
    if (this.#handle !== null) this.#host.clock.cancel(this.#handle);
    this.#handle = null;
  }

  /** Waits for the first look after the lease may have run out. */
  #wait(lasts: Micros): void {
    const { clock } = this.#host;
    const soonest = Math.max(this.#renewed + lasts, clock.now);
    const next = this.#since + (Math.floor((soonest - this.#since) / TICK) + 1) * TICK;
    this.#handle = this.#host.after(next - clock.now, () => {
      this.#handle = null;
      if (clock.now > this.#renewed + lasts && !this.#used()) this.#over();
      else this.#wait(lasts);
    });
  }
}
