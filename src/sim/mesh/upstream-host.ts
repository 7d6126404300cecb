import type { Micros } from '../kernel/time.ts';

/** One instance of a destination, as one proxy knows it. */
export class UpstreamHost<T = unknown> {
  /** `catalog[0]`. */
  readonly address: string;
  readonly zone: string | null;
  /** Its share, before any warm-up; more than 0. */
  readonly weight: number;
  /** What requests are sent to. */
  readonly target: T;
  /** When it was first seen: the start of its warm-up. */
  readonly since: Micros;
  /** Requests of this proxy that it has not answered. */
  active = 0;
  /** Outlier detection has taken it out. */
  ejected = false;
  /** How long this proxy's requests took here lately, for peak EWMA; undefined before the first answer. */
  latency: { ewma: number; at: Micros } | undefined = undefined;

  constructor(address: string, target: T, since: Micros, zone: string | null = null, weight = 1) {
    this.address = address;
    this.target = target;
    this.since = since;
    this.zone = zone;
    this.weight = weight;
  }
}
