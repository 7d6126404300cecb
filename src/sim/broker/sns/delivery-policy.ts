import { pow } from '../../kernel/exact-math.ts';
import { hours, type Micros, NEVER, seconds } from '../../kernel/time.ts';

/** How delays grow from `minDelayTarget` to `maxDelayTarget`. */
export type BackoffFunction = 'linear' | 'arithmetic' | 'geometric' | 'exponential';

/**
 * How often, and after how long, a delivery that has failed is tried again: at once, then after the shortest delay,
 * then after growing delays, then after the longest. Names as in an HTTP/S delivery policy.
 */
export interface DeliveryPolicy {
  /** Retries in all, after the first attempt. What the other phases leave over is the backoff phase. */
  readonly numRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly numMaxDelayRetries: number;
  /** Seconds. */
  readonly minDelayTarget: number;
  /** Seconds. */
  readonly maxDelayTarget: number;
  readonly backoffFunction: BackoffFunction;
}

/** Where a subscription delivers to. */
export type Protocol = 'sqs' | 'lambda' | 'http' | 'https' | 'email' | 'sms' | 'application';

/** Endpoints that the provider runs: they are tried for 23 days. */
export const MANAGED: DeliveryPolicy = {
  numRetries: 100_015,
  numNoDelayRetries: 3,
  numMinDelayRetries: 2,
  numMaxDelayRetries: 100_000,
  minDelayTarget: 1,
  maxDelayTarget: 20,
  backoffFunction: 'exponential',
};

/** Mail, text messages and mobile devices: for six hours. */
export const CUSTOMER_MANAGED: DeliveryPolicy = {
  numRetries: 50,
  numNoDelayRetries: 0,
  numMinDelayRetries: 2,
  numMaxDelayRetries: 38,
  minDelayTarget: 10,
  maxDelayTarget: 600,
  backoffFunction: 'exponential',
};

/** Web hooks, unless the subscription has a policy of its own: three retries, 20 seconds apart. */
const HTTP: DeliveryPolicy = {
  numRetries: 3,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  numMaxDelayRetries: 0,
  minDelayTarget: 20,
  maxDelayTarget: 20,
  backoffFunction: 'linear',
};

/** A web hook is not tried any longer than this. */
const HTTP_LIMIT: Micros = hours(1);

const isHttp = (protocol: Protocol): boolean => protocol === 'http' || protocol === 'https';

/** The policy that holds for a protocol. Only web hooks can have another one than the service's. */
export function policyOf(protocol: Protocol, own: Partial<DeliveryPolicy> | null): DeliveryPolicy {
  if (isHttp(protocol)) return { ...HTTP, ...own };
  return protocol === 'sqs' || protocol === 'lambda' ? MANAGED : CUSTOMER_MANAGED;
}

/** How long retries of a protocol may take in all. */
export const limitOf = (protocol: Protocol): Micros => (isHttp(protocol) ? HTTP_LIMIT : NEVER);

/**
 * The delay before a retry, from 1, without jitter; null after the last.
 *
 * The guide draws the four functions without their formulas. Here linear grows by equal steps, arithmetic by steps
 * that grow evenly, geometric by an equal factor, and exponential doubles until it reaches the longest delay.
 */
export function retryDelay(policy: DeliveryPolicy, retry: number): Micros | null {
  if (retry > policy.numRetries) return null;
  const { numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } = policy;
  if (retry <= numNoDelayRetries) return 0;
  const early = numNoDelayRetries + numMinDelayRetries;
  if (retry <= early) return seconds(policy.minDelayTarget);
  const growing = Math.max(0, policy.numRetries - early - numMaxDelayRetries);
  const place = retry - early;
  if (place > growing) return seconds(policy.maxDelayTarget);
  return seconds(grown(policy, place, growing));
}

/** The delay at a place, from 1, of so many that grow. */
function grown(
  { minDelayTarget: min, maxDelayTarget: max, backoffFunction }: DeliveryPolicy,
  place: number,
  of: number,
): number {
  const steps = of - 1;
  const step = place - 1;
  if (steps === 0 || min === max) return min;
  switch (backoffFunction) {
    case 'linear':
      return min + ((max - min) * step) / steps;
    case 'arithmetic':
      return min + ((max - min) * (step * (step + 1))) / (steps * (steps + 1));
    case 'geometric':
      return min * pow(max / min, step / steps);
    case 'exponential':
      return Math.min(max, min * pow(2, step));
  }
}
