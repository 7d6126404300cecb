import { type Code, constant } from './code.ts';
import type { Context, Vocabulary } from './context.ts';
import { builtins } from './library.ts';
import { EvaluationProblem, ExpressionProblem, placeOf } from './problem.ts';
import { close, listed } from './suggest.ts';
import type { NodeOf } from './syntax.ts';
import type { Value } from './value.ts';

const CAPITALS = /^[A-Z][A-Z0-9_]*$/;

/** A word by itself: a loop's item, a slot, a constant, or a status in capitals, in this order. */
export function compileName<H>(node: NodeOf<'name'>, context: Context<H>): Code<H> {
  const { vocabulary, locals, names } = context;
  const { name } = node;
  const cell = locals.get(name);
  if (cell) return { run: () => cell.item, weight: 1, decimal: false };

  const slot = vocabulary.slots.get(name);
  if (slot !== undefined) {
    names.add(name);
    const place = placeOf(context.source, node);
    const run = (slots: readonly unknown[]) => {
      const value = slots[slot] as Value | undefined;
      if (value === undefined) throw new EvaluationProblem('it has no value here yet', place);
      return value;
    };
    return { run, weight: 1, decimal: false };
  }

  const known = vocabulary.constants?.get(name);
  if (known !== undefined) return constant(known);
  if (CAPITALS.test(name)) return constant(name);
  throw unknownName(node, context);
}

function unknownName<H>({ name, start, end }: NodeOf<'name'>, context: Context<H>): ExpressionProblem {
  const { vocabulary, locals, source } = context;
  if (vocabulary.functions.has(name) || builtins.has(name)) {
    return new ExpressionProblem(`\`${name}\` is a function: write \`${name}(…)\`.`, start, end);
  }
  const elsewhere = vocabulary.elsewhere?.get(name);
  if (elsewhere !== undefined) return new ExpressionProblem(elsewhere, start, end);
  const names = [...locals.keys(), ...vocabulary.slots.keys(), ...(vocabulary.constants?.keys() ?? [])];
  const dashed = names.find((known) => known.startsWith(`${name}-`) && source.startsWith(known, start));
  if (dashed !== undefined) {
    const message = `\`${dashed}\` reads as a subtraction here: a name with a dash cannot be used in an expression.`;
    return new ExpressionProblem(message, start, start + dashed.length);
  }
  const suggestion = close(name, names);
  const message = `\`${name}\` is not a name here.`;
  if (suggestion !== undefined)
    return new ExpressionProblem(withSuggestion(message, suggestion), start, end, suggestion);
  const text =
    `A status is written in capitals (\`${name.toUpperCase()}\`); ` +
    `other text needs its own quotes (\`"'${name}'"\`).`;
  return new ExpressionProblem(`${message} ${text}${validHere(names, vocabulary)}`, start, end);
}

/** What may stand in place of a name that is none: the names, or where there is none the functions that take one. */
function validHere<H>(names: readonly string[], { functions }: Vocabulary<H>): string {
  if (names.length > 0) return ` The names here are ${listed(names)}.`;
  return functions.size > 0 ? ` Here are no names, only functions: ${listed(functions.keys())}.` : '';
}

/** A message with the question whether something else was meant, if anything is near. */
export function withSuggestion(message: string, suggestion: string | undefined): string {
  return suggestion === undefined ? message : `${message} Did you mean \`${suggestion}\`?`;
}
