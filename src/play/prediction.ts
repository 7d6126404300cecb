import type { Exercise } from '../scenarios/exercise.ts';
import type { Verdict } from '../scenarios/judge/index.ts';

/** A question about the coming run, with its possible answers. */
export interface Question {
  readonly ask: string;
  readonly answers: readonly string[];
}

/** Answers that any exercise can offer, since every run can be held against them. */
const NOTHING = 'Nothing breaks: every check holds';

/** Checks that may be named in an answer: more than a handful is no question but a list. */
const MOST_ANSWERS = 6;

const primary = ({ checks }: Exercise): string[] =>
  Object.entries(checks)
    .filter(([, { settings }]) => settings.weight === 'primary')
    .map(([id]) => id)
    .slice(0, MOST_ANSWERS);

/** What the learner is asked before a run: the exercise's own question, or which check breaks first. */
export function questionOf(exercise: Exercise): Question {
  const { predict } = exercise;
  if (predict !== null) return { ask: predict.ask, answers: predict.answers };
  return { ask: 'Which check breaks first?', answers: [...primary(exercise), NOTHING] };
}

/**
 * Whether an answer came true; null where nobody can tell.
 *
 * An exercise's own question is decided by what the run measured (the index of the true answer); without one, by the
 * check that broke first.
 */
export function cameTrue(
  exercise: Exercise,
  answer: number,
  verdict: Verdict,
  measured: number | null,
): boolean | null {
  if (exercise.predict !== null) return measured === null ? null : measured === answer;
  const names = primary(exercise);
  if (verdict.outcome === 'held') return answer === names.length;
  if (verdict.firstFailed === undefined) return null;
  const broken = names.indexOf(verdict.firstFailed);
  return broken < 0 ? null : broken === answer;
}
