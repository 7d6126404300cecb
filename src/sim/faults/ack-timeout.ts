import { duration } from '../world/quantities.ts';
import { channelPlace } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';

/** Somebody shortens a queue's consumer timeout: whoever holds a message for longer loses it. */
export const ackTimeout = defineFault({
  summary: 'Sets the time in which a RabbitMQ queue’s deliveries have to be settled',
  targets: ['channel'],
  fields: { ackTimeout: channelPlace, after: duration },
  inject(site, { ackTimeout: target, after }) {
    site.switches((on) => site.system.brokers.rabbitmq?.govern(target, on ? { consumerTimeout: after } : {}));
  },
});
