import type { Stream } from '../../src/sim/kernel/luck.ts';
import type { Process } from '../../src/sim/kernel/process.ts';
import { EventLimitError, Simulation } from '../../src/sim/kernel/simulation.ts';
import { NEVER } from '../../src/sim/kernel/time.ts';
import { type Amount, exponential, type Outcome, streams, UNIT } from '../workloads.ts';
import { HELD, Notes } from './notes.ts';

function* holder(sim: Simulation, notes: Notes, stream: Stream, id: number): Process {
  for (let draw = 0; ; draw++) {
    yield sim.sleep(exponential(UNIT, stream.uniform(id, draw)));
    notes.note(sim.now, HELD, id, 0, draw);
  }
}

/** A: `pending` processes that sleep an exponential time, again and again, until `n` sleeps are over. */
export function hold({ n, pending, recording }: Amount): Outcome {
  const sim = new Simulation({ maxEvents: n + pending }); // each process starts with one event
  const notes = new Notes(recording);
  const { service } = streams();
  for (let id = 0; id < pending; id++) sim.spawn(holder(sim, notes, service, id));
  try {
    sim.run(NEVER);
  } catch (error) {
    if (!(error instanceof EventLimitError)) throw error;
  }
  return { events: notes.count, check: notes.last / UNIT, theory: n / pending };
}
