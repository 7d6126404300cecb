import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { NoCasesError, readFolder } from '../test/conformance/document.ts';
import { failureLine, runAll } from '../test/conformance/run.ts';
import { checkVectors, vectorLines } from '../test/conformance/vectors.ts';

const RECORDED = 'test/conformance/rabbitmq';

const USAGE = `usage: npm run conformance -- [--dir <folder>] [--json]

Holds the vector files (test/conformance/vectors) against the simulator's code, then replays recorded broker
cases (*.json of a folder) against the simulated RabbitMQ and compares.
  --dir <folder>  only the recorded cases of that folder; without it those of test/conformance/rabbitmq
  --json          one JSON document instead of lines
Exits 1 if a vector or a case disagrees, 2 on wrong usage, 3 if a file holds no such cases.`;

/** Reads the command line; undefined if it cannot be used. */
function options(): { dir?: string | undefined; json: boolean; help: boolean } | undefined {
  try {
    const { values } = parseArgs({
      options: {
        dir: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { dir } = values;
    if (dir === undefined || statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return values;
    console.error(`${dir}: no such folder`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  return undefined;
}

function main(): number {
  const given = options();
  if (!given) {
    console.error(USAGE);
    return 2;
  }
  if (given.help) {
    console.log(USAGE);
    return 0;
  }
  try {
    const vectors = given.dir === undefined ? checkVectors() : [];
    const results = runAll(readFolder(given.dir ?? RECORDED));
    const failures = results.filter(({ differences }) => differences.length > 0);
    const [passed, failed] = [results.length - failures.length, failures.length];
    if (given.json) console.log(JSON.stringify({ passed, failed, cases: results, vectors }, null, 2));
    else {
      for (const vector of vectors) for (const line of vectorLines(vector)) console.log(line);
      for (const failure of failures) console.log(failureLine(failure));
      console.log(`${passed} passed, ${failed} failed`);
    }
    return failed > 0 || vectors.some(({ disagreements }) => disagreements.length > 0) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof NoCasesError)) throw error;
    console.error(error.message);
    return 3;
  }
}

process.exitCode = main();
