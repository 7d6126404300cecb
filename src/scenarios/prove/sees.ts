import { compileExpression, EvaluationProblem, type Expression } from '../../sim/expression/expression.ts';
import type { Run } from '../../sim/run.ts';
import { type Moment, runFunctions } from '../judge/run-functions.ts';
import { RunView } from '../judge/view.ts';

const VOCABULARY = { slots: new Map<string, number>(), functions: runFunctions };

/** Expressions by their text: the same few are asked of every seed. */
const compiled = new Map<string, Expression<Moment>>();

/**
 * The value of CEL over a whole run as it was at its end, such as `facts('charged') - orders()`.
 *
 * A truth counts as 1 or 0. Null where the run has no answer, such as the percentile of a client that is not there.
 */
export function evaluateRun(run: Run, source: string): number | null {
  const expression = compiled.get(source) ?? compileExpression<Moment>(source, VOCABULARY);
  compiled.set(source, expression);
  try {
    const value = expression.evaluate([], { view: new RunView(run), at: run.until });
    if (typeof value === 'boolean') return value ? 1 : 0;
    return typeof value === 'number' ? value : null;
  } catch (error) {
    if (error instanceof EvaluationProblem) return null;
    throw error;
  }
}
