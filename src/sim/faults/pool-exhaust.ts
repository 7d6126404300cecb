import { z } from 'zod';
import type { Database } from '../database/database.ts';
import type { Process } from '../kernel/process.ts';
import { Signal } from '../kernel/signal.ts';
import { NEVER } from '../kernel/time.ts';
import type { Replica } from '../service/replica.ts';
import { duration } from '../world/quantities.ts';
import { defineFault } from './fault.ts';
import type { FaultSite } from './site.ts';
import { poolOf, poolPlace } from './targets.ts';

/**
 * Connections leak: somebody takes them from a pool and never gives them back, so that others wait for those that are left.
 *
 * Each holds a session of the database as well. The process that leaks them gets them back by dying.
 */
export const poolExhaust = defineFault({
  summary: 'Leaks connections of a replica’s database pool until the fault is over or the replica dies',
  targets: ['pool'],
  fields: {
    poolExhaust: poolPlace,
    /** In each replica; null: all that the pool has. */
    connections: z.int().min(1).max(1_000).nullable().default(null),
    /** Between one and the next. */
    every: duration.default(0),
  },
  inject(site, { poolExhaust: target, connections, every }) {
    const { system } = site;
    const found = poolOf(system, target);
    if (!found) return;
    const { service, database, pool } = found;
    const leaked = new Set<Replica>();
    database.scarcities.push((frame, name) => {
      const replica = service.replicas.find(({ name }) => name === frame.host.name);
      if (name === pool && replica && leaked.has(replica) && site.active)
        frame.cause = site.hit(frame.subject, frame.cause, frame.span);
    });
    system.sim.at(Math.max(site.from, system.sim.now), () => {
      const over = new Signal<true>(system.sim);
      for (const replica of found.meant()) {
        if (!site.strikes(replica.name.hash, 0)) continue;
        const many = Math.min(connections ?? Number.POSITIVE_INFINITY, replica.pool(pool).capacity);
        for (let i = 0; i < many; i++)
          replica.scope.spawn(leak(site, database, replica, pool, i * every, over, leaked));
      }
      if (site.to !== NEVER) system.sim.at(Math.max(site.to, system.sim.now), () => over.resolve(true));
    });
  },
});

function* leak(
  site: FaultSite,
  database: Database,
  replica: Replica,
  name: string,
  after: number,
  over: Signal<true>,
  leaked: Set<Replica>,
): Process {
  yield site.system.sim.sleep(after);
  const pool = replica.pool(name);
  yield* pool.acquire();
  try {
    yield* database.sessions.acquire();
    try {
      if (over.settled) return;
      site.strike();
      leaked.add(replica);
      yield* over.wait();
    } finally {
      if (!over.settled) leaked.delete(replica); // it dies, and all that it leaked comes back
      database.sessions.release();
    }
  } finally {
    pool.release();
  }
}
