import { BROKERS } from './broker/channels.ts';
import type { Usage } from './run.ts';
import type { System } from './system.ts';
import type { World } from './world/schema/world.ts';

/** What a design needs whatever happens in it. */
export type DesignUsage = Omit<Usage, 'calls' | 'messages' | 'rows'>;

/** Counts what a world needs, without running it. */
export function designUsage(world: World): DesignUsage {
  let replicas = 0;
  let connections = 0;
  let parts = 0;
  for (const service of Object.values(world.services)) {
    replicas += service.replicas;
    for (const pool of Object.values(service.db?.pools ?? {}))
      connections += pool.maximumPoolSize * service.replicas;
    parts += Object.keys(service.adapters).length;
    parts += Object.keys(service.schedules).length + (service.outbox?.replicas ?? 0);
    for (const call of Object.values(service.calls)) parts += call.circuitBreaker ? 1 : 0;
    for (const { saga, dedupe, steps } of Object.values(service.operations)) {
      parts += (saga ? 1 : 0) + (dedupe ? 1 : 0);
      for (const { modifiers } of Object.values(steps)) parts += modifiers.cache ? 1 : 0;
    }
  }
  return {
    services: Object.keys(world.services).length,
    replicaTime: replicas * (world.run.for + world.run.settle),
    replicas,
    connections,
    parts: BROKERS.reduce((sum, product) => sum + product.parts(world), parts),
  };
}

/** What the design needs, by its world, and what it did, by its counters. */
export function usageOf(system: System): Usage {
  let rows = 0;
  for (const database of system.databases()) for (const table of database.tables()) rows += table.size;
  const { calls, messages } = system.counted;
  const design = designUsage(system.world);
  const lasted = system.end;
  // Of who is scaled while it runs, or is rolled out with more than are wanted, there are as many as there were on average.
  let { replicaTime, replicas } = design;
  for (const { settings, external, replicaTime: time } of system.services.values()) {
    if (external || (settings.autoscale === null && settings.rollingUpdate === null)) continue;
    replicaTime += time - settings.replicas * lasted;
    replicas += time / lasted - settings.replicas;
  }
  return { ...design, replicaTime, replicas: Math.round(replicas * 1_000) / 1_000, calls, messages, rows };
}
