// Holds the simulator against recordings of a real RabbitMQ: `npm run conformance -- --help` says how.
import { conformance } from '../test/conformance/command.ts';

const { code, out, complaint } = conformance(process.argv.slice(2));
for (const line of out) console.log(line);
if (complaint !== '') console.error(complaint);
process.exitCode = code;
