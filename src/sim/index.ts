import type { Micros } from './kernel/time.ts';
import { Name } from './recorder.ts';
import { ENGINE_VERSION, type Row, type Run } from './run.ts';
import { System } from './system.ts';
import { usageOf } from './usage.ts';
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
  return collect(system, world, seed, end);
}

function collect(system: System, begun: World, seed: string, until: Micros): Run {
  const { log, gauges, ledger, world } = system;
  const tables = new Map<string, ReadonlyMap<string, Row>>();
  for (const database of system.databases()) {
    for (const table of database.tables()) tables.set(table.name, new Map(table.rows()));
  }
  log.record.seal();
  return {
    engine: ENGINE_VERSION,
    seed,
    world,
    begun,
    stopped: world.run.for,
    until,
    record: log.record,
    facts: ledger.facts,
    subjects: system.entities.met(),
    tables,
    gauges: gauges.all(),
    queues: [...system.brokers.all()].flatMap((broker) => [...broker.reports()]),
    faults: system.sites.map((site) => site.report()),
    blamed: system.blamed,
    usage: usageOf(system),
    events: system.sim.executed,
    fingerprint: log.record.fingerprint(),
    ladder: log.record.ladder,
  };
}
