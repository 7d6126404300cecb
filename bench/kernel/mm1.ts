import type { Process } from '../../src/sim/kernel/process.ts';
import { EventRecord } from '../../src/sim/kernel/record.ts';
import { Resource } from '../../src/sim/kernel/resource.ts';
import { Simulation } from '../../src/sim/kernel/simulation.ts';
import { NEVER } from '../../src/sim/kernel/time.ts';
import { exponential, type Outcome, mm1 as settings, streams, UNIT } from '../workloads.ts';
import { ARRIVED, SERVED } from './kinds.ts';

/** The one server, and what is remembered of its customers. */
class Shop {
  readonly sim = new Simulation();
  readonly record = new EventRecord();
  readonly luck = streams();
  readonly server = new Resource(this.sim, 1);
  waited = 0;
}

function* customer(shop: Shop, id: number): Process {
  const { sim, record } = shop;
  const came = sim.now;
  record.append(came, ARRIVED, 0, 0, id, 0, 0, 0, 0);
  yield* shop.server.acquire();
  shop.waited += sim.now - came;
  yield sim.sleep(exponential(settings.service, shop.luck.service.uniform(id)));
  shop.server.release();
  record.append(sim.now, SERVED, 0, 0, id, 0, 0, 0, 0);
}

function* customers(shop: Shop, n: number): Process {
  for (let id = 0; id < n; id++) {
    yield shop.sim.sleep(exponential(settings.gap, shop.luck.arrival.uniform(id)));
    shop.sim.spawn(customer(shop, id));
  }
}

/** B: `n` customers of one server, a process each. */
export function mm1(n: number): Outcome {
  const shop = new Shop();
  shop.sim.spawn(customers(shop, n));
  shop.sim.run(NEVER);
  return { events: shop.record.length, check: shop.waited / n / UNIT, theory: settings.theory };
}
