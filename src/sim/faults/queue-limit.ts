import { z } from 'zod';
import { channelPlace } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';

/** Somebody sets a policy: the queue holds so many messages, and does this with one more. */
export const queueLimit = defineFault({
  summary: 'Limits a RabbitMQ queue by a policy',
  targets: ['channel'],
  fields: {
    queueLimit: channelPlace,
    length: z.int().min(0),
    overflow: z.enum(['drop-head', 'reject-publish']).default('drop-head'),
  },
  inject(site, { queueLimit: target, length, overflow }) {
    site.switches((on) =>
      site.system.brokers.rabbitmq?.govern(target, on ? { maxLength: length, overflow } : {}),
    );
  },
});
