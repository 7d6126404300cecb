import type { Exercise } from '../scenarios/exercise.ts';
import { evaluateRun } from '../scenarios/prove/sees.ts';
import type { Run } from '../sim/run.ts';

/** Index of the answer to the exercise's question that a run bears out; null where the run cannot tell. */
export function measuredAnswer({ predict }: Exercise, run: Run): number | null {
  if (predict === null || predict.measure === null) return null;
  const value = evaluateRun(run, predict.measure);
  return value !== null && Number.isInteger(value) && value >= 0 && value < predict.answers.length
    ? value
    : null;
}
