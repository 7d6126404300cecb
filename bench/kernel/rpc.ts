import type { Process } from '../../src/sim/kernel/process.ts';
import { type Amount, type Outcome, rpc as settings } from '../workloads.ts';
import { type Chain, note, runChain, travelTime, workTime } from './chain.ts';
import { ARRIVED, REPLIED, SERVED } from './notes.ts';

function* call(chain: Chain, id: number, hop: number): Process {
  const { sim } = chain;
  const server = chain.servers[hop]!;
  yield sim.sleep(travelTime(chain, id, hop, 0));
  note(chain, ARRIVED, id, hop);
  yield* server.acquire();
  yield sim.sleep(workTime(chain, id, hop));
  server.release();
  note(chain, SERVED, id, hop);
  if (hop + 1 < settings.hops) yield sim.call(call(chain, id, hop + 1));
  yield sim.sleep(travelTime(chain, id, hop, 1));
  note(chain, REPLIED, id, hop);
}

function firstCall(chain: Chain, id: number): Process {
  return call(chain, id, 0);
}

/** C: `n` requests, a process each, whose calls are nested five deep. */
export function rpc(amount: Amount): Outcome {
  return runChain(amount, firstCall);
}
