import type { Process } from '../../src/sim/kernel/process.ts';
import { Signal } from '../../src/sim/kernel/signal.ts';
import { type Amount, type Outcome, PATIENCE, rpc } from '../workloads.ts';
import { type Chain, note, runChain, travelTime, workTime } from './chain.ts';
import { ARRIVED, REPLIED, SERVED } from './notes.ts';

/** The far side of a call: a process of its own, which may outlive its caller's patience. */
function* serve(chain: Chain, id: number, hop: number, reply: Signal<number>): Process {
  const { sim } = chain;
  const server = chain.servers[hop]!;
  yield sim.sleep(travelTime(chain, id, hop, 0));
  note(chain, ARRIVED, id, hop);
  yield* server.acquire();
  yield sim.sleep(workTime(chain, id, hop));
  server.release();
  note(chain, SERVED, id, hop);
  if (hop + 1 < rpc.hops) yield* call(chain, id, hop + 1);
  yield sim.sleep(travelTime(chain, id, hop, 1));
  note(chain, REPLIED, id, hop);
  reply.resolve(hop);
}

/** The near side: waits for the reply, but only so long. */
function* call(chain: Chain, id: number, hop: number): Process {
  const reply = new Signal<number>(chain.sim);
  chain.sim.spawn(serve(chain, id, hop, reply));
  const answer = yield* reply.waitUpTo(PATIENCE);
  if (answer === undefined) throw new Error('a call of the workload timed out'); // it would be another workload
}

function firstCall(chain: Chain, id: number): Process {
  return call(chain, id, 0);
}

/** C': as C, but each call is served by its own process and guarded by a timeout that is cancelled. */
export function rpct(amount: Amount): Outcome {
  return runChain(amount, firstCall);
}
