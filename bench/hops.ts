/** Sends requests through five hops and prints one line of JSON: `hops.ts <model|plain> <requests>`. */
import { cpuMillis } from './cpu.ts';
import { modelHops } from './hops/model.ts';
import { plainHops } from './hops/plain.ts';

const [name = '', count = '20000'] = process.argv.slice(2);
const requests = Number(count);
if (name !== 'model' && name !== 'plain') {
  console.error(`no engine "${name}"; one of: model, plain`);
  process.exit(2);
}
const start = cpuMillis();
const outcome = name === 'model' ? modelHops(requests) : plainHops(requests);
console.log(JSON.stringify({ name, requests, ...outcome, secs: (cpuMillis() - start) / 1000 }));
