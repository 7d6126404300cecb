import { z } from 'zod';
import { makePublish } from '../../broker/make-publish.ts';
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
  },
  tellsFacts: true,
  compile(settings, context) {
    return makePublish(settings, context);
  },
});
