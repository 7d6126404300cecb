import type { Micros } from '../kernel/time.ts';
import type { Backoff } from '../world/quantities.ts';

/**
 * How long to wait before retry number `retry` (from 1), for a draw `u` from 0 to 1.
 *
 * Full jitter: anything up to the exponential wait. Equal: half of it is fixed. Decorrelated: between the base and
 * three times the previous wait, which before the first is the base. Source: the AWS Architecture Blog, "Exponential
 * Backoff And Jitter".
 */
export function waitBefore(
  retry: number,
  { kind, base, max, jitter }: Backoff,
  u: number,
  previous: Micros,
): Micros {
  const doublings = kind === 'fixed' ? 0 : Math.min(retry - 1, 40);
  let wait = base;
  for (let i = 0; i < doublings && wait < max; i++) wait *= 2;
  wait = Math.min(wait, max);
  switch (jitter) {
    case 'none':
      return wait;
    case 'full':
      return Math.round(u * wait);
    case 'equal':
      return Math.round(wait / 2 + (u * wait) / 2);
    case 'decorrelated':
      return Math.min(max, Math.round(base + u * (Math.max(base, previous) * 3 - base)));
  }
}
