import { z } from 'zod';
import { distribution, duration, rate, size } from '../quantities.ts';
import { count, expression, fields, id, idMap, operationPlace } from './common.ts';
import { routeAuth } from './security.ts';

/** So much, and no more. */
const allowance = z.strictObject({
  /** Requests per second, on average. */
  rate,
  /** Requests at once; null: those of one second. */
  burst: z.int().min(1).max(1_000_000).nullable().default(null),
});

/** How many requests come through, and what the others are told. */
export const rateLimit = z.strictObject({
  /** Whose requests are counted together: those of one client, of one user (a token's `sub`), or all. */
  per: z.enum(['client', 'user', 'all']).default('client'),
  /** Null: only the clients that are named have a limit. */
  rate: rate.nullable().default(null),
  burst: z.int().min(1).max(1_000_000).nullable().default(null),
  /** Other limits for single clients. */
  clients: z.record(id, allowance).default({}),
  algorithm: z
    .enum(['token-bucket', 'gcra', 'fixed-window', 'sliding-window', 'sliding-log'])
    .default('token-bucket'),
  /** `local`: each replica counts for itself, so that n of them allow n times as much. */
  counter: z.enum(['shared', 'local']).default('shared'),
  status: z.int().min(400).max(599).default(429),
  /** What the answer asks the client to wait; null: until it would be let through. */
  'retry-after': duration.nullable().default(null),
  /** How long a look at a `shared` counter takes, for each request. */
  lookup: distribution.default({ kind: 'constant', value: 0 }),
});

/** So many requests in each window on the clock, as a usage plan sells them. */
export const quota = z.strictObject({
  limit: z.int().min(1),
  window: duration,
  per: z.enum(['client', 'user']).default('client'),
  clients: z.record(id, z.int().min(1)).default({}),
});

/** An HTTP cache in front of a route, shared by all who ask (RFC 9111, RFC 5861). */
export const routeCache = z.strictObject({
  /** How long an answer is fresh whose own `cache-control` says nothing; null: it is not kept. */
  'max-age': duration.nullable().default(null),
  'stale-while-revalidate': duration.default(0),
  'stale-if-error': duration.default(0),
  /** Whether those who ask for the same at once share one question to the service behind. */
  coalesce: z.boolean().default(false),
  /** What tells one answer from another beside the request's own fields; a forgotten one shows one user's answer to another. */
  vary: z.array(z.enum(['authorization', 'client'])).default([]),
  /** The fields of a request that belong to its URL; null: all of them. */
  key: expression.nullable().default(null),
});

/** The `Idempotency-Key` header at the edge (draft-ietf-httpapi-idempotency-key-header). */
export const idempotency = z.strictObject({
  /** Without a key: 400. */
  required: z.boolean().default(false),
  keep: duration.default(86_400_000_000),
  /** Answer while the first request of the key is in progress. */
  whileBusy: z.int().min(400).max(599).default(409),
  /** Answer to a known key with another body. */
  onMismatch: z.int().min(400).max(599).default(422),
});

/** What a query in GraphQL may ask for. */
export const graphqlSettings = z.strictObject({
  /** Fields inside one another, at most. */
  maxDepth: z.int().min(1).max(100).nullable().default(null),
  /** Fields in all, each counted as often as the lists around it are long. */
  maxCost: z.int().min(1).nullable().default(null),
  /** Length of a list that does not say how long it is. */
  listSize: z.int().min(1).default(10),
  /** Queries that are known by name: `{ home: "{ category(first: 24) { price } }" }`. */
  persisted: z.record(id, z.string()).default({}),
  /**
   * Automatic persisted queries: what comes with its text and the hash of it is known by the hash from then on, to this
   * replica and until it restarts.
   */
  automatic: z.boolean().default(false),
  /** Whether only those of `persisted` are answered. */
  persistedOnly: z.boolean().default(false),
});

/** Where requests with certain headers go. Headers are fields of the request, and `host` is one. */
const rule = z.strictObject({
  /** All of them must fit. */
  headers: z.record(
    z.string(),
    z.union([z.strictObject({ exact: z.string() }), z.strictObject({ prefix: z.string() })]),
  ),
  to: operationPlace,
});

/** Who must have signed a request, and how old that may be: what receivers of web hooks ask. */
const signature = z.strictObject({
  /** Whose secrets are known: services, partners and clients. */
  from: z.array(id).min(1),
  /** How long ago it may have been signed. */
  tolerance: duration.default(300_000_000),
  /** What is signed well and has come before: within the tolerance, only a list of what was seen can tell. */
  replays: z.enum(['refuse', 'accept']).default('refuse'),
});

/** A way in: which operation answers it, and what stands before it. */
export const route = z.strictObject({
  /** Method and path: `GET /products/{sku}`. */
  match: z.string().nullable().default(null),
  to: operationPlace,
  /** What goes elsewhere, the first that fits. */
  rules: idMap(rule).default({}),
  /** Operations by their shares of what no rule sends elsewhere, drawn for each request; null: all goes to `to`. */
  weights: z.record(operationPlace, z.number().min(0)).nullable().default(null),
  /** What is handed on instead of the request as it came. */
  rewrite: fields.nullable().default(null),
  /** Fields that a request must have, and what they must be: others are malformed, and answered 400. */
  validate: z
    .record(z.string(), z.enum(['string', 'number', 'boolean', 'any']))
    .nullable()
    .default(null),
  /** Refuses requests without the field `ifMatch`, which says what version they are meant for, with 428 (RFC 6585). */
  preconditionRequired: z.boolean().default(false),
  /** Since when answers say that it should not be used any more (`Deprecation`, RFC 9745). */
  deprecation: duration.nullable().default(null),
  /** When it ends (`Sunset`, RFC 8594): from then on 410. */
  sunset: duration.nullable().default(null),
  priority: z.enum(['high', 'normal', 'low']).default('normal'),
  signature: signature.nullable().default(null),
  auth: routeAuth.nullable().default(null),
  rateLimit: rateLimit.nullable().default(null),
  quota: quota.nullable().default(null),
  /** Larger requests are refused with 413. */
  maxRequestBytes: size.nullable().default(null),
  cache: routeCache.nullable().default(null),
  idempotency: idempotency.nullable().default(null),
  graphql: graphqlSettings.nullable().default(null),
});

/** Requests in progress at a replica from which on those of a priority are refused, so that the rest find room. */
export const shedding = z.partialRecord(z.enum(['low', 'normal', 'high']), count);

export type Route = z.output<typeof route>;
export type SignatureSettings = z.output<typeof signature>;
export type RateLimit = z.output<typeof rateLimit>;
export type Quota = z.output<typeof quota>;
export type GraphqlSettings = z.output<typeof graphqlSettings>;
export type RouteCache = z.output<typeof routeCache>;
