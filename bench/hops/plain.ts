import type { Process } from '../../src/sim/kernel/process.ts';
import { Resource } from '../../src/sim/kernel/resource.ts';
import { Signal } from '../../src/sim/kernel/signal.ts';
import { Simulation } from '../../src/sim/kernel/simulation.ts';
import { type Micros, ms, NEVER, seconds } from '../../src/sim/kernel/time.ts';
import { Notes } from '../kernel/notes.ts';
import { exponential, streams } from '../workloads.ts';

const HALF_A_ROUND_TRIP: Micros = 500;
const PROXY: Micros = 200;
const MEAN_WORK: Micros = ms(2);
const READ: Micros = ms(2);
/** The mean time between two requests. */
const GAP: Micros = ms(5);

/** What is noted of each hop: as much as the simulator records. */
const [INTENT, CALL, REQUEST, START, LOOK, FINISH, REPLY, ANSWER, DONE] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9,
] as const;

/** A gateway and three services in a row, of which the last reads a row: `world.ts`, written straight down. */
class Shop {
  readonly sim = new Simulation();
  readonly notes = new Notes(true);
  readonly luck = streams();
  readonly workers = [1000, 64, 64, 64].map((capacity) => new Resource(this.sim, capacity));
  readonly pool = new Resource(this.sim, 10);
  latency = 0;
}

const LAST = 3;
const patience = (hop: number): Micros => seconds(hop === 0 ? 10 : 6 - hop);

function note({ notes, sim }: Shop, kind: number, hop: number, id: number): void {
  notes.note(sim.now, kind, hop, hop + 1, id);
}

/** A message's way: the caller's sidecar, unless it has none, the link, the callee's sidecar. */
const way = (hop: number): Micros => HALF_A_ROUND_TRIP + (hop === 0 ? PROXY : 2 * PROXY);

function* serve(shop: Shop, id: number, hop: number, answer: Signal<number>): Process {
  const { sim, workers } = shop;
  const worker = workers[hop]!;
  yield sim.sleep(way(hop));
  note(shop, REQUEST, hop, id);
  yield* worker.acquire();
  note(shop, START, hop, id);
  yield sim.sleep(hop === 0 ? ms(1) : exponential(MEAN_WORK, shop.luck.service.uniform(id, hop)));
  if (hop < LAST) yield* call(shop, id, hop + 1);
  else {
    yield* shop.pool.acquire();
    yield sim.sleep(READ);
    shop.pool.release();
    note(shop, LOOK, hop, id);
  }
  worker.release();
  note(shop, FINISH, hop, id);
  note(shop, REPLY, hop, id);
  yield sim.sleep(way(hop));
  answer.resolve(hop);
}

function* call(shop: Shop, id: number, hop: number): Process {
  note(shop, CALL, hop, id);
  const answer = new Signal<number>(shop.sim);
  shop.sim.spawn(serve(shop, id, hop, answer));
  if ((yield* answer.waitUpTo(patience(hop))) === undefined) throw new Error('a call of the bench timed out');
  note(shop, ANSWER, hop, id);
}

function* buy(shop: Shop, id: number): Process {
  const came = shop.sim.now;
  note(shop, INTENT, 0, id);
  yield* call(shop, id, 0);
  note(shop, DONE, 0, id);
  shop.latency += shop.sim.now - came;
}

function* shoppers(shop: Shop, requests: number): Process {
  for (let id = 0; id < requests; id++) {
    yield shop.sim.sleep(exponential(GAP, shop.luck.arrival.uniform(id)));
    shop.sim.spawn(buy(shop, id));
  }
}

/** What a run of the hops did. */
export interface Hops {
  readonly records: number;
  /** The mean, in milliseconds. */
  readonly latency: number;
}

/** Sends so many requests through the shop, on the bare kernel. */
export function plainHops(requests: number): Hops {
  const shop = new Shop();
  shop.sim.spawn(shoppers(shop, requests));
  shop.sim.run(NEVER);
  return { records: shop.notes.count, latency: shop.latency / requests / ms(1) };
}
