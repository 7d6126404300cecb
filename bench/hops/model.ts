import { simulate } from '../../src/sim/index.ts';
import { ms } from '../../src/sim/kernel/time.ts';
import { KIND } from '../../src/sim/kinds.ts';
import type { Hops } from './plain.ts';
import { hopsWorld } from './world.ts';

/** Sends so many requests through the shop, as the simulator runs it. */
export function modelHops(requests: number): Hops & { readonly events: number } {
  const { record, events } = simulate(hopsWorld(requests), 'bench');
  const { kind, value } = record.columns();
  let latency = 0;
  let done = 0;
  for (let i = 0; i < record.length; i++) {
    if (kind[i] !== KIND.intentOk) continue;
    latency += value[i] as number;
    done++;
  }
  if (done !== requests) throw new Error(`${done} of ${requests} requests were answered`);
  return { records: record.length, events, latency: latency / done / ms(1) };
}
