import { z } from 'zod';
import { defineFault } from './fault.ts';
import { poolOf, poolPlace } from './targets.ts';

/**
 * Connections that lie idle in a pool break, as when their server was started anew. Each fails the first who uses it, at
 * once, and is thrown away then.
 *
 * A pool that tests what it gives out throws a broken one away and takes the next: HikariCP does so with what was not used
 * for `aliveBypassWindow`, others where they are told to (`testOnBorrow`). A process that starts anew has a new pool.
 */
export const poolPoison = defineFault({
  summary:
    'Breaks idle connections of a replica’s database pool: who is given one fails, unless it is tested before',
  targets: ['pool'],
  fields: {
    poolPoison: poolPlace,
    /** In each replica; null: all that are idle. */
    connections: z.int().min(1).max(1_000).nullable().default(null),
  },
  inject(site, { poolPoison: target, connections }) {
    const { sim } = site.system;
    const found = poolOf(site.system, target);
    if (!found) return;
    const { database, pool } = found;
    sim.at(Math.max(site.from, sim.now), () => {
      for (const replica of found.meant()) {
        const idle = database.pools.of(replica, pool).idle.slice(0, connections ?? undefined);
        if (idle.length === 0 || !site.strikes(replica.name.hash, 0)) continue;
        site.strike();
        for (const connection of idle)
          connection.broken ??= (frame) => site.hit(frame.subject, frame.cause, frame.span);
      }
    });
  },
});
