import { simulate } from '../sim/index.ts';
import type { Micros } from '../sim/kernel/time.ts';
import type { Intervention, Run, Usage } from '../sim/run.ts';
import { designUsage } from '../sim/usage.ts';
import { changesOf } from './changes.ts';
import { type Choices, choose, choosePatched } from './choose.ts';
import type { Exercise } from './exercise.ts';
import { judge, type Measures, type Verdict } from './judge/index.ts';

/** A learner's answer, and what a proof changes on top of it. */
export interface Design {
  readonly choices: Choices;
  /** Merge patches on the world that the choices make, in order. */
  readonly patches?: readonly object[];
  /** What is changed while it runs. */
  readonly interventions?: readonly Intervention[];
}

/** How one check came out in one seed. */
export interface SeedCheck {
  readonly id: string;
  readonly weight: 'primary' | 'secondary';
  readonly outcome: 'valid' | 'invalid' | 'vacuous' | 'unknown';
  readonly need: string;
  readonly got: string;
  /** What the check measured, as its result has it. */
  readonly measures: Measures;
  /** When it first broke. */
  readonly at: Micros | null;
  /** How many witnesses broke it. */
  readonly count: number;
}

/** Everything that grading keeps of one run: plain data, small, and equal wherever it is computed. */
export interface SeedResult {
  readonly seed: string;
  readonly outcome: Verdict['outcome'];
  readonly firstFailed: string | null;
  readonly checks: readonly SeedCheck[];
  readonly faults: readonly { readonly id: string; readonly fired: number; readonly idleAllowed: boolean }[];
  /** Expressions of the document that had no value when they were needed, by place. */
  readonly blamed: readonly { readonly place: string; readonly message: string }[];
  readonly events: number;
  readonly fingerprint: string;
}

/** A run with the verdict on it. */
export interface JudgedRun {
  readonly run: Run;
  readonly verdict: Verdict;
}

/** The world that a design makes of an exercise. */
export const worldOf = (exercise: Exercise, { choices, patches = [] }: Design) =>
  patches.length === 0 ? choose(exercise, choices) : choosePatched(exercise, choices, patches);

/** What plans and interventions make of a design's world, from each of their moments on. */
export const worldsAfter = (exercise: Exercise, { choices, patches = [], interventions = [] }: Design) =>
  changesOf(exercise, choices, patches, interventions);

/** Simulates a design under a seed. */
export const simulateDesign = (exercise: Exercise, design: Design, seed: string): Run =>
  simulate(worldOf(exercise, design), seed, worldsAfter(exercise, design));

const baselines = new WeakMap<Exercise, Map<string, Usage>>();

/**
 * What the unchanged world uses under a seed: the zero from which `cost` checks count.
 *
 * It is simulated only where a check asks for what the world did; what it needs can be read off.
 */
function baselineUsage(exercise: Exercise, seed: string): Usage {
  const bySeed = baselines.get(exercise) ?? new Map<string, Usage>();
  baselines.set(exercise, bySeed);
  const did = (): Usage => {
    const usage = bySeed.get(seed) ?? simulateDesign(exercise, { choices: {} }, seed).usage;
    bySeed.set(seed, usage);
    return usage;
  };
  return {
    ...designUsage(worldOf(exercise, { choices: {} })),
    get calls() {
      return did().calls;
    },
    get messages() {
      return did().messages;
    },
    get rows() {
      return did().rows;
    },
  };
}

/** Judges a run of an exercise, however it was made; costs are counted beyond the unchanged world. */
export function judgeRun(exercise: Exercise, run: Run): Verdict {
  const costs = Object.values(exercise.checks).some((check) => check.kind === 'cost');
  return costs
    ? judge(run, exercise.checks, { baseline: baselineUsage(exercise, run.seed) })
    : judge(run, exercise.checks);
}

/** Simulates a design under a seed and judges it. */
export function runDesign(exercise: Exercise, design: Design, seed: string): JudgedRun {
  const run = simulateDesign(exercise, design, seed);
  return { run, verdict: judgeRun(exercise, run) };
}

/** The part of a judged run that grading keeps. */
export function seedResult({ run, verdict }: JudgedRun): SeedResult {
  return {
    seed: run.seed,
    outcome: verdict.outcome,
    firstFailed: verdict.firstFailed ?? null,
    checks: verdict.checks.map((check) => ({
      id: check.id,
      weight: check.weight,
      outcome: check.outcome,
      need: check.need,
      got: check.got,
      measures: check.measures,
      at: check.at,
      count: check.count,
    })),
    faults: run.faults.map(({ id, fired, idleAllowed }) => ({ id, fired, idleAllowed })),
    blamed: [...run.blamed].map(([place, message]) => ({ place, message })),
    events: run.events,
    fingerprint: run.fingerprint,
  };
}

/** Grades choices under one seed. */
export const gradeSeed = (exercise: Exercise, choices: Choices, seed: string): SeedResult =>
  seedResult(runDesign(exercise, { choices }, seed));
