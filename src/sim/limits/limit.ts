import type { Micros } from '../kernel/time.ts';

/** What a limit says to one request. */
export interface Decision {
  readonly allowed: boolean;
  /** Until the same request would be let through: 0 if it was. */
  readonly retryAfter: Micros;
}

/**
 * One counter of a rate limit: for one client, one route, or all.
 *
 * Times given to it never go back. A request that is refused costs nothing.
 */
export interface Limit {
  /** Counts one request at this time, if it is let through. */
  ask(now: Micros): Decision;
  /** Requests that would be let through at this time, one right after the other: whole, 0 or more. */
  remaining(now: Micros): number;
  /** Until the whole quota is there again, if nobody asks meanwhile. */
  reset(now: Micros): Micros;
}

/** Let through. */
export const ALLOWED: Decision = { allowed: true, retryAfter: 0 };

/** Refused, for so long. */
export const refusedFor = (retryAfter: Micros): Decision => ({ allowed: false, retryAfter });
