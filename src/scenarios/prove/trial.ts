import { type Problem, ProblemsError } from '../../problems.ts';
import type { Choices } from '../choose.ts';
import type { Exercise, Expect, Place } from '../exercise.ts';
import type { Design } from '../grade-seed.ts';
import type { Judged } from './claims.ts';
import type { Proof } from './report.ts';

/** A design that is to be proved, and where the exercise speaks of it. */
export interface Trial {
  readonly label: Proof['label'];
  readonly what: string;
  readonly design: Design;
  readonly at: Place;
}

/** Where a file begins: the place of what no single line is to blame for. */
export const START = { line: 1, column: 1 };

function problemAt(
  { file, line, column }: Place,
  text: string,
  code: string,
  message: string,
  fix?: string,
): Problem {
  const excerpt = text.split('\n')[line - 1];
  return {
    code,
    file,
    line,
    column,
    length: 1,
    message,
    ...(fix === undefined ? {} : { fix }),
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}

/** The proof of a trial, with each fault as a problem at the trial's place. */
export function proofOf(
  exercise: Exercise,
  { label, what, design, at }: Trial,
  judged: Judged,
  why: readonly string[] = [],
): Proof {
  const fix =
    judged.seed === null
      ? undefined
      : `brownout run ${exercise.file}${choosing(design.choices)} --seed ${judged.seed}`;
  const problems = judged.faults.map(({ code, message }) =>
    problemAt(at, exercise.text, code, `${what}: ${message}`, fix && `look at it: ${fix}`),
  );
  const { verb, n, of, reason, notes, seed } = judged;
  return {
    label,
    what,
    choices: design.choices,
    verb,
    n,
    of,
    reason,
    ok: problems.length === 0,
    notes,
    problems,
    seed,
    why,
  };
}

const choosing = (choices: Choices) =>
  Object.entries(choices)
    .map(([decision, option]) => ` --choose ${decision}=${option}`)
    .join('');

/** What an option's proof is called, by what the option claims. */
export const labelOf = ({ holds, fails }: Expect): Proof['label'] =>
  fails.length > 0 ? 'wrong' : holds === 'all' ? 'right' : 'other';

/** What keeps a design from being run at all, as a problem of the exercise; undefined for a bug of ours. */
function unrunnable(error: unknown): string | undefined {
  if (error instanceof ProblemsError)
    return `it makes no world that can be run: ${error.problems[0]?.message}`;
  if (error instanceof Error && error.name === 'EventLimitError') return `it never ends: ${error.message}`;
  return undefined;
}

/** Proves a trial; a design that cannot be run is a proof that failed, not the end of all proofs. */
export async function attempted(
  exercise: Exercise,
  trial: Trial,
  proof: () => Promise<Proof>,
): Promise<Proof> {
  try {
    return await proof();
  } catch (error) {
    const message = unrunnable(error);
    if (message === undefined) throw error;
    const faults = [{ code: 'check/cannot-run', message }];
    return proofOf(exercise, trial, { verb: 'seen', n: 0, of: 0, reason: '', faults, notes: [], seed: null });
  }
}

/** The result of a run, or null where the design cannot be run. */
export async function ifRunnable<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    if (unrunnable(error) === undefined) throw error;
    return null;
  }
}
