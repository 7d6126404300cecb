import { z } from 'zod';
import { makePublish } from '../../broker/make-publish.ts';
import { duration, size } from '../../world/quantities.ts';
import { channelPlace, expression, fields } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** Sends a message to a channel and waits for the broker's confirm; in a transaction, a row of the outbox if there is one. */
export const publish = defineStep({
  summary: 'Publishes a message',
  fields: {
    publish: channelPlace,
    type: z.string().min(1).nullable().default(null),
    key: expression.nullable().default(null),
    body: fields.nullable().default(null),
    headers: z.record(z.string(), expression).default({}),
    /** Bytes of the body. */
    size: size.default(1_024),
    /** How long it may wait in a queue. RabbitMQ: `expiration`. */
    expiration: duration.nullable().default(null),
    /** How urgent it is, 0 to 255, for a queue that knows priorities. */
    priority: expression.nullable().default(null),
    /** SQS and SNS, FIFO: by what the service recognises a repeat within five minutes. */
    MessageDeduplicationId: expression.nullable().default(null),
    /** SQS: seconds that it stays hidden at first; the queue's if absent. */
    DelaySeconds: z.int().min(0).max(900).nullable().default(null),
  },
  tellsFacts: true,
  compile(settings, context) {
    return makePublish(settings, context);
  },
});
