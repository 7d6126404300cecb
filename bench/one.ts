/** Runs one workload once and prints one line of JSON: `one.ts <hold|mm1|rpc|rpct> <n> [pending]`. */
import { pathToFileURL } from 'node:url';
import { hold } from './kernel/hold.ts';
import { mm1 } from './kernel/mm1.ts';
import { rpc } from './kernel/rpc.ts';
import { rpct } from './kernel/rpct.ts';
import { rpcLimit, rpctLimit } from './limits/chain.ts';
import { holdLimit } from './limits/hold.ts';
import { mm1Limit } from './limits/mm1.ts';
import type { Outcome, Workload } from './workloads.ts';

const workloads: ReadonlyMap<string, Workload> = new Map<string, Workload>([
  ['hold', hold],
  ['mm1', mm1],
  ['rpc', rpc],
  ['rpct', rpct],
  ['hold-limit', holdLimit],
  ['mm1-limit', mm1Limit],
  ['rpc-limit', rpcLimit],
  ['rpct-limit', rpctLimit],
]);

/** One measured run. */
export interface Measurement extends Outcome {
  readonly workload: string;
  readonly n: number;
  readonly secs: number;
  /** Events a second. */
  readonly eps: number;
}

/** Runs a workload and takes the time. */
export function measure(name: string, n: number, pending: number): Measurement {
  const workload = workloads.get(name);
  if (workload === undefined)
    throw new RangeError(`no workload "${name}"; one of: ${[...workloads.keys()].join(', ')}`);
  const start = performance.now();
  const outcome = workload(n, pending);
  const secs = (performance.now() - start) / 1000;
  return { workload: name, n, ...outcome, secs, eps: outcome.events / secs };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [name = '', n = '100000', pending = '1000'] = process.argv.slice(2);
  console.log(JSON.stringify(measure(name, Number(n), Number(pending))));
}
