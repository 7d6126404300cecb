import { compileHas } from './access.ts';
import { type Code, composed, type Run } from './code.ts';
import type { Compile, Context, ExpressionFunction } from './context.ts';
import { type Builtin, builtins, methods } from './library.ts';
import { compileLoop, loops } from './loops.ts';
import { withSuggestion } from './names.ts';
import { EvaluationProblem, ExpressionProblem, type Place, placeOf } from './problem.ts';
import { close, listed } from './suggest.ts';
import type { NodeOf } from './syntax.ts';
import type { Value } from './value.ts';

/** `f(a, b)`: a built-in function, or one of the vocabulary. */
export function compileCall<H>(node: NodeOf<'call'>, context: Context<H>, compile: Compile): Code<H> {
  const { name, start, end } = node;
  context.functions.add(name);
  if (name === 'has') return compileHas(node, context, compile);

  const given = context.vocabulary.functions.get(name);
  const known = given ?? builtins.get(name);
  if (!known) throw unknownFunction(node, context);
  checkArity(name, known.arity, node.args.length, node);

  const args = node.args.map((arg) => compile(arg, context));
  context.calls.push({ name, args: args.map((arg) => arg.constant), start, end });
  const place = placeOf(context.source, node);
  return 'call' in known
    ? ofVocabulary(known, args, place, context)
    : ofLibrary(known, args, place, context, name === 'double');
}

/** `a.f(b)`: a method, or a loop. */
export function compileMethod<H>(node: NodeOf<'method'>, context: Context<H>, compile: Compile): Code<H> {
  const { name } = node;
  context.functions.add(name);
  const loop = loops.get(name);
  if (loop) {
    checkArity(name, loop.arity, node.args.length, node);
    return compileLoop(node, loop, context, compile);
  }
  const method = methods.get(name);
  if (!method) throw unknownMethod(node);
  const [fewest, most] = method.arity;
  checkArity(name, [fewest - 1, most - 1], node.args.length, node);
  const args = [node.of, ...node.args].map((arg) => compile(arg, context));
  return ofLibrary(method, args, placeOf(context.source, node), context);
}

function ofLibrary<H>(
  builtin: Builtin,
  args: readonly Code<H>[],
  place: Place,
  { locals, meter }: Context<H>,
  decimal = false,
): Code<H> {
  const looped = locals.size > 0;
  const run: Run<H> = (slots, host) => {
    const values = args.map((arg) => arg.run(slots, host));
    if (looped) meter.chargeLists(values, place);
    return builtin.apply(values, place);
  };
  return composed(run, args, decimal);
}

/** A function of the vocabulary is never run ahead of time: it may draw, or look at what changes. */
function ofVocabulary<H>(
  given: ExpressionFunction<H>,
  args: readonly Code<H>[],
  place: Place,
  { locals, meter }: Context<H>,
): Code<H> {
  const looped = locals.size > 0;
  const run: Run<H> = (slots, host) => {
    const values = args.map((arg) => arg.run(slots, host));
    const value = called(given, host, values, place);
    if (looped) meter.chargeLists([value], place);
    return value;
  };
  return { run, weight: args.reduce((sum, arg) => sum + arg.weight, 1), decimal: false };
}

function called<H>(given: ExpressionFunction<H>, host: H, values: readonly Value[], place: Place): Value {
  try {
    return given.call(host, values);
  } catch (error) {
    throw error instanceof EvaluationProblem && !error.place
      ? new EvaluationProblem(error.message, place)
      : error;
  }
}

function checkArity(
  name: string,
  [fewest, most]: readonly [number, number],
  given: number,
  span: Span,
): void {
  if (given >= fewest && given <= most) return;
  const wanted = fewest === most ? `${fewest}` : `${fewest} to ${most}`;
  const message = `\`${name}\` takes ${wanted} ${most === 1 ? 'argument' : 'arguments'}, and has ${given} here.`;
  throw new ExpressionProblem(message, span.start, span.end);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function unknownFunction<H>({ name, start }: NodeOf<'call'>, { vocabulary }: Context<H>): ExpressionProblem {
  const end = start + name.length;
  if (methods.has(name) || loops.has(name)) {
    return new ExpressionProblem(`\`${name}\` is called on a value: value.${name}(…).`, start, end);
  }
  if (vocabulary.slots.has(name)) {
    return new ExpressionProblem(
      `\`${name}\` is a name, not a function: leave out the brackets.`,
      start,
      end,
    );
  }
  return unknown(
    `There is no function \`${name}\` here.`,
    name,
    [...vocabulary.functions.keys(), 'has', ...builtins.keys()],
    { start, end },
  );
}

function unknownMethod({ name, of, end }: NodeOf<'method'>): ExpressionProblem {
  if (name === 'matches') {
    const message = 'Patterns are not part of this language: use contains, startsWith or endsWith.';
    return new ExpressionProblem(message, of.end, end);
  }
  if (builtins.has(name)) {
    return new ExpressionProblem(`\`${name}\` is not called on a value: ${name}(…).`, of.end, end);
  }
  return unknown(`There is no method \`${name}\`.`, name, [...methods.keys(), ...loops.keys()], {
    start: of.end,
    end,
  });
}

/** Says which of what can be called was probably meant, or else what can be called. */
function unknown(
  message: string,
  name: string,
  known: readonly string[],
  { start, end }: Span,
): ExpressionProblem {
  const suggestion = close(name, known);
  const whole =
    suggestion === undefined ? `${message} There are ${listed(known)}.` : withSuggestion(message, suggestion);
  return new ExpressionProblem(whole, start, end, suggestion);
}
