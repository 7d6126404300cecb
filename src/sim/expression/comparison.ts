import { type Apply, unlike } from './arithmetic.ts';
import { EvaluationProblem, type Place } from './problem.ts';
import { equal, isFields, isList, typeName, type Value } from './value.ts';

/** Whether two values are the same, however deep; unlike types are never the same. */
export const same: Apply = (a, b) => a === b || equal(a, b);

/** Whether two values differ. */
export const differ: Apply = (a, b) => a !== b && !equal(a, b);

/** `<`, for two numbers, two texts or two truths. */
export const less: Apply = (a, b, place) => {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  return order(a, b, '`<`', place) < 0;
};

/** `<=`, for two numbers, two texts or two truths. */
export const atMost: Apply = (a, b, place) => {
  if (typeof a === 'number' && typeof b === 'number') return a <= b;
  return order(a, b, '`<=`', place) <= 0;
};

/** `>`, for two numbers, two texts or two truths. */
export const more: Apply = (a, b, place) => {
  if (typeof a === 'number' && typeof b === 'number') return a > b;
  return order(a, b, '`>`', place) > 0;
};

/** `>=`, for two numbers, two texts or two truths. */
export const atLeast: Apply = (a, b, place) => {
  if (typeof a === 'number' && typeof b === 'number') return a >= b;
  return order(a, b, '`>=`', place) >= 0;
};

/** Whether a list has an item, or an object a field. */
export const within: Apply = (item, all, place) => {
  if (isList(all)) return all.some((one) => equal(one, item));
  if (!isFields(all)) throw new EvaluationProblem(`\`in\` looks into a list, not ${typeName(all)}`, place);
  return typeof item === 'string' && Object.hasOwn(all, item);
};

function order(a: Value, b: Value, sign: string, place: Place): number {
  const comparable =
    (typeof a === 'string' && typeof b === 'string') || (typeof a === 'boolean' && typeof b === 'boolean');
  if (!comparable) throw unlike(sign, a, b, place);
  if (a === b) return 0;
  return a < b ? -1 : 1; // texts by their UTF-16 units: the same on every machine, whatever its language
}
