import type { Micros } from '../kernel/time.ts';

/** When and how often a sidecar tries a request again. */
export interface RetryPolicy {
  /** Retries after the first try. */
  readonly attempts: number;
  /** How long one try may take; null: as long as the whole request. */
  readonly perTryTimeout: Micros | null;
  /** Envoy's words and statuses. */
  readonly retryOn: readonly string[];
  readonly baseInterval: Micros;
  /** Bounds retries in progress by requests in progress; wins over `maxRetries`. */
  readonly budget: RetryBudget | null;
  /** Retries in progress at once, of one sidecar to one destination. */
  readonly maxRetries: number;
  readonly ignorePreviousHosts: boolean;
  readonly hedgeOnPerTryTimeout: boolean;
}

interface RetryBudget {
  readonly percent: number;
  readonly minRetryConcurrency: number;
}

/** How one try ended, as the sidecar sees it. */
export interface TryEnd {
  /** What happened, in the words of failures: `connect-failure`, `reset`, `timeout`, … or a status or reason. */
  readonly reason: string;
  /** The status of the answer, or what the sidecar makes of having none. */
  readonly status: number;
  /** The host did answer. */
  readonly answered: boolean;
  /** A rate limit filter refused it (`x-envoy-ratelimited`). */
  readonly rateLimited: boolean;
}

/**
 * Whether a try that ended like this meets one of the conditions of `retry_on`.
 *
 * A reset reaches the caller as a 503, yet it is no 503 for this purpose: no status came. What a rate limit refused is
 * tried again only if that is asked for. gRPC's conditions (`unavailable` and others) are never met over HTTP. Source:
 * Envoy's router filter, "x-envoy-retry-on".
 */
export function isRetriable(end: TryEnd, retryOn: readonly string[]): boolean {
  if (end.rateLimited) return retryOn.includes('envoy-ratelimited');
  for (const condition of retryOn) if (meets(end, condition)) return true;
  return false;
}

function meets({ reason, status, answered }: TryEnd, condition: string): boolean {
  switch (condition) {
    case '5xx':
      return status >= 500;
    case 'gateway-error':
      return status >= 502 && status <= 504;
    case 'reset':
      return !answered && reason !== 'overflow';
    case 'connect-failure':
      return reason === 'connect-failure' || reason === 'tls';
    case 'refused-stream':
      return reason === 'refused-stream';
    case 'retriable-4xx':
      return status === 409;
    default:
      return answered && String(status) === condition;
  }
}

/**
 * How long to wait before retry number `retry`, from 1, for a draw `u` from 0 up to 1: full jitter below 25, 50, 100,
 * 200, 250, 250 ms for a base of 25 ms. Source: Envoy's `backoff_strategy.cc`; its documentation gives other ranges.
 */
export function waitBefore(retry: number, base: Micros, u: number): Micros {
  return Math.floor(u * intervalBefore(retry, base));
}

/** The bound of that wait, exclusive: doubling while it is below half of ten times the base. */
function intervalBefore(retry: number, base: Micros): Micros {
  const longest = 10 * base;
  let interval = base;
  for (let n = 1; n < retry && interval < longest; n++) interval = Math.min(interval * 2, longest);
  return interval;
}

/** Retries that may be in progress at once. Source: Envoy's `circuit_breaker.proto`, `RetryBudget`. */
export function retriesAllowed(
  { budget, maxRetries }: Pick<RetryPolicy, 'budget' | 'maxRetries'>,
  requestsInProgress: number,
): number {
  if (budget === null) return maxRetries;
  return Math.max(Math.floor((budget.percent * requestsInProgress) / 100), budget.minRetryConcurrency);
}
