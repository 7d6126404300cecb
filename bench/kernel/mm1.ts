import type { Process } from '../../src/sim/kernel/process.ts';
import { Resource } from '../../src/sim/kernel/resource.ts';
import { Simulation } from '../../src/sim/kernel/simulation.ts';
import { NEVER } from '../../src/sim/kernel/time.ts';
import { type Amount, exponential, type Outcome, mm1 as settings, streams, UNIT } from '../workloads.ts';
import { ARRIVED, Notes, SERVED } from './notes.ts';

/** The one server, and what is remembered of its customers. */
class Shop {
  readonly sim = new Simulation();
  readonly notes: Notes;
  readonly luck = streams();
  readonly server = new Resource(this.sim, 1);
  waited = 0;

  constructor(recording: boolean) {
    this.notes = new Notes(recording);
  }
}

function* customer(shop: Shop, id: number): Process {
  const { sim, notes } = shop;
  const came = sim.now;
  notes.note(came, ARRIVED, 0, 0, id);
  yield* shop.server.acquire();
  shop.waited += sim.now - came;
  yield sim.sleep(exponential(settings.service, shop.luck.service.uniform(id)));
  shop.server.release();
  notes.note(sim.now, SERVED, 0, 0, id);
}

function* customers(shop: Shop, n: number): Process {
  for (let id = 0; id < n; id++) {
    yield shop.sim.sleep(exponential(settings.gap, shop.luck.arrival.uniform(id)));
    shop.sim.spawn(customer(shop, id));
  }
}

/** B: `n` customers of one server, a process each. */
export function mm1({ n, recording }: Amount): Outcome {
  const shop = new Shop(recording);
  shop.sim.spawn(customers(shop, n));
  shop.sim.run(NEVER);
  return { events: shop.notes.count, check: shop.waited / n / UNIT, theory: settings.theory };
}
