import { z } from 'zod';
import type { Micros } from '../kernel/time.ts';
import type { Replica } from '../service/replica.ts';
import { defineFault } from './fault.ts';
import { poolOf, poolPlace } from './targets.ts';

/**
 * Connections that lie idle in a pool break, and the pool does not notice: as when a firewall or a restarted server has
 * forgotten them. Each fails the first who uses it, at once, and is thrown away then.
 *
 * What has lain longest is given out first, so those who come next get the broken ones. A process that starts anew has
 * a new pool.
 */
export const poolPoison = defineFault({
  summary: 'Breaks idle connections of a replica’s database pool, which the pool still takes for good',
  targets: ['pool'],
  fields: {
    poolPoison: poolPlace,
    /** In each replica; null: all that are idle. */
    connections: z.int().min(1).max(1_000).nullable().default(null),
  },
  inject(site, { poolPoison: target, connections }) {
    const { system } = site;
    const found = poolOf(system, target);
    if (!found) return;
    const { service, database, pool } = found;
    /** How many are left, and since when the process runs that has them. */
    const broken = new Map<Replica, { left: number; readonly process: Micros }>();
    database.poisons.push({
      takes(frame, name) {
        const replica = service.replicas.find(({ name }) => name === frame.host.name);
        const had = name === pool && replica ? broken.get(replica) : undefined;
        if (!had || had.left === 0 || had.process !== replica?.startedAt) return false;
        had.left--;
        return true;
      },
      hit: (frame) => site.hit(frame.subject, frame.cause, frame.span),
    });
    system.sim.at(Math.max(site.from, system.sim.now), () => {
      for (const replica of found.meant()) {
        const { capacity, inUse } = replica.pool(pool);
        const left = Math.min(connections ?? capacity, Math.max(0, capacity - inUse));
        if (left === 0 || !site.strikes(replica.name.hash, 0)) continue;
        site.strike();
        broken.set(replica, { left, process: replica.startedAt });
      }
    });
  },
});
