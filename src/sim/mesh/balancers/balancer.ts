import type { Micros } from '../../kernel/time.ts';
import type { UpstreamHost } from '../upstream-host.ts';

/** What a choice of a host may look at. */
export interface Choice {
  /** A number in [0, 1) of this request's own luck; each `n` is another one. */
  draw(n: number): number;
  /** Stands for the field that a consistent hash goes by; null where the request has none. */
  readonly hash: number | null;
  readonly now: Micros;
}

/** Chooses one of several hosts for one request. At least one is given. */
export interface Balancer {
  pick(hosts: readonly UpstreamHost[], choice: Choice): UpstreamHost;
}
