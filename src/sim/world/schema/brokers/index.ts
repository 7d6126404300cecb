import { z } from 'zod';
import { kafka } from './kafka.ts';
import { rabbitmq } from './rabbitmq.ts';
import { sns } from './sns.ts';
import { sqs } from './sqs.ts';

/** The brokers of a world, each with its own product's settings. */
export const brokers = z.strictObject({
  rabbitmq: rabbitmq.nullable().default(null),
  kafka: kafka.nullable().default(null),
  sqs: sqs.nullable().default(null),
  sns: sns.nullable().default(null),
});
