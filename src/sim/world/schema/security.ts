import { z } from 'zod';
import { distribution, duration } from '../quantities.ts';
import { expression, id } from './common.ts';

/** One right or several: `orders:write`, or a list. */
const rights = z
  .union([z.string().min(1), z.array(z.string().min(1))])
  .transform((given) => (typeof given === 'string' ? [given] : given));

const HOUR = 3_600_000_000;

/** The claims of a token that a client brings, as RFC 7519 names them. It is issued at the moment it is needed. */
export const tokenSettings = z.strictObject({
  aud: rights.default([]),
  scope: rights.default([]),
  /** Whom it speaks for; null: the client itself. */
  sub: expression.nullable().default(null),
  /** Its life; null: as its issuer says. */
  ttl: duration.nullable().default(null),
  /** How old it is when it is used. */
  age: distribution.default({ kind: 'constant', value: 0 }),
  /** `none`: not signed, as the attack on libraries that believe the header. */
  alg: z.enum(['RS256', 'none']).default('RS256'),
  /** Uses tokens that this service was given, in turn, instead of one of its own. */
  stolenFrom: id.nullable().default(null),
});

/** Makes a service an authorization server: it signs tokens, and publishes its keys as a JWK set. */
export const issuerSettings = z.strictObject({
  /** `exp` minus `iat` of its tokens. */
  ttl: duration.default(HOUR),
  /** How far its clock runs ahead of everybody else's. */
  ahead: duration.default(0),
  /** By `kid`. The newest key that signs is used; a key is in the set from `published` to `retired`. */
  keys: z
    .record(
      id,
      z.strictObject({
        published: duration.default(0),
        signs: duration.default(0),
        retired: duration.nullable().default(null),
      }),
    )
    .prefault({ k1: {} }),
});

/** Whom a service believes, and what it lets them do. */
export const authSettings = z.strictObject({
  /** Names and defaults of Envoy's `jwt_authn` filter. */
  jwt: z
    .strictObject({
      /** A service or external with `issuer`; its name is the `iss` claim. */
      issuer: id,
      /** A token must be meant for one of these; none: any audience will do. */
      audiences: z.array(z.string().min(1)).default([]),
      /** By so much `exp` and `nbf` may be missed. */
      clockSkew: duration.default(60_000_000),
      /** How long it takes to verify a token's signature. */
      verification: distribution.default({ kind: 'constant', value: 0 }),
      jwks: z
        .strictObject({
          /** How long a fetched key set is believed. */
          cacheDuration: duration.default(600_000_000),
          /** Whether an unknown `kid` makes it fetch the set again, at most once in 30 s. Envoy does not. */
          refetch: z.boolean().default(false),
        })
        .prefault({}),
    })
    .nullable()
    .default(null),
  /** Consumers whose key is known: clients by `apiKey`. */
  apiKeys: z.array(id).nullable().default(null),
  /** What a token must allow, by operation or route. */
  scopes: z.record(id, rights).default({}),
  /** Asked of each object, by operation: `row` is what is read first, `token` who asks. */
  object: z.record(id, expression).default({}),
  /** What happens while keys cannot be fetched. */
  onError: z.enum(['fail-closed', 'fail-open']).default('fail-closed'),
});

/** What a route asks for beside what its gateway asks for. */
export const routeAuth = z.strictObject({
  /** False: everybody may come in. */
  required: z.boolean().default(true),
  scopes: rights.default([]),
});

/** Whose authority a call is made with. */
export const callToken = z.union(
  [
    /** `forward`: the token that came with the request goes on with it. */
    z.enum(['none', 'forward', 'client-credentials']),
    /** RFC 6749, 4.4: a token of the service's own, with these rights. */
    z.strictObject({ 'client-credentials': z.strictObject({ scope: rights.default([]) }) }),
    z.strictObject({
      /** RFC 8693: a token for the same user, for one audience and fewer rights. */
      exchange: z.strictObject({ audience: z.string().min(1), scope: rights.default([]) }),
    }),
  ],
  {
    error:
      'expected none, forward, client-credentials or { exchange: { audience: payment, scope: [charge] } }',
  },
);

export type TokenSettings = z.output<typeof tokenSettings>;
export type IssuerSettings = z.output<typeof issuerSettings>;
export type AuthSettings = z.output<typeof authSettings>;
export type CallToken = z.output<typeof callToken>;
