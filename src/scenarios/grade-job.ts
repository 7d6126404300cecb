import type { Exercise } from './exercise.ts';
import { type Design, runDesign, type SeedResult, seedResult } from './grade-seed.ts';

/** Work that can be done on any thread: one design under some seeds. */
export interface Job {
  readonly design: Design;
  readonly seeds: readonly string[];
}

/** A result for each seed of the job, in its order. */
export type JobAnswer = readonly SeedResult[];

/** Does a job, here. */
export function perform(exercise: Exercise, { design, seeds }: Job): JobAnswer {
  return seeds.map((seed) => seedResult(runDesign(exercise, design, seed)));
}
