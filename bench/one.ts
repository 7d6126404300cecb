/** Runs one workload once and prints one line of JSON: `one.ts <name> <n> [pending] [--no-record]`. */
import { cpuMillis } from './cpu.ts';
import { hold } from './kernel/hold.ts';
import { mm1 } from './kernel/mm1.ts';
import { rpc } from './kernel/rpc.ts';
import { rpct } from './kernel/rpct.ts';
import { rpcLimit, rpctLimit } from './limits/chain.ts';
import { holdLimit } from './limits/hold.ts';
import { mm1Limit } from './limits/mm1.ts';
import type { Workload } from './workloads.ts';

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

const recording = !process.argv.includes('--no-record');
const [name = '', n = '100000', pending = '1000'] = process.argv
  .slice(2)
  .filter((word) => !word.startsWith('--'));
const workload = workloads.get(name);
if (workload === undefined) {
  console.error(`no workload "${name}"; one of: ${[...workloads.keys()].join(', ')}`);
  process.exit(2);
}
const start = cpuMillis();
const outcome = workload({ n: Number(n), pending: Number(pending), recording });
const secs = (cpuMillis() - start) / 1000;
console.log(JSON.stringify({ workload: name, n: Number(n), ...outcome, secs, eps: outcome.events / secs }));
