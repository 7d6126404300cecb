import { z } from 'zod';
import { distribution } from '../../quantities.ts';
import { channelPlace } from '../common.ts';
import { cloudName } from './sqs.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** One way for a value to match; a bare value matches what equals it. */
const condition = z.union([
  scalar,
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ suffix: z.string() }),
  z.strictObject({ 'equals-ignore-case': z.string() }),
  z.strictObject({
    'anything-but': z.union([
      scalar,
      z.array(scalar),
      z.strictObject({ prefix: z.string() }),
      z.strictObject({ suffix: z.string() }),
    ]),
  }),
  z.strictObject({
    /** Pairs of an operator and a number, all of which must hold: `['>=', 10, '<', 20]`. */
    numeric: z.array(z.union([z.enum(['=', '<', '<=', '>', '>=']), z.number()])).min(2),
  }),
  z.strictObject({ exists: z.boolean() }),
]);

export interface FilterPolicy {
  readonly [name: string]: readonly z.output<typeof condition>[] | FilterPolicy | readonly FilterPolicy[];
}

const policy: z.ZodType<FilterPolicy> = z.lazy(() =>
  z.record(z.string(), z.union([z.array(condition), z.array(policy), policy])),
);

/** By name: conditions of which one must match, or a policy for an inner object; `$or`: policies of which one must. */
export const filterPolicy = z.record(z.string(), z.union([z.array(condition), z.array(policy), policy]));

const subscription = z.strictObject({
  /** A queue: `sqs/search-prices`. */
  Endpoint: channelPlace,
  /** Which messages it wants; all if absent. */
  FilterPolicy: filterPolicy.nullable().default(null),
  /** What the filter looks at: the type and the headers of a message, or its body. */
  FilterPolicyScope: z.enum(['MessageAttributes', 'MessageBody']).default('MessageAttributes'),
  /** Where messages go that cannot be delivered: a queue. */
  RedrivePolicy: z.strictObject({ deadLetter: cloudName }).nullable().default(null),
});

/** A list of queues is short for a map of subscriptions that want everything. */
const subscriptions = z.union([
  z
    .array(channelPlace)
    .transform((queues) =>
      Object.fromEntries(
        queues.map((Endpoint) => [
          Endpoint.slice(Endpoint.indexOf('/') + 1),
          subscription.parse({ Endpoint }),
        ]),
      ),
    ),
  z.record(cloudName, subscription),
]);

/** Amazon SNS: topics that push a copy of each message to every queue that wants it. */
export const sns = z.strictObject({
  topics: z
    .record(
      cloudName,
      z.strictObject({
        /** FIFO: equal bodies within five minutes count as one message. */
        ContentBasedDeduplication: z.boolean().default(false),
        subscriptions: subscriptions.default({}),
      }),
    )
    .default({}),
  /** From arrival of a publish to its answer. */
  publish: distribution.default({ kind: 'lognormal', median: 15_000, sigma: 0.5959 }),
  /** From a topic to a queue. */
  delivery: distribution.default({ kind: 'lognormal', median: 20_000, sigma: 0.6918 }),
});

export type Sns = z.output<typeof sns>;
export type SnsTopic = Sns['topics'][string];
