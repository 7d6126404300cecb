import type { Run } from './code.ts';
import { compile } from './compile.ts';
import type { Call, Context, Vocabulary } from './context.ts';
import { Meter } from './meter.ts';
import { parseExpression } from './parse.ts';
import type { Value } from './value.ts';

export type { ExpressionFunction, Vocabulary } from './context.ts';
export { builtins, methods } from './library.ts';
export { LIMITS } from './limits.ts';
export { loops } from './loops.ts';
export { EvaluationProblem, ExpressionProblem } from './problem.ts';

/** An expression ready to run as often as needed. */
export interface Expression<H> {
  readonly source: string;
  /** The slots it reads, by name. */
  readonly names: ReadonlySet<string>;
  /** What it reads of them, to the last field: `request.order`, `sum.charged.amount`, or `request` if taken whole. */
  readonly paths: ReadonlySet<string>;
  /** The functions, methods and loops it calls. */
  readonly functions: ReadonlySet<string>;
  /** Its calls of functions; one inside another comes before it. */
  readonly calls: readonly Call[];
  /** Its value now. Throws an {@link EvaluationProblem} when it has none. */
  evaluate(slots: readonly unknown[], host: H): Value;
}

/**
 * Compiles a CEL expression to closures over a slot array, or throws an {@link ExpressionProblem}.
 *
 * Departures from CEL, each for one reason: numbers are of one kind, exact to 2^53 (no 64-bit integers in JavaScript);
 * `/` keeps the fraction only beside a number written as a decimal; `&&`, `||` and loops go from left to right and
 * let the first failure through; a word in capitals is text; a duration is its microseconds.
 */
export function compileExpression<H>(source: string, vocabulary: Vocabulary<H>): Expression<H> {
  const context: Context<H> = {
    source,
    vocabulary,
    locals: new Map(),
    meter: new Meter(),
    names: new Set(),
    paths: new Set(),
    functions: new Set(),
    calls: [],
  };
  const { run } = compile(parseExpression(source), context);
  const { names, paths, functions, calls, meter } = context;
  return { source, names, paths, functions, calls, evaluate: meter.used ? limited(run, meter) : run };
}

/** Gives each evaluation its own allowance, even one inside another. */
function limited<H>(run: Run<H>, meter: Meter): Run<H> {
  return (slots, host) => {
    const left = meter.reset();
    try {
      return run(slots, host);
    } finally {
      meter.restore(left);
    }
  };
}
