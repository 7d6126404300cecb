import { EvaluationProblem, type Place } from './problem.ts';
import { isList, LARGEST, typeName, type Value } from './value.ts';

/** What a sign does with two values; the place is for its complaint. */
export type Apply = (a: Value, b: Value, place: Place) => Value;

/** Adds numbers, joins texts or lists. */
export const add: Apply = (a, b, place) => {
  if (typeof a === 'number' && typeof b === 'number') return exact(a + b, place);
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (isList(a) && isList(b)) return [...a, ...b];
  const mixed = typeof a === 'string' || typeof b === 'string';
  throw unlike('`+`', a, b, place, mixed ? '; string(…) makes text of a number' : '');
};

/** Takes one number from another. */
export const subtract: Apply = (a, b, place) => {
  if (typeof a === 'number' && typeof b === 'number') return exact(a - b, place);
  throw unlike('`-`', a, b, place);
};

/** Multiplies numbers. */
export const multiply: Apply = (a, b, place) => {
  if (typeof a === 'number' && typeof b === 'number') return exact(a * b, place);
  throw unlike('`*`', a, b, place);
};

/** Divides; of two whole numbers the fraction is cut off towards zero, as CEL does with integers. */
export const divide: Apply = (a, b, place) => {
  const quotient = divideDecimal(a, b, place) as number;
  return Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(quotient) + 0 : quotient;
};

/** Divides and keeps the fraction. */
export const divideDecimal: Apply = (a, b, place) => {
  if (typeof a !== 'number' || typeof b !== 'number') throw unlike('`/`', a, b, place);
  if (b === 0) throw new EvaluationProblem('division by zero', place);
  return exact(a / b, place);
};

/** The rest of a division of whole numbers, with the sign of the first. */
export const remainder: Apply = (a, b, place) => {
  if (typeof a !== 'number' || typeof b !== 'number') throw unlike('`%`', a, b, place);
  if (b === 0) throw new EvaluationProblem('division by zero', place);
  if (Number.isInteger(a) && Number.isInteger(b)) return (a % b) + 0;
  throw new EvaluationProblem('`%` is for whole numbers; int(…) cuts a fraction off', place);
};

/** The same number with the other sign. */
export function negate(value: Value, place: Place): Value {
  if (typeof value === 'number') return 0 - value;
  throw new EvaluationProblem(`\`-\` needs a number, not ${typeName(value)}`, place);
}

/** A result as it is, if it is a number that can still be exact; `+ 0` leaves no negative zero. */
export function exact(result: number, place: Place): number {
  if (result <= LARGEST && result >= -LARGEST) return result + 0;
  throw new EvaluationProblem('the result is beyond 2^53 - 1, where numbers stop being exact', place);
}

/** The complaint that two values are not of kinds that go together. */
export function unlike(what: string, a: Value, b: Value, place: Place, hint = ''): EvaluationProblem {
  return new EvaluationProblem(
    `${what} has ${typeName(a)} on its left and ${typeName(b)} on its right${hint}`,
    place,
  );
}
