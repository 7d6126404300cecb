import type { Choices } from '../scenarios/choose.ts';
import type { Comparison } from '../scenarios/compare.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import type { GradeReport } from '../scenarios/grade.ts';
import type { Verdict } from '../scenarios/judge/index.ts';
import type { Intervention } from '../sim/run.ts';
import type { Cause, Observation } from './engine.ts';
import { type History, historyOf } from './history.ts';

/** What the learner expects, said before anything runs. */
export interface Prediction {
  /** Index into the answers of the exercise's question. */
  readonly answer: number;
  /** 1: a guess, 2: fairly sure, 3: certain. */
  readonly confidence: 1 | 2 | 3;
}

/** The outcome that is expected of a changed condition; null where nobody says. */
export type Expectation = 'held' | 'failed' | null;

/** One run of one design; kept for good, and never overwritten. */
export interface Attempt {
  /** From 1. */
  readonly number: number;
  readonly choices: Choices;
  readonly seed: string;
  readonly interventions: readonly Intervention[];
  /** The changed condition under which it ran, if any. */
  readonly variation: string | null;
  readonly expected: Expectation;
  readonly prediction: Prediction | null;
  /** Whether the prediction came true; null where there is none, or the run cannot tell. */
  readonly cameTrue: boolean | null;
  readonly verdict: Verdict;
}

/** Everything about one learner in one exercise: plain data, from which any front end can be drawn. */
export interface Session {
  readonly exercise: Exercise;
  /** The seed of the next run: the practice seed, or a hidden one that was handed back. */
  readonly seed: string;
  readonly prediction: Prediction | null;
  readonly choices: History<Choices>;
  readonly interventions: readonly Intervention[];
  readonly variation: string | null;
  readonly expected: Expectation;
  readonly attempts: readonly Attempt[];
  /** What is being looked at. */
  readonly observation: Observation | null;
  readonly cause: Cause | null;
  readonly report: GradeReport | null;
  readonly comparison: Comparison | null;
  /** Hints read, 0 to 3. */
  readonly hints: number;
  /** Grades in a row that did not hold everywhere. */
  readonly failedGrades: number;
  /** Whether the causal sentence was picked; null until asked. */
  readonly explained: boolean | null;
  /** What went wrong with the last thing asked for; told once by the front end. */
  readonly error: unknown;
}

/** What is remembered from earlier visits. */
export interface Remembered {
  readonly choices?: Choices;
  readonly hints?: number;
  readonly failedGrades?: number;
  readonly explained?: boolean;
}

/** A learner who opens an exercise. */
export function sessionOf(exercise: Exercise, remembered: Remembered = {}): Session {
  return {
    exercise,
    seed: practiceSeed(exercise),
    prediction: null,
    choices: historyOf(stillOffered(exercise, remembered.choices ?? {})),
    interventions: [],
    variation: null,
    expected: null,
    attempts: [],
    observation: null,
    cause: null,
    report: null,
    comparison: null,
    hints: remembered.hints ?? 0,
    failedGrades: remembered.failedGrades ?? 0,
    explained: remembered.explained ? true : null,
    error: null,
  };
}

/** The seed that everybody sees. */
export const practiceSeed = (exercise: Exercise): string => String(exercise.seeds.practice);

/** Decisions that are still open. */
export const openDecisions = ({ exercise, choices }: Session): Exercise['decide'] =>
  exercise.decide.filter(({ id }) => choices.now[id] === undefined);

/** Remembered choices, without those that the exercise no longer has. */
function stillOffered(exercise: Exercise, choices: Choices): Choices {
  const offered = exercise.decide.flatMap(({ id, options }): [string, string][] => {
    const choice = choices[id];
    return choice !== undefined && options.some((option) => option.id === choice) ? [[id, choice]] : [];
  });
  return Object.fromEntries(offered);
}

/** The design that a variation is tried on: the learner's, with the option that the variation is about. */
export function variedChoices(exercise: Exercise, choices: Choices, variation: string): Choices {
  const of = exercise.vary.find(({ id }) => id === variation)?.of ?? '';
  const [first = '', second] = of.split('=');
  const taken = exercise.decide.flatMap(({ id, options }): [string, string][] => {
    const about = second === undefined ? options.some((option) => option.id === first) : id === first;
    const option = about ? (second ?? first) : choices[id];
    return option === undefined ? [] : [[id, option]];
  });
  return Object.fromEntries(taken);
}

/**
 * Stars for a design that held in every graded seed: three, less one where a chosen option only works at a price,
 * less one for each hint read; never less than one. A design that broke anywhere has none.
 */
export function stars(exercise: Exercise, report: GradeReport, hints: number): number {
  if (report.seeds.count === 0 || report.held < report.seeds.count) return 0;
  const grades = exercise.decide.flatMap(({ id, options }) =>
    options.filter((option) => option.id === report.choices[id]).map(({ grade }) => grade),
  );
  const best = Math.min(5, ...grades) >= 5 ? 3 : 2;
  return Math.max(1, best - hints);
}
