import type { Stream } from '../../src/sim/kernel/luck.ts';
import type { Process } from '../../src/sim/kernel/process.ts';
import { EventRecord } from '../../src/sim/kernel/record.ts';
import { EventLimitError, Simulation } from '../../src/sim/kernel/simulation.ts';
import { NEVER } from '../../src/sim/kernel/time.ts';
import { exponential, type Outcome, streams, UNIT } from '../workloads.ts';
import { HELD } from './kinds.ts';

function* holder(sim: Simulation, record: EventRecord, stream: Stream, id: number): Process {
  for (let draw = 0; ; draw++) {
    yield sim.sleep(exponential(UNIT, stream.uniform(id, draw)));
    record.append(sim.now, HELD, id, 0, draw, 0, 0, 0, 0);
  }
}

/** A: `pending` processes that sleep an exponential time, again and again, until `n` sleeps are over. */
export function hold(n: number, pending: number): Outcome {
  const sim = new Simulation({ maxEvents: n + pending }); // each process starts with one event
  const record = new EventRecord();
  const { service } = streams();
  for (let id = 0; id < pending; id++) sim.spawn(holder(sim, record, service, id));
  try {
    sim.run(NEVER);
  } catch (error) {
    if (!(error instanceof EventLimitError)) throw error;
  }
  return { events: record.length, check: record.timeAt(record.length - 1) / UNIT, theory: n / pending };
}
