import { parse } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileExpression, LIMITS } from './expression.ts';
import type { Value } from './value.ts';

/** What both sides read: whole numbers are bigints for the library and numbers for us. */
const scene = fc.record({
  a: fc.integer({ min: -20, max: 20 }),
  b: fc.integer({ min: -20, max: 20 }),
  s: fc.string({ maxLength: 4 }),
  t: fc.constantFrom('', 'a', 'ab', '😀', 'ñ'),
  p: fc.boolean(),
  q: fc.boolean(),
  l: fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 5 }),
});
const names = ['a', 'b', 's', 't', 'p', 'q', 'l'] as const;

function join(
  parts: readonly fc.Arbitrary<string>[],
  put: (...texts: string[]) => string,
): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => put(...texts));
}

/** Texts of typed expressions; `divisor` says what may be divided by. */
function expressions(divisor: 'never zero' | 'anything') {
  return fc
    .letrec<{ int: string; bool: string; text: string; list: string; decimal: string; any: string }>(
      (tie) => {
        const int = tie('int');
        const bool = tie('bool');
        const text = tie('text');
        const list = tie('list');
        const decimal = tie('decimal');
        const some = fc.integer({ min: 1, max: 9 }).map(String);
        const by = divisor === 'anything' ? int : some;
        const half = { maxDepth: 3, depthSize: 'small' } as const;
        return {
          int: fc.oneof(
            half,
            fc.constantFrom('a', 'b', '0', '7', 'size(l)', 'size(t)'),
            join([int, fc.constantFrom('+', '-', '*'), int], (x, sign, y) => `(${x} ${sign} ${y})`),
            join([int, fc.constantFrom('/', '%'), by], (x, sign, y) => `(${x} ${sign} ${y})`),
            join([int], (x) => `-(${x})`),
            join([bool, int, int], (c, x, y) => `(${c} ? ${x} : ${y})`),
            join([text], (x) => `size(${x})`),
            join([decimal], (x) => `int(${x})`),
          ),
          decimal: fc.oneof(
            half,
            fc.constantFrom('1.5', '0.1', '2.0', '7.25'),
            join([int], (x) => `double(${x})`),
            join([decimal, fc.constantFrom('+', '-', '*'), decimal], (x, sign, y) => `(${x} ${sign} ${y})`),
            join([decimal, fc.constantFrom('0.5', '3.0')], (x, y) => `(${x} / ${y})`),
          ),
          bool: fc.oneof(
            half,
            fc.constantFrom('p', 'q', 'true', 'false'),
            join(
              [int, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), int],
              (x, sign, y) => `(${x} ${sign} ${y})`,
            ),
            join([decimal, fc.constantFrom('<', '>=', '=='), decimal], (x, sign, y) => `(${x} ${sign} ${y})`),
            join([text, fc.constantFrom('==', '!=', '<'), text], (x, sign, y) => `(${x} ${sign} ${y})`),
            join([list, fc.constantFrom('==', '!='), list], (x, sign, y) => `(${x} ${sign} ${y})`),
            join([bool, fc.constantFrom('&&', '||'), bool], (x, sign, y) => `(${x} ${sign} ${y})`),
            join([bool], (x) => `!${x}`),
            join([int, list], (x, y) => `(${x} in ${y})`),
            join(
              [list, fc.constantFrom('exists', 'all', 'exists_one'), int],
              (x, loop, y) => `${x}.${loop}(e, e > ${y})`,
            ),
            join(
              [text, fc.constantFrom('contains', 'startsWith', 'endsWith'), text],
              (x, f, y) => `${x}.${f}(${y})`,
            ),
          ),
          text: fc.oneof(
            half,
            fc.constantFrom('s', 't', "'a'", '""'),
            join([text, text], (x, y) => `(${x} + ${y})`),
            join([int], (x) => `string(${x})`),
          ),
          list: fc.oneof(
            half,
            fc.constantFrom('l', '[1, 2, 3]', '[a, b]'),
            join([list, list], (x, y) => `(${x} + ${y})`),
            join([list, int], (x, y) => `${x}.filter(e, e != ${y})`),
            join([list, int], (x, y) => `${x}.map(e, e + ${y})`),
          ),
          any: fc.oneof(int, bool, text, list, decimal),
        };
      },
    )
    .any.filter((source) => source.length <= LIMITS.text);
}

type Scene = typeof scene extends fc.Arbitrary<infer S> ? S : never;

function ours(source: string, values: Scene): Value {
  const slots = new Map(names.map((name, index) => [name, index]));
  const expression = compileExpression(source, { slots, functions: new Map() });
  return expression.evaluate(
    names.map((name) => values[name]),
    undefined,
  );
}

function theirs(source: string, { a, b, l, ...rest }: Scene): unknown {
  return plain(parse(source)({ ...rest, a: BigInt(a), b: BigInt(b), l: l.map(BigInt) }));
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'bigint') return Number(value);
  return value === 0 ? 0 : value; // we have no negative zero
}

function outcome(run: () => unknown): unknown {
  try {
    return { value: run() };
  } catch {
    return 'failed';
  }
}

test("gives what the library's own evaluator gives", () => {
  fc.assert(
    fc.property(expressions('never zero'), scene, (source, values) => {
      expect(ours(source, values)).toEqual(theirs(source, values));
    }),
    { numRuns: 1_500 },
  );
});

test('fails on a division by zero where the library fails, if nothing decides without it', () => {
  const strict = expressions('anything').filter((source) => !/&&|\|\||exists|all/.test(source));
  fc.assert(
    fc.property(strict, scene, (source, values) => {
      expect(outcome(() => ours(source, values))).toEqual(outcome(() => theirs(source, values)));
    }),
    { numRuns: 1_500 },
  );
});

test('what reads no names is worked out ahead to the same value', () => {
  const closed = expressions('never zero').filter((source) => !/\b[abstpql]\b/.test(source));
  const values: Scene = { a: 0, b: 0, s: '', t: '', p: false, q: false, l: [] };
  fc.assert(
    fc.property(closed, (source) => {
      expect(ours(source, values)).toEqual(theirs(source, values));
    }),
    { numRuns: 300 },
  );
});
