import { readField } from './access.ts';
import type { Apply } from './arithmetic.ts';
import * as arithmetic from './arithmetic.ts';
import { type Code, composed, isConstant, type Run } from './code.ts';
import * as comparison from './comparison.ts';
import type { Compile, Context } from './context.ts';
import { EvaluationProblem, type Place, placeOf } from './problem.ts';
import type { BinarySign, Node, NodeOf } from './syntax.ts';
import { typeName, type Value } from './value.ts';

const SIGNS: Readonly<Record<BinarySign, Apply>> = {
  '+': arithmetic.add,
  '-': arithmetic.subtract,
  '*': arithmetic.multiply,
  '/': arithmetic.divide,
  '%': arithmetic.remainder,
  '==': comparison.same,
  '!=': comparison.differ,
  '<': comparison.less,
  '<=': comparison.atMost,
  '>': comparison.more,
  '>=': comparison.atLeast,
  in: comparison.within,
};

/** A sign between two values. */
export function compileBinary<H>(node: NodeOf<'binary'>, context: Context<H>, compile: Compile): Code<H> {
  const left = compile(node.left, context);
  const right = compile(node.right, context);
  const place = placeOf(context.source, node);
  const decimal = '+-*/'.includes(node.sign) && (left.decimal || right.decimal);
  const plain = node.sign === '/' && decimal ? arithmetic.divideDecimal : SIGNS[node.sign];
  const apply = context.locals.size > 0 && LENGTHY.has(node.sign) ? metered(plain, context) : plain;
  return composed(joined(apply, left, right, place, context, node), [left, right], decimal);
}

/** The signs that may go through a whole list. */
const LENGTHY: ReadonlySet<BinarySign> = new Set(['in', '==', '!=', '+']);

/** Going through a list inside a loop is one more loop, though none is written. */
function metered<H>(apply: Apply, { meter }: Context<H>): Apply {
  return (a, b, place) => {
    meter.chargeLists([a, b], place);
    return apply(a, b, place);
  };
}

/** The shortest way to both values: `a.b` and constants, which most expressions are made of, are read in place. */
function joined<H>(
  apply: Apply,
  left: Code<H>,
  right: Code<H>,
  place: Place,
  { source }: Context<H>,
  node: NodeOf<'binary'>,
): Run<H> {
  const a = left.run;
  const b = right.run;
  if (isConstant(right)) {
    const known = right.constant;
    return left.read
      ? withConstant(apply, left.read, placesOf(node.left, source), known, place)
      : (slots, host) => apply(a(slots, host), known, place);
  }
  if (left.read && right.read) {
    return ofFields(
      apply,
      left.read,
      placesOf(node.left, source),
      right.read,
      placesOf(node.right, source),
      place,
    );
  }
  return (slots, host) => apply(a(slots, host), b(slots, host), place);
}

interface Read {
  readonly slot: number;
  readonly field: string;
}

interface Places {
  readonly whole: Place;
  readonly owner: Place;
}

function placesOf(node: Node, source: string): Places {
  const whole = placeOf(source, node);
  return { whole, owner: node.kind === 'field' ? placeOf(source, node.of) : whole };
}

function withConstant<H>(
  apply: Apply,
  { slot, field }: Read,
  at: Places,
  known: Value,
  place: Place,
): Run<H> {
  const { whole, owner } = at;
  return (slots) => apply(readField(slots[slot] as Value | undefined, field, owner, whole), known, place);
}

function ofFields<H>(
  apply: Apply,
  left: Read,
  leftAt: Places,
  right: Read,
  rightAt: Places,
  place: Place,
): Run<H> {
  const { slot, field } = left;
  const { slot: otherSlot, field: otherField } = right;
  return (slots) =>
    apply(
      readField(slots[slot] as Value | undefined, field, leftAt.owner, leftAt.whole),
      readField(slots[otherSlot] as Value | undefined, otherField, rightAt.owner, rightAt.whole),
      place,
    );
}

/** `&&` and `||`: the right side is looked at only when the left has not decided. */
export function compileLogic<H>(node: NodeOf<'logic'>, context: Context<H>, compile: Compile): Code<H> {
  const left = compile(node.left, context);
  const right = compile(node.right, context);
  const a = left.run;
  const b = right.run;
  const leftAt = placeOf(context.source, node.left);
  const rightAt = placeOf(context.source, node.right);
  const run: Run<H> =
    node.sign === '&&'
      ? (slots, host) => truth(a(slots, host), leftAt) && truth(b(slots, host), rightAt)
      : (slots, host) => truth(a(slots, host), leftAt) || truth(b(slots, host), rightAt);
  return composed(run, [left, right]);
}

/** `a ? b : c`. */
export function compileChoice<H>(node: NodeOf<'choice'>, context: Context<H>, compile: Compile): Code<H> {
  const when = compile(node.when, context);
  const yes = compile(node.yes, context);
  const no = compile(node.no, context);
  const place = placeOf(context.source, node.when);
  const run: Run<H> = (slots, host) =>
    truth(when.run(slots, host), place) ? yes.run(slots, host) : no.run(slots, host);
  return composed(run, [when, yes, no], yes.decimal && no.decimal);
}

/** `!a`. */
export function compileNot<H>(node: NodeOf<'not'>, context: Context<H>, compile: Compile): Code<H> {
  const of = compile(node.of, context);
  const place = placeOf(context.source, node.of);
  return composed((slots, host) => !truth(of.run(slots, host), place), [of]);
}

/** `-a`. */
export function compileNegate<H>(node: NodeOf<'negate'>, context: Context<H>, compile: Compile): Code<H> {
  const of = compile(node.of, context);
  const place = placeOf(context.source, node);
  return composed((slots, host) => arithmetic.negate(of.run(slots, host), place), [of], of.decimal);
}

/** A value that must be a truth: nothing else counts as one, not 1, not 'yes'. */
export function truth(value: Value, place: Place): boolean {
  if (typeof value === 'boolean') return value;
  throw new EvaluationProblem(`this must be true or false, and is ${typeName(value)}`, place);
}
