import { z } from 'zod';
import { distribution } from '../../quantities.ts';
import { channelPlace, idMap } from '../common.ts';

const field: z.ZodType<string | number | boolean | null> = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
]);

const table = z.record(z.string(), field);
const milliseconds = z.int({ error: 'expected milliseconds, a whole number' }).min(0);

/** A queue, with the arguments of its declaration under RabbitMQ's names; what is not said is RabbitMQ's default. */
const queue = z.strictObject({
  /** Survives a restart of the broker; so do the persistent messages in it. */
  durable: z.boolean().optional(),
  'x-queue-type': z.enum(['classic', 'quorum']).optional(),
  /** Milliseconds that a message may wait. */
  'x-message-ttl': milliseconds.optional(),
  /** Milliseconds without any use after which the queue is deleted. */
  'x-expires': milliseconds.min(1).optional(),
  'x-max-length': z.int().min(0).optional(),
  /** Bytes of bodies. */
  'x-max-length-bytes': z.int().min(0).optional(),
  'x-overflow': z.enum(['drop-head', 'reject-publish', 'reject-publish-dlx']).optional(),
  'x-dead-letter-exchange': z.string().optional(),
  'x-dead-letter-routing-key': z.string().optional(),
  /** Failed deliveries before a quorum queue gives a message up. */
  'x-delivery-limit': z.int().min(-1).optional(),
  'x-max-priority': z.int().min(1).max(255).optional(),
  'x-single-active-consumer': z.boolean().optional(),
  /** Milliseconds that a delivery may stay unsettled. */
  'x-consumer-timeout': milliseconds.optional(),
  /** Short for the default exchange as dead-letter exchange with the name of a queue as routing key. */
  deadLetter: channelPlace.optional(),
});

const binding = z.union([
  z.string(),
  z.array(z.string()),
  z.strictObject({
    key: z.union([z.string(), z.array(z.string())]).default(''),
    /** What a headers exchange compares, `x-match` included. */
    arguments: table.default({}),
  }),
]);

const exchange = z.strictObject({
  type: z.enum(['direct', 'fanout', 'topic', 'headers']).default('fanout'),
  durable: z.boolean().optional(),
  /** Only other exchanges may publish to it. */
  internal: z.boolean().optional(),
  /** Takes what no binding wants. */
  'alternate-exchange': z.string().optional(),
  /** Queues, or other exchanges, that get a copy: `{ labels: order.placed }`, several keys as a list. */
  bindings: z.record(z.string(), binding).default({}),
});

/** How this world's services publish to RabbitMQ. */
const publisher = z.strictObject({
  /** Waits until the broker says that it has the message. Without, a publish always looks well. */
  confirms: z.boolean().default(true),
  /** A message that no queue wants comes back, and the publish fails as `unroutable`. */
  mandatory: z.boolean().default(false),
  /** 1: transient, 2: persistent. */
  delivery_mode: z.union([z.literal(1), z.literal(2)]).default(2),
});

/** RabbitMQ: exchanges, queues, and how services publish. */
export const rabbitmq = z.strictObject({
  /** The server whose rules hold, from 3.10 on. */
  version: z
    .string()
    .regex(/^(3\.1[0-3]|4(\.\d+)?)$/, 'expected a version such as 3.10, 3.13, 4.0 or 4.3')
    .default('4.3'),
  exchanges: idMap(exchange).default({}),
  queues: idMap(queue).default({}),
  publisher: publisher.prefault({}),
  /** From the broker's acceptance to a consumer's hands. */
  delivery: distribution.default({ kind: 'lognormal', median: 500, sigma: 0.5959 }),
  /** From arrival at the broker to its confirm. */
  confirm: distribution.default({ kind: 'lognormal', median: 1_000, sigma: 0.5959 }),
});

export type RabbitMq = z.output<typeof rabbitmq>;
export type RabbitQueue = RabbitMq['queues'][string];
export type RabbitExchange = RabbitMq['exchanges'][string];
