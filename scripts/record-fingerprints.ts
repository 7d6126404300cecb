// Writes test/fingerprints.json anew: after a change that is meant to change what runs contain, with ENGINE_VERSION raised.
import { writeFileSync } from 'node:fs';
import { simulate } from '../src/sim/index.ts';
import { ENGINE_VERSION } from '../src/sim/run.ts';
import { manyCases } from '../test/fingerprint-cases.ts';

const runs = Object.fromEntries(
  manyCases().map(({ name, world, seed, changes }) => [name, simulate(world, seed, changes).fingerprint]),
);
const file = new URL('../test/fingerprints.json', import.meta.url);
writeFileSync(file, `${JSON.stringify({ engine: ENGINE_VERSION, runs }, null, 2)}\n`);
console.log(`${Object.keys(runs).length} fingerprints of engine ${ENGINE_VERSION}`);
