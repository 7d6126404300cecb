/**
 * Simulates the cases of a file and tells their fingerprints. It is bundled into one file of plain JavaScript, so that
 * any version of Node runs it, with any flags, as a process or as a thread.
 */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { simulate } from '../src/sim/index.ts';
import type { FingerprintCase } from './fingerprint-cases.ts';

const file = (workerData as string | null) ?? (process.argv[2] as string); // as a thread, else as a process
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly FingerprintCase[];
const fingerprints = cases.map(({ name, world, seed, changes }) => {
  const { fingerprint, ladder } = simulate(world, seed, changes);
  return [name, fingerprint, ladder.length];
});
if (parentPort) parentPort.postMessage(fingerprints);
else process.stdout.write(JSON.stringify(fingerprints));
