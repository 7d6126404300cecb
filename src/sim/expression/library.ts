import { exact } from './arithmetic.ts';
import { within } from './comparison.ts';
import { durationOf } from './duration.ts';
import { EvaluationProblem, type Place } from './problem.ts';
import { isFields, isList, typeName, type Value } from './value.ts';

/** A function or method every expression knows. */
export interface Builtin {
  readonly summary: string;
  readonly arity: readonly [number, number];
  /** For a method, the first argument is what it is called on. */
  apply(args: readonly Value[], place: Place): Value;
}

/** The functions every expression may call; `has(a.b)` stands beside them, being no ordinary function. */
export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [
    'size',
    {
      summary: 'Characters of a text, items of a list, fields of an object',
      arity: [1, 1],
      apply: ([value = null], place) => size(value, place),
    },
  ],
  [
    'string',
    {
      summary: 'A number or a truth as text',
      arity: [1, 1],
      apply: ([value = null], place) => toText(value, place),
    },
  ],
  [
    'int',
    {
      summary: 'A whole number: of a text, or of a number with its fraction cut off',
      arity: [1, 1],
      apply: ([value = null], place) => toInt(value, place),
    },
  ],
  [
    'double',
    {
      summary: 'A number whose division keeps the fraction',
      arity: [1, 1],
      apply: ([value = null], place) => toDouble(value, place),
    },
  ],
  [
    'duration',
    {
      summary: "Microseconds in a length of time such as '5s', '250ms' or '1h30m'",
      arity: [1, 1],
      apply: ([value = null], place) => toMicros(value, place),
    },
  ],
]);

/** The methods every expression may call: `request.sku.startsWith('A')`. */
export const methods: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [
    'size',
    {
      summary: 'Characters of a text, items of a list, fields of an object',
      arity: [1, 1],
      apply: ([of = null], place) => size(of, place),
    },
  ],
  [
    'contains',
    {
      summary: 'Whether a text has another in it, or a list an item',
      arity: [2, 2],
      apply: ([of = null, part = null], place) =>
        isList(of) ? within(part, of, place) : text(of, place).includes(text(part, place)),
    },
  ],
  [
    'startsWith',
    {
      summary: 'Whether a text begins with another',
      arity: [2, 2],
      apply: ([of = null, part = null], place) => text(of, place).startsWith(text(part, place)),
    },
  ],
  [
    'endsWith',
    {
      summary: 'Whether a text ends with another',
      arity: [2, 2],
      apply: ([of = null, part = null], place) => text(of, place).endsWith(text(part, place)),
    },
  ],
]);

function size(value: Value, place: Place): number {
  if (typeof value === 'string') return characters(value);
  if (isList(value)) return value.length;
  if (isFields(value)) return Object.keys(value).length;
  throw new EvaluationProblem(`${typeName(value)} has no size`, place);
}

/** CEL counts code points, JavaScript units. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function toText(value: Value, place: Place): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  throw new EvaluationProblem(`string(…) cannot write ${typeName(value)}`, place);
}

function toInt(value: Value, place: Place): number {
  if (typeof value === 'number') return exact(Math.trunc(value), place);
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return exact(Number(value), place);
  throw new EvaluationProblem(`int(…) finds no whole number in ${shown(value)}`, place);
}

function toDouble(value: Value, place: Place): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^-?\d{1,20}(\.\d{1,20})?$/.test(value))
    return exact(Number(value), place);
  throw new EvaluationProblem(`double(…) finds no number in ${shown(value)}`, place);
}

function toMicros(value: Value, place: Place): number {
  const micros = typeof value === 'string' ? durationOf(value) : undefined;
  if (micros !== undefined) return exact(micros, place);
  throw new EvaluationProblem(`duration(…) takes text such as '5s' or '250ms', not ${shown(value)}`, place);
}

function text(value: Value, place: Place): string {
  if (typeof value === 'string') return value;
  throw new EvaluationProblem(`it works on text, not on ${typeName(value)}`, place);
}

function shown(value: Value): string {
  return typeof value === 'string' ? `'${value}'` : typeName(value);
}
