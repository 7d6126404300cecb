import { z } from 'zod';
import { duration } from '../quantities.ts';

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
});

/** What a service does with the connections of its gRPC clients. */
export const grpcServer = z.strictObject({
  /** After about this (10 % more or less) a client is asked to connect anew (GOAWAY); null: never. */
  maxConnectionAge: duration.nullable().default(null),
});

export type GrpcChannelSettings = z.output<typeof grpcChannel>;
export type RetryThrottling = z.output<typeof retryThrottling>;
