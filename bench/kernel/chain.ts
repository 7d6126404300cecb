import type { Process } from '../../src/sim/kernel/process.ts';
import { Resource } from '../../src/sim/kernel/resource.ts';
import { Simulation } from '../../src/sim/kernel/simulation.ts';
import { NEVER } from '../../src/sim/kernel/time.ts';
import { type Amount, exponential, type Outcome, rpc, streams, UNIT } from '../workloads.ts';
import { ARRIVED, Notes, type REPLIED, type SERVED } from './notes.ts';

/** Five servers in a row, and what is remembered of the requests. */
export class Chain {
  readonly sim = new Simulation();
  readonly notes: Notes;
  readonly luck = streams();
  readonly servers = Array.from({ length: rpc.hops }, () => new Resource(this.sim, 1));
  latency = 0;

  constructor(recording: boolean) {
    this.notes = new Notes(recording);
  }
}

/** One request: from its arrival until the reply of the first server. `ask` does the calls. */
function* request(chain: Chain, id: number, ask: (chain: Chain, id: number) => Process): Process {
  const came = chain.sim.now;
  chain.notes.note(came, ARRIVED, 0, 0, id);
  yield* ask(chain, id);
  chain.latency += chain.sim.now - came;
}

function* requests(chain: Chain, n: number, ask: (chain: Chain, id: number) => Process): Process {
  for (let id = 0; id < n; id++) {
    yield chain.sim.sleep(exponential(rpc.gap, chain.luck.arrival.uniform(id)));
    chain.sim.spawn(request(chain, id, ask));
  }
}

/** A message's way to a server (`direction` 0) or back (1). */
export function travelTime(chain: Chain, id: number, hop: number, direction: number): number {
  return exponential(rpc.network, chain.luck.network.uniform(id, hop, direction));
}

/** How long a server works for a request. */
export function workTime(chain: Chain, id: number, hop: number): number {
  return exponential(rpc.service, chain.luck.service.uniform(id, hop));
}

/** Notes one of the three events of a hop. */
export function note(
  chain: Chain,
  kind: typeof ARRIVED | typeof SERVED | typeof REPLIED,
  id: number,
  hop: number,
) {
  chain.notes.note(chain.sim.now, kind, hop, hop + 1, id);
}

/** Sends `n` requests down the chain. */
export function runChain({ n, recording }: Amount, ask: (chain: Chain, id: number) => Process): Outcome {
  const chain = new Chain(recording);
  chain.sim.spawn(requests(chain, n, ask));
  chain.sim.run(NEVER);
  return { events: chain.notes.count, check: chain.latency / n / UNIT, theory: rpc.theory };
}
