import { duration } from '../world/quantities.ts';
import { channelPlace } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { topicOf } from './targets.ts';

/** Makes every group that reads a topic divide its partitions anew: once, or again and again, which is a storm. */
export const rebalance = defineFault({
  summary: 'Makes the groups that read a topic divide its partitions anew',
  targets: ['channel'],
  fields: {
    rebalance: channelPlace,
    /** Null: once. */
    every: duration.nullable().default(null),
  },
  inject(site, { rebalance: target, every }) {
    const { system } = site;
    const found = topicOf(system, target);
    if (!found) return;
    const { kafka, topic } = found;
    const strike = (): void => {
      if (site.strikes(0, 0)) {
        const cause = site.strike();
        for (const group of kafka.journal.accounts.groupsOf(topic))
          kafka.journal.because(cause, () => kafka.cluster.rebalance(group, 'a fault asks for it'));
      }
      if (every !== null && every > 0 && system.sim.now + every < site.to) system.sim.after(every, strike);
    };
    system.sim.at(Math.max(site.from, system.sim.now), strike);
  },
});
