import { EvaluationProblem } from './problem.ts';
import { isFields, isList, type Value } from './value.ts';

/** One part of an expression, ready to run. */
export type Run<H> = (slots: readonly unknown[], host: H) => Value;

/** A compiled part with what its neighbours may want to know of it. */
export interface Code<H> {
  readonly run: Run<H>;
  /** Parts in it, itself counted: what one more look at it costs in a loop. */
  readonly weight: number;
  /** Whether it was written as a decimal (`2.0`, `double(x)`), so that `/` keeps the fraction. */
  readonly decimal: boolean;
  /** Its value, when that is known before any run. */
  readonly constant?: Value;
  /** The slot and field it reads, when it is no more than `a.b`. */
  readonly read?: { readonly slot: number; readonly field: string };
}

/** A part whose value is known now. */
export function constant<H>(value: Value, { weight = 1, decimal = false } = {}): Code<H> {
  return { run: () => value, weight, decimal, constant: value };
}

/** A part made of others, run once now if all of them are known; `run` must then need neither slots nor host. */
export function composed<H>(run: Run<H>, parts: readonly Code<H>[], decimal = false): Code<H> {
  const weight = parts.reduce((sum, part) => sum + part.weight, 1);
  if (parts.every(isConstant)) {
    try {
      return constant(frozen(run([], undefined as never)), { weight, decimal });
    } catch (error) {
      // It may stand where it is never reached; if it is reached, it fails there.
      if (!(error instanceof EvaluationProblem)) throw error;
    }
  }
  return { run, weight, decimal };
}

/** Whether a part's value is known before any run. */
export function isConstant<H>(code: Code<H>): code is Code<H> & { readonly constant: Value } {
  return code.constant !== undefined;
}

/** A constant is handed out again and again, so nobody may change it. */
function frozen(value: Value): Value {
  if (isList(value)) for (const item of value) frozen(item);
  else if (isFields(value)) for (const item of Object.values(value)) frozen(item);
  else return value;
  return Object.freeze(value);
}
