import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { simulate } from '../src/sim/index.ts';
import { ENGINE_VERSION } from '../src/sim/run.ts';
import { manyCases } from './fingerprint-cases.ts';

// Recorded by `node --import tsx scripts/record-fingerprints.ts`, in another process and at another time.
const recorded = JSON.parse(readFileSync(new URL('fingerprints.json', import.meta.url), 'utf8')) as {
  readonly engine: number;
  readonly runs: Readonly<Record<string, string>>;
};
const cases = manyCases();

test('fingerprints are recorded for this engine, for every design, and for nothing else', () => {
  expect(recorded.engine).toBe(ENGINE_VERSION);
  expect(Object.keys(recorded.runs)).toEqual(cases.map(({ name }) => name));
});

describe('a run contains what it contained when it was recorded:', () => {
  test.each(cases)('$name', ({ name, world, seed, changes }) => {
    expect(simulate(world, seed, changes).fingerprint).toBe(recorded.runs[name]);
  });
});
