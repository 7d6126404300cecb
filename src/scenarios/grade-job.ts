import { type Figures, figuresOf, luckOf } from './compare-figures.ts';
import type { Exercise } from './exercise.ts';
import { type Design, runDesign, type SeedResult, seedResult } from './grade-seed.ts';
import { type Trace, traceOf } from './grade-trace.ts';
import { evaluateRun } from './prove/sees.ts';

/** Work that can be done on any thread: one design under some seeds. */
export interface Job {
  readonly design: Design;
  readonly seeds: readonly string[];
  /** Whether a comparison's figures are wanted as well. */
  readonly figures?: boolean;
  /** CEL over the whole run, to be evaluated in each seed. */
  readonly sees?: readonly string[];
  /** Records to be written out, from one index up to another, which is left out; 0 to 0 asks for the ladder alone. */
  readonly trace?: { readonly from: number; readonly to: number };
}

/** What one run showed, as far as the job asked. */
export interface Observation {
  readonly result: SeedResult;
  readonly figures: Figures | null;
  /** The hash of all that came from outside. */
  readonly luck: string | null;
  /** The value of each expression; null where it had none. */
  readonly sees: readonly (number | null)[];
  readonly trace: Trace | null;
}

/** An observation for each seed of the job, in its order. */
export type JobAnswer = readonly Observation[];

/** Does a job, here. */
export function perform(
  exercise: Exercise,
  { design, seeds, figures = false, sees = [], trace }: Job,
): JobAnswer {
  return seeds.map((seed) => {
    const judged = runDesign(exercise, design, seed);
    const result = seedResult(judged);
    return {
      result,
      figures: figures ? figuresOf(judged.run, result) : null,
      luck: figures ? luckOf(judged.run).hash : null,
      sees: sees.map((source) => evaluateRun(judged.run, source)),
      trace: trace ? traceOf(judged.run, trace.from, trace.to) : null,
    };
  });
}
