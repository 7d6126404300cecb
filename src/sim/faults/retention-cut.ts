import { channelPlace } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { topicOf } from './targets.ts';

/** Deletes all that is committed in a topic, as retention does that was set too short: who has not read it, never will. */
export const retentionCut = defineFault({
  summary: 'Deletes everything that is committed in a topic, read or not',
  targets: ['channel'],
  fields: { retentionCut: channelPlace },
  inject(site, { retentionCut: target }) {
    const { system } = site;
    const found = topicOf(system, target);
    if (!found) return;
    const { kafka, topic } = found;
    system.sim.at(Math.max(site.from, system.sim.now), () => {
      if (!site.strikes(0, 0)) return;
      const cause = site.strike();
      kafka.journal.because(cause, () => {
        for (const partition of kafka.partitionsOf(topic))
          kafka.cluster.deleteBefore({ topic, partition }, Number.MAX_SAFE_INTEGER);
      });
    });
  },
});
