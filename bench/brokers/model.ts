import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { simulate } from '../../src/sim/index.ts';
import { KIND } from '../../src/sim/kinds.ts';
import { cpuMillis } from '../cpu.ts';
import { brokerWorld, type Product } from './world.ts';

/** What became of some messages, and what telling of it takes. */
export interface Carried {
  /** Messages that were published, delivered and acknowledged. */
  readonly messages: number;
  readonly events: number;
  readonly records: number;
  /** Bytes that the run holds, after a collection. */
  readonly held: number;
  /** Processor time of the simulation alone. */
  readonly secs: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes on the heap and beside it, after a collection. */
function held(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Carries so many messages through a broker, as the simulator runs it. Throws where one is not done with. */
export function carried(product: Product, messages: number): Carried {
  const world = brokerWorld(product, messages);
  const before = held();
  const start = cpuMillis();
  const run = simulate(world, 'bench');
  const secs = (cpuMillis() - start) / 1000;
  let acknowledged = 0;
  for (let i = 0; i < run.record.length; i++) if (run.record.kindAt(i) === KIND.ack) acknowledged++;
  if (acknowledged < messages)
    throw new Error(`${acknowledged} of ${messages} messages of ${product} were done with`);
  return { messages, events: run.events, records: run.record.length, held: held() - before, secs };
}
