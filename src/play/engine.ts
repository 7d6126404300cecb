import { availableParallelism } from 'node:os';
import type { Choices } from '../scenarios/choose.ts';
import { type Comparison, compareWith } from '../scenarios/compare.ts';
import { type Divergence, firstDivergence } from '../scenarios/compare-divergence.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import type { GradeReport } from '../scenarios/grade.ts';
import { gradeParallel } from '../scenarios/grade-parallel.ts';
import { crewOf } from '../scenarios/grade-pool.ts';
import { runDesign } from '../scenarios/grade-seed.ts';
import type { CheckResult, Finding, Verdict } from '../scenarios/judge/index.ts';
import { type Beat, beats } from '../scenarios/narrate.ts';
import { type Counterfactuals, counterfactuals, type Explanation, explain } from '../scenarios/why.ts';
import type { Intervention, Run } from '../sim/run.ts';
import { asksOf } from './asks.ts';
import { notesOn } from './looking-up.ts';
import { measuredAnswer } from './measure.ts';
import type { Notes } from './notes.ts';

/** What to run. */
export interface RunAsk {
  readonly exercise: Exercise;
  readonly choices: Choices;
  readonly seed: string;
  readonly interventions: readonly Intervention[];
  /** The changed condition, by its id in `vary`; null: the exercise as it is. */
  readonly variation: string | null;
}

/** A run with everything that can be said about it at once. */
export interface Observation {
  readonly ask: RunAsk;
  readonly run: Run;
  readonly verdict: Verdict;
  readonly beats: readonly Beat[];
  /** Index of the answer to the exercise's own question that the run bears out; null where it has none. */
  readonly measured: number | null;
}

/** One broken check, explained. */
export interface Cause {
  readonly check: CheckResult;
  readonly finding: Finding;
  readonly explanation: Explanation;
  /** Null until asked for: it takes several runs. */
  readonly whatIf: Counterfactuals | null;
}

/** A question about a broken check of a run. */
export interface WhyAsk {
  readonly observation: Observation;
  readonly check: string;
  /** Which of its findings, from 0. */
  readonly finding: number;
}

export interface GradeRequest {
  readonly exercise: Exercise;
  readonly choices: Choices;
  readonly seeds: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface CompareRequest {
  readonly exercise: Exercise;
  readonly a: Choices;
  readonly b: Choices;
  readonly seeds: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Two designs to be laid side by side in one universe. */
export interface BothAsk {
  readonly exercise: Exercise;
  readonly a: Choices;
  readonly b: Choices;
  readonly seed: string;
}

/** Two designs in one universe, and where their stories part; null: nowhere. */
export interface Both {
  readonly a: Observation;
  readonly b: Observation;
  readonly parting: Divergence | null;
}

/** Everything that the learning loop asks of the simulator; a test may give another. */
export interface Engine {
  observe(ask: RunAsk, signal?: AbortSignal): Observation | Promise<Observation>;
  explain(ask: WhyAsk): Cause | Promise<Cause>;
  whatIf(ask: RunAsk, check: string, signal?: AbortSignal): Counterfactuals | Promise<Counterfactuals>;
  grade(request: GradeRequest): Promise<GradeReport>;
  compare(request: CompareRequest): Promise<Comparison>;
  both(ask: BothAsk): Both | Promise<Both>;
  /** What a learner may want to know of the options. */
  notes(exercise: Exercise): Notes | Promise<Notes>;
}

/** Runs a design and judges it. */
export function observe(ask: RunAsk): Observation {
  const { exercise, choices, seed, interventions, variation } = ask;
  const patches = exercise.vary.filter(({ id }) => id === variation).map(({ patch }) => patch);
  const { run, verdict } = runDesign(exercise, { choices, patches, interventions }, seed);
  return { ask, run, verdict, beats: beats(run, verdict), measured: measuredAnswer(exercise, run) };
}

function both(ask: BothAsk): Both {
  const asks = asksOf(ask);
  const a = observe(asks.a);
  const b = observe(asks.b);
  return { a, b, parting: firstDivergence(a.run, b.run) ?? null };
}

/** The real thing. */
export const engine: Engine = {
  observe,
  both,
  notes: notesOn,
  explain({ observation: { run, verdict }, check: id, finding: number }) {
    const check = verdict.checks.find((candidate) => candidate.id === id);
    const finding = check?.findings[number] ?? check?.findings[0];
    if (!check || !finding) throw new Error(`check ${id} has nothing to explain`);
    return { check, finding, explanation: explain(run, finding), whatIf: null };
  },
  whatIf: ({ exercise, choices, seed }, check) => counterfactuals(exercise, choices, seed, check),
  grade({ exercise, choices, seeds, signal, onProgress }) {
    return gradeParallel(
      exercise,
      choices,
      { seeds },
      { ...(signal && { signal }), ...(onProgress && { onProgress }) },
    );
  },
  async compare({ exercise, a, b, seeds, signal, onProgress }) {
    const crew = crewOf(Math.min(availableParallelism(), seeds));
    try {
      const watching = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
      return await compareWith(crew, exercise, a, b, { seeds }, watching);
    } finally {
      await crew.close();
    }
  },
};
