import { z } from 'zod';
import { duration } from '../world/quantities.ts';
import { channelPlace } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { topicOf } from './targets.ts';

/**
 * Takes the broker down that leads a partition of a log, for a while.
 *
 * A broker that dies is missed when its session with the controller is over; one that is stopped in good order hands its
 * leaderships over first. What only it had is lost if another leads by then.
 */
export const failover = defineFault({
  summary: 'Takes down the broker that leads a partition of a topic',
  targets: ['channel'],
  fields: {
    failover: channelPlace,
    partition: z.int().min(0).default(0),
    /** True: it is stopped, not killed. */
    clean: z.boolean().default(false),
    downFor: duration.default(30_000_000),
  },
  inject(site, { failover: target, partition, clean, downFor }) {
    const { system } = site;
    const found = topicOf(system, target);
    if (!found?.kafka.has(found.topic, partition)) return;
    const { kafka, topic } = found;
    system.sim.at(Math.max(site.from, system.sim.now), () => {
      const { leader } = kafka.cluster.state({ topic, partition });
      if (leader < 0 || !site.strikes(0, 0)) return;
      const cause = site.strike();
      const bringBack = kafka.takeDown(leader, clean, cause);
      system.sim.after(downFor, () => bringBack(cause));
    });
  },
});
