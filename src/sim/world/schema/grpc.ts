import { z } from 'zod';
import { duration, size } from '../quantities.ts';

/** Retries of a client are held back while the server fails (gRFC A6): a retryable failure costs a token, a success earns a part of one. */
const retryThrottling = z.strictObject({
  /** It is full at the beginning, and retries are made while it is more than half full. */
  maxTokens: z.int().min(1).max(1_000).default(10),
  tokenRatio: z.number().gt(0).max(1_000).default(0.1),
});

/** A client's channel to a service, with gRPC's names and defaults. */
export const grpcChannel = z.strictObject({
  /** `pick_first`: one connection for all. `round_robin`: one for each address that the name has, in turn. */
  loadBalancingPolicy: z.enum(['pick_first', 'round_robin']).default('pick_first'),
  /** Wait for a connection up to the deadline, instead of failing at once while there is none. */
  waitForReady: z.boolean().default(false),
  retryThrottling: retryThrottling.nullable().default(null),
  /** Without anything heard for so long, the other end is asked whether it is there (PING); null: never. At least 10 s. */
  keepAliveTime: duration
    .refine((time) => time >= 10_000_000, 'expected 10s or more: gRPC raises what is less')
    .nullable()
    .default(null),
  /** So long for the answer; without one the connection is given up, and its calls fail. */
  keepAliveTimeout: duration.default(20_000_000),
  /** Ask when no call is on the connection, too. */
  keepAliveWithoutCalls: z.boolean().default(false),
  /** Bytes of a response stream that may be on their way, or arrived and unread, before its writer has to wait. */
  flowControlWindow: size.refine((window) => window >= 1_024, 'expected 1KiB or more').default(1_048_576),
});

/** What a service does with the connections of its gRPC clients. */
export const grpcServer = z.strictObject({
  /** After about this (10 % more or less) a client is asked to connect anew (GOAWAY); null: never. */
  maxConnectionAge: duration.nullable().default(null),
  /** So long after that, what is still in progress on the connection is broken off; null: never. */
  maxConnectionAgeGrace: duration.nullable().default(null),
  /** Clients that ask more often whether it is there, without an answer of its own in between, are turned away (too_many_pings). */
  permitKeepAliveTime: duration.default(300_000_000),
  /** Clients may ask when they have no call in progress, too. */
  permitKeepAliveWithoutCalls: z.boolean().default(false),
  /** A response stream is ready for more messages while fewer bytes than this wait to leave. */
  onReadyThreshold: size.default(32_768),
});

export type GrpcChannelSettings = z.output<typeof grpcChannel>;
export type GrpcServerSettings = z.output<typeof grpcServer>;
export type RetryThrottling = z.output<typeof retryThrottling>;
