import type { Micros } from './kernel/time.ts';
import { Name } from './recorder.ts';
import { ENGINE_VERSION, type Row, type Run, type Usage } from './run.ts';
import { System } from './system.ts';
import type { World } from './world/schema/world.ts';

/** A change of the world at a moment: what it is from then on, and in a word what was done. */
export interface Change {
  readonly at: Micros;
  readonly world: World;
  readonly what: string;
}

/**
 * Runs a world under a seed, and returns everything that happened. A pure function: the same inputs give the same run.
 *
 * A change alters nothing before its time. Throws `EventLimitError` where a world feeds itself without end.
 */
export function simulate(world: World, seed: string, changes: readonly Change[] = []): Run {
  const system = new System(world, seed);
  const { sim } = system;
  const end = world.run.for + world.run.settle;
  for (const change of [...changes].sort((a, b) => a.at - b.at)) {
    if (change.at > end) break;
    sim.run(change.at);
    system.become(change.world, change.what, new Name('intervention'));
  }
  sim.run(end);
  return collect(system, seed, end);
}

function collect(system: System, seed: string, until: Micros): Run {
  const { log, ledger, world } = system;
  const tables = new Map<string, ReadonlyMap<string, Row>>();
  for (const database of system.databases()) {
    for (const table of database.tables()) tables.set(table.name, new Map(table.rows()));
  }
  log.record.seal();
  return {
    engine: ENGINE_VERSION,
    seed,
    world,
    stopped: world.run.for,
    until,
    record: log.record,
    facts: ledger.facts,
    subjects: system.entities.met(),
    tables,
    queues: [...(system.broker?.queues() ?? [])].map((queue) => queue.report()),
    faults: system.sites.map((site) => site.report()),
    blamed: system.blamed,
    usage: usageOf(system),
    events: system.sim.executed,
    fingerprint: log.record.fingerprint(),
    ladder: log.record.ladder,
  };
}

/** What the design needs, by its world, and what it did, by its counters. */
function usageOf(system: System): Usage {
  const { world } = system;
  let replicas = 0;
  let connections = 0;
  let parts = 0;
  for (const service of Object.values(world.services)) {
    replicas += service.replicas;
    for (const pool of Object.values(service.db?.pools ?? {}))
      connections += pool.maximumPoolSize * service.replicas;
    parts += Object.keys(service.schedules).length + (service.outbox?.replicas ?? 0);
    for (const call of Object.values(service.calls)) parts += call.circuitBreaker ? 1 : 0;
    for (const { saga, dedupe, steps } of Object.values(service.operations)) {
      parts += (saga ? 1 : 0) + (dedupe ? 1 : 0);
      for (const { modifiers } of Object.values(steps)) parts += modifiers.cache ? 1 : 0;
    }
  }
  parts += Object.keys(world.brokers.rabbitmq?.queues ?? {}).length;
  let rows = 0;
  for (const database of system.databases()) for (const table of database.tables()) rows += table.size;
  return {
    services: Object.keys(world.services).length,
    replicaTime: replicas * (world.run.for + world.run.settle),
    replicas,
    connections,
    calls: system.counted.calls,
    messages: system.counted.messages,
    rows,
    parts,
  };
}
