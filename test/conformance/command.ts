import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { NoCasesError, readFolder } from './document.ts';
import { failureLine, runAll } from './run.ts';
import { checkVectors, vectorLines } from './vectors.ts';

const RECORDED = 'test/conformance/rabbitmq';

const USAGE = `usage: npm run conformance -- [--dir <folder>] [--json]

Holds the vector files (test/conformance/vectors) against the simulator's code, then replays recorded broker
cases (*.json of a folder) against the simulated RabbitMQ and compares.
  --dir <folder>  only the recorded cases of that folder; without it those of test/conformance/rabbitmq
  --json          one JSON document instead of lines
Exits 1 if a vector or a case disagrees, 2 on wrong usage, 3 if a file holds no such cases.`;

/** What the command says, and the code that it exits with. */
export interface Said {
  readonly code: number;
  readonly out: readonly string[];
  readonly complaint: string;
}

/** Holds vectors and recorded cases against the code, as the arguments of the command line say. */
export function conformance(args: readonly string[]): Said {
  const given = options(args);
  if (typeof given === 'string') return { code: 2, out: [], complaint: `${given}\n${USAGE}` };
  if (given.help) return { code: 0, out: [USAGE], complaint: '' };
  try {
    return compared(given.dir, given.json);
  } catch (error) {
    if (!(error instanceof NoCasesError)) throw error;
    return { code: 3, out: [], complaint: error.message };
  }
}

interface Options {
  readonly dir?: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

/** Reads the command line, or says why it cannot be used. */
function options(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        dir: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { dir } = values;
    if (dir === undefined || statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return values;
    return `${dir}: no such folder`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function compared(dir: string | undefined, json: boolean): Said {
  const vectors = dir === undefined ? checkVectors() : [];
  const results = runAll(readFolder(dir ?? RECORDED));
  const failures = results.filter(({ differences }) => differences.length > 0);
  const [passed, failed] = [results.length - failures.length, failures.length];
  const out = json
    ? [JSON.stringify({ passed, failed, cases: results, vectors }, null, 2)]
    : [...vectors.flatMap(vectorLines), ...failures.map(failureLine), `${passed} passed, ${failed} failed`];
  const wrong = failed > 0 || vectors.some(({ disagreements }) => disagreements.length > 0);
  return { code: wrong ? 1 : 0, out, complaint: '' };
}
