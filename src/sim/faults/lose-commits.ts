import { channelPlace } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { topicOf } from './targets.ts';

/** Acknowledges the offsets that groups commit for a topic, and forgets them: whoever reads next begins further back. */
export const loseCommits = defineFault({
  summary: 'Loses the offsets that the groups reading a topic commit',
  targets: ['channel'],
  fields: { loseCommits: channelPlace },
  inject(site, { loseCommits: target }) {
    const { system } = site;
    const found = topicOf(system, target);
    if (!found) return;
    const { kafka, topic } = found;
    let groups: readonly string[] = [];
    system.sim.at(Math.max(site.from, system.sim.now), () => {
      if (!site.strikes(0, 0)) return;
      site.strike();
      groups = kafka.journal.accounts.groupsOf(topic);
      for (const group of groups) kafka.cluster.loseCommits(group, true);
    });
    if (site.to > system.end) return;
    system.sim.at(Math.max(site.to, system.sim.now), () => {
      for (const group of groups) kafka.cluster.loseCommits(group, false);
    });
  },
});
