import { z } from 'zod';
import { rabbitmq } from './rabbitmq.ts';

/** The brokers of a world, each with its own product's settings. */
export const brokers = z.strictObject({
  rabbitmq: rabbitmq.nullable().default(null),
});
