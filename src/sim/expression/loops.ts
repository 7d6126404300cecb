import type { Code, Run } from './code.ts';
import type { Cell, Compile, Context } from './context.ts';
import { truth } from './operators.ts';
import { EvaluationProblem, ExpressionProblem, placeOf } from './problem.ts';
import type { Node, NodeOf } from './syntax.ts';
import { isList, typeName, type Value } from './value.ts';

/** One of CEL's loops over a list. */
export interface Loop {
  readonly summary: string;
  /** Arguments, the item's name included. */
  readonly arity: readonly [number, number];
  /** What comes of the list, given a way to test an item and a way to make something of it. */
  gather(list: readonly Value[], test: (item: Value) => boolean, make: (item: Value) => Value): Value;
}

/** The loops every expression may use: `list.exists(item, item == request.order)`. */
export const loops: ReadonlyMap<string, Loop> = new Map<string, Loop>([
  ['exists', { summary: 'Whether any item passes', arity: [2, 2], gather: (list, test) => list.some(test) }],
  ['all', { summary: 'Whether every item passes', arity: [2, 2], gather: (list, test) => list.every(test) }],
  [
    'exists_one',
    {
      summary: 'Whether exactly one item passes',
      arity: [2, 2],
      gather: (list, test) => list.filter(test).length === 1,
    },
  ],
  ['filter', { summary: 'The items that pass', arity: [2, 2], gather: (list, test) => list.filter(test) }],
  [
    'map',
    {
      summary: 'What becomes of each item, or of each that passes: map(item, test, value)',
      arity: [2, 3],
      gather: (list, test, make) => list.filter(test).map(make),
    },
  ],
]);

/** A loop; each item costs the weight of what is asked of it. */
export function compileLoop<H>(
  node: NodeOf<'method'>,
  loop: Loop,
  context: Context<H>,
  compile: Compile,
): Code<H> {
  const { item, test, make } = partsOf(node);
  const of = compile(node.of, context);
  const cell: Cell = { item: null };
  const inside = { ...context, locals: new Map(context.locals).set(item, cell) };
  const tests = test && perItem(test, cell, inside, compile);
  const makes = make && perItem(make, cell, inside, compile);
  const testPlace = placeOf(context.source, test ?? node);
  const place = placeOf(context.source, node);
  context.meter.used = true;

  const run: Run<H> = (slots, host) => {
    const list = of.run(slots, host);
    if (!isList(list))
      throw new EvaluationProblem(`${node.name}(…) goes through a list, not ${typeName(list)}`, place);
    const outer = cell.item; // a function may evaluate this same expression again
    try {
      return loop.gather(
        list,
        (one) => tests === undefined || truth(tests.run(one, slots, host), testPlace),
        (one) => (makes === undefined ? one : makes.run(one, slots, host)),
      );
    } finally {
      cell.item = outer;
    }
  };
  return { run, weight: 1 + of.weight + (tests?.weight ?? 0) + (makes?.weight ?? 0), decimal: false };
}

interface Parts {
  readonly item: string;
  readonly test?: Node;
  readonly make?: Node;
}

function partsOf({ name, args, start, end }: NodeOf<'method'>): Parts {
  const [item, second, third] = args;
  if (item?.kind !== 'name' || second === undefined) {
    throw new ExpressionProblem(`${name}(…) names its item first: list.${name}(item, …).`, start, end);
  }
  if (name !== 'map') return { item: item.name, test: second };
  return third ? { item: item.name, test: second, make: third } : { item: item.name, make: second };
}

function perItem<H>(node: Node, cell: Cell, context: Context<H>, compile: Compile) {
  const { run: inner, weight } = compile(node, context);
  const place = placeOf(context.source, node);
  const { meter } = context;
  const run = (item: Value, slots: readonly unknown[], host: H): Value => {
    meter.charge(weight, place);
    cell.item = item;
    return inner(slots, host);
  };
  return { run, weight };
}
