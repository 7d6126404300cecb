import type { Micros } from '../kernel/time.ts';
import type { Limit } from './limit.ts';

const SECOND = 1_000_000;

/** `Retry-After` in whole seconds, rounded up: less would invite a request that is refused again (RFC 9110). */
export const retryAfterSeconds = (wait: Micros): number => Math.ceil(wait / SECOND);

/** The quota of a policy, such as `"page";q=60;w=1` (draft-ietf-httpapi-ratelimit-headers). */
export function rateLimitPolicy(name: string, quota: number, window: Micros): string {
  return `"${name}";q=${quota};w=${Math.ceil(window / SECOND)}`;
}

/** What is left of it and for how long, such as `"page";r=12;t=1`. */
export function rateLimitField(name: string, limit: Limit, now: Micros): string {
  return `"${name}";r=${limit.remaining(now)};t=${Math.ceil(limit.reset(now) / SECOND)}`;
}
