import { address } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';

/** The broker runs short of memory and stops reading from whoever publishes; consumers go on. */
export const memoryAlarm = defineFault({
  summary: 'Blocks publishers at a broker that runs short of memory',
  targets: ['broker'],
  fields: { memoryAlarm: address(/^rabbitmq$/, 'the broker rabbitmq') },
  inject(site) {
    site.switches((on) => site.system.brokers.rabbitmq?.alarm(on));
  },
});
