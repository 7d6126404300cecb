import { expect, test } from 'vitest';
import { simulate } from '../src/sim/index.ts';
import { ENGINE_VERSION } from '../src/sim/run.ts';
import { manyCases, recorded, smallCases } from './fingerprint-cases.ts';

test('fingerprints are recorded for this engine, for every design, and for nothing else', () => {
  expect(recorded.engine).toBe(ENGINE_VERSION);
  expect(Object.keys(recorded.runs)).toEqual(manyCases().map(({ name }) => name));
});

// What is recorded of exercises is held against the runs that prove them: see exercises.test.ts.
test.each(smallCases())('the run $name contains what it contained when it was recorded', (each) => {
  const { name, world, seed, changes } = each;
  expect(simulate(world, seed, changes).fingerprint).toBe(recorded.runs[name]);
});
