import { z } from 'zod';
import { channelPlace } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { topicOf } from './targets.ts';

/**
 * Keeps followers of a topic from copying: after `replica.lag.time.max.ms` their leaders take them out of sync.
 *
 * Nothing is lost by that, but less is safe: what is acknowledged may be in one place only.
 */
export const isrShrink = defineFault({
  summary: 'Keeps followers of a topic from copying, so that they fall out of sync',
  targets: ['channel'],
  fields: {
    isrShrink: channelPlace,
    /** Followers of each partition that it holds up. */
    replicas: z.int().min(1).max(8).default(8),
  },
  inject(site, { isrShrink: target, replicas }) {
    const { system } = site;
    const found = topicOf(system, target);
    if (!found) return;
    const { kafka, topic } = found;
    const held: [partition: number, broker: number][] = [];
    system.sim.at(Math.max(site.from, system.sim.now), () => {
      if (!site.strikes(0, 0)) return;
      const cause = site.strike();
      for (const partition of kafka.partitionsOf(topic)) {
        const state = kafka.cluster.state({ topic, partition });
        const followers = state.replicas.filter((id) => id !== state.leader).slice(0, replicas);
        for (const broker of followers) held.push([partition, broker]);
      }
      for (const [partition, broker] of held) kafka.hold({ topic, partition }, broker, true, cause);
    });
    if (site.to > system.end) return;
    system.sim.at(Math.max(site.to, system.sim.now), () => {
      for (const [partition, broker] of held) kafka.hold({ topic, partition }, broker, false, -1);
    });
  },
});
