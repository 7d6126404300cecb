import { readFileSync } from 'node:fs';
import { changesOf } from '../src/scenarios/changes.ts';
import { type Choices, choose } from '../src/scenarios/choose.ts';
import type { Exercise } from '../src/scenarios/exercise.ts';
import { builtinExercises, listExercises, loadExercise } from '../src/scenarios/load.ts';
import { bestChoices } from '../src/scenarios/prove/designs.ts';
import type { Change } from '../src/sim/index.ts';
import type { World } from '../src/sim/world/schema/world.ts';
import { everything } from './everything.fixture.ts';

/** One run whose fingerprint must be the same everywhere and always: plain data, so that it can be sent anywhere. */
export interface FingerprintCase {
  readonly name: string;
  readonly world: World;
  readonly seed: string;
  readonly changes: readonly Change[];
}

/** Fingerprints by the name of their case, as `npm run fingerprints` has recorded them in another process, at another time. */
export const recorded = JSON.parse(readFileSync(new URL('fingerprints.json', import.meta.url), 'utf8')) as {
  readonly engine: number;
  readonly runs: Readonly<Record<string, string>>;
};

const design = (exercise: Exercise, name: string, choices: Choices): FingerprintCase => ({
  name: `${exercise.slug}: ${name}`,
  world: choose(exercise, choices),
  seed: String(exercise.seeds.practice),
  changes: changesOf(exercise, choices, []),
});

/** A small world in which everything happens, as it is and with a change. */
export function smallCases(): readonly FingerprintCase[] {
  const world = everything();
  return [
    { name: 'everything', world, seed: 'any', changes: [] },
    {
      name: 'everything, changed',
      world,
      seed: 'other',
      changes: [{ at: 7_000_000, world: changedWorld(), what: 'a test' }],
    },
  ];
}

/** The small world, and the first exercise of each chapter as it is found. */
export function fewCases(): readonly FingerprintCase[] {
  const firsts = new Map(
    listExercises()
      .toReversed()
      .map(({ chapter, path }) => [chapter, path]),
  );
  const found = [...firsts.values()].map((path) => design(loadExercise(path), 'as it is found', {}));
  return [...smallCases(), ...found];
}

/** The designs of an exercise whose runs are recorded. */
export const recordedDesigns = (
  exercise: Exercise,
): readonly (readonly [name: string, choices: Choices])[] => [
  ['as it is found', {}],
  ['the best answer', bestChoices(exercise)],
];

/** The small world, and every exercise as it is found and with its best answer. */
export function manyCases(): readonly FingerprintCase[] {
  const exercises = builtinExercises().flatMap((exercise) =>
    recordedDesigns(exercise).map(([name, choices]) => design(exercise, name, choices)),
  );
  return [...smallCases(), ...exercises];
}

/** The small world from 7 s on: more replicas, other settings, another fault. */
export const changedWorld = (): World =>
  everything(
    `services: { shop: { replicas: 3, calls: { bank: { timeout: 100ms } } }, worker: { replicas: 1 } }`,
    `clients: { user: { rate: 50/s } }`,
    `chaos: { late: { errors: rates, p: 10%, at: 0s } }`,
  );
