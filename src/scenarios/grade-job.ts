import { type Figures, figuresOf, luckOf } from './compare-figures.ts';
import type { Exercise } from './exercise.ts';
import { type Design, type JudgedRun, runDesign, type SeedResult, seedResult } from './grade-seed.ts';
import { type Trace, traceOf } from './grade-trace.ts';
import { evaluateRun } from './prove/sees.ts';
import { explain } from './why.ts';

/** Work that can be done on any thread: one design under some seeds. */
export interface Job {
  readonly design: Design;
  readonly seeds: readonly string[];
  /** Whether a comparison's figures are wanted as well. */
  readonly figures?: boolean;
  /** CEL over the whole run, to be evaluated in each seed. */
  readonly sees?: readonly string[];
  /** A check: the first seed that breaks it is explained. */
  readonly why?: string;
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
  /** Why the check that was asked for broke, line by line; null where it did not, or where another seed tells it. */
  readonly why: readonly string[] | null;
  readonly trace: Trace | null;
}

/** An observation for each seed of the job, in its order. */
export type JobAnswer = readonly Observation[];

/** What led to the first finding of a check; null where the check did not break, or where a price is all that did. */
function chainOf({ run, verdict }: JudgedRun, check: string): readonly string[] | null {
  const broken = verdict.checks.find(({ id, outcome }) => id === check && outcome === 'invalid');
  if (!broken || broken.kind === 'cost') return null; // a price follows from the design; nothing in the run caused it
  const [finding] = broken.findings;
  return finding ? explain(run, finding).lines.map(({ text }) => text) : [];
}

/** Does a job, here. */
export function perform(
  exercise: Exercise,
  { design, seeds, figures = false, sees = [], why, trace }: Job,
): JobAnswer {
  let told = why === undefined;
  return seeds.map((seed) => {
    const judged = runDesign(exercise, design, seed);
    const result = seedResult(judged);
    const chain = told || why === undefined ? null : chainOf(judged, why);
    told ||= chain !== null;
    return {
      result,
      figures: figures ? figuresOf(judged.run, result) : null,
      luck: figures ? luckOf(judged.run).hash : null,
      sees: sees.map((source) => evaluateRun(judged.run, source)),
      why: chain,
      trace: trace ? traceOf(judged.run, trace.from, trace.to) : null,
    };
  });
}
