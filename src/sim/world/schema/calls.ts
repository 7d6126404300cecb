import { z } from 'zod';
import { type Backoff, backoff, duration, share } from '../quantities.ts';
import { kafkaProducer } from './brokers/kafka.ts';
import { channelPlace, count, expression } from './common.ts';
import { grpcChannel } from './grpc.ts';
import { callToken } from './security.ts';

/** Why a call can fail, in the words that `retryOn`, breakers and checks share. Envoy's word where it has one. */
const RETRY_CONDITIONS = [
  'connect-failure',
  'dns-failure',
  'no-endpoints',
  'reset',
  'timeout',
  'refused-stream',
  '5xx',
  'gateway-error',
  '429',
  '500',
  '502',
  '503',
  '504',
  'open',
  'full',
  'CANCELLED',
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'ABORTED',
  'INTERNAL',
  'UNAVAILABLE',
] as const;

const DEFAULT_BACKOFF: Backoff = { kind: 'fixed', base: 500_000, max: 3_600_000_000, jitter: 'none' };

/** Tries a failed call again. `maxAttempts` counts the first try, as in resilience4j; its wait defaults to 500 ms. */
export const retrySettings = z.strictObject({
  /** Tries in all, the first included. */
  maxAttempts: z.int().min(1).max(100).default(3),
  backoff: backoff.default(DEFAULT_BACKOFF),
  /** Retries as a share of calls, kept in a token bucket; null: unbounded. */
  budget: share.nullable().default(null),
  retryOn: z
    .array(z.enum(RETRY_CONDITIONS))
    .default(['connect-failure', 'reset', 'timeout', 'refused-stream', '5xx', '429']),
  /** `keyed`: only calls that carry an idempotency key. */
  only: z.literal('keyed').nullable().default(null),
  /** Waits at least as long as a `Retry-After` asks. */
  respectRetryAfter: z.boolean().default(true),
});

/** resilience4j's names, with resilience4j's defaults (CircuitBreakerConfig). */
const breakerSettings = z.strictObject({
  failureRateThreshold: z.number().gt(0).max(100).default(50),
  slidingWindowSize: z.int().min(1).max(10_000).default(100),
  minimumNumberOfCalls: z.int().min(1).max(10_000).default(100),
  waitDurationInOpenState: duration.default(60_000_000),
  permittedNumberOfCallsInHalfOpenState: z.int().min(1).max(1_000).default(10),
  /** Opens after this many failures in a row instead of at a rate. */
  consecutive: z.int().min(1).nullable().default(null),
});

/** At most so many calls at once (resilience4j's semaphore bulkhead). */
export const bulkheadSettings = z.strictObject({
  maxConcurrentCalls: z.int().min(1).default(25),
  maxWaitDuration: duration.default(0),
});

/** At most so many calls in each period (resilience4j's names and defaults). */
const rateLimiterSettings = z.strictObject({
  limitForPeriod: z.int().min(1).default(50),
  limitRefreshPeriod: duration.default(1_000_000),
  timeoutDuration: duration.default(5_000_000),
});

/** A second copy of a slow call; the first good answer counts. */
const hedgeSettings = z.strictObject({
  after: duration,
  max: z.int().min(1).max(5).default(1),
});

/** The calls that one request makes of one operation become one, as with DataLoader. */
const batchSettings = z.strictObject({
  per: z.literal('request').default('request'),
  /** Calls in one, at most. */
  max: z.int().min(1).max(10_000).default(100),
});

/** How a service calls another. Absent means what most HTTP clients do: no timeout, one attempt, no breaker. */
export const callSettings = z.strictObject({
  /** `grpc`, or a channel that the call travels over, as a message of the operation's name; null: HTTP, one by one. */
  via: z
    .union([z.literal('grpc'), channelPlace], {
      error: 'expected `grpc`, or a channel such as rabbitmq/labels',
    })
    .meta({ description: 'grpc, or a channel such as rabbitmq/labels' })
    .nullable()
    .default(null),
  /** With `via: grpc`: how the channel balances, waits and holds retries back. */
  grpc: grpcChannel.nullable().default(null),
  /** With `via`: whether the caller waits for the consumer's answer, or for the broker's confirm only. */
  reply: z.boolean().default(true),
  /** Per attempt. The callee goes on working. */
  timeout: duration.nullable().default(null),
  /** Over all attempts. */
  deadline: duration.nullable().default(null),
  /** Whether the callee is told, and stops at the next step border after the deadline. */
  propagateDeadline: z.boolean().default(false),
  retry: retrySettings.nullable().default(null),
  idempotencyKey: expression.nullable().default(null),
  circuitBreaker: breakerSettings.nullable().default(null),
  bulkhead: bulkheadSettings.nullable().default(null),
  rateLimiter: rateLimiterSettings.nullable().default(null),
  fallback: z.unknown().optional(),
  hedge: hedgeSettings.nullable().default(null),
  /** Stops calling for good after this many failures in a row. */
  disableAfter: count.nullable().default(null),
  token: callToken.default('forward'),
  /** Signs each request with a secret of its own that the callee knows, as senders of web hooks do. */
  sign: z.boolean().default(false),
  /** Sends the hash of a request's `query` instead of its text, and both to whoever does not know it yet (GraphQL). */
  persistedQueries: z.boolean().default(false),
  batch: batchSettings.nullable().default(null),
  /** Of calls to `kafka`: what this service's producers do otherwise than the broker's `producer` says. */
  producer: kafkaProducer.nullable().default(null),
  /** Whether trace context goes with it, where telemetry has any. */
  trace: z.boolean().default(true),
});

export type CallSettings = z.output<typeof callSettings>;
export type RetrySettings = z.output<typeof retrySettings>;
export type BreakerSettings = z.output<typeof breakerSettings>;
