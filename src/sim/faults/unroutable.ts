import { channelPlace } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';

/** An exchange loses its bindings, as by a clean-up that went too far: what is published reaches nobody. */
export const unroutable = defineFault({
  summary: 'Takes the bindings of a RabbitMQ exchange away',
  targets: ['channel'],
  fields: { unroutable: channelPlace },
  inject(site, { unroutable: target }) {
    site.switches((on) => site.system.brokers.rabbitmq?.unbind(target, on));
  },
});
