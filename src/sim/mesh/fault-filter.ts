import type { Micros } from '../kernel/time.ts';
import type { FaultInjection } from '../world/schema/mesh.ts';

/** What a fault rule does to one request. */
export interface Injected {
  /** Waits this long first; 0: not delayed. */
  readonly delay: Micros;
  /** Answers this status and sends nothing; null: it goes on. */
  readonly abort: number | null;
}

/**
 * Decides for one request, from two numbers in [0, 1) of its own luck. Both may strike: it waits, then fails.
 *
 * Source: Envoy's HTTP fault filter, Istio's `HTTPFaultInjection`.
 */
export function injectedInto({ delay, abort }: FaultInjection, u: number, v: number): Injected {
  return {
    delay: delay !== null && u * 100 < delay.percentage ? delay.fixedDelay : 0,
    abort: abort !== null && v * 100 < abort.percentage ? abort.httpStatus : null,
  };
}
