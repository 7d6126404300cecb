import { type Code, composed } from './code.ts';
import type { Compile, Context } from './context.ts';
import { compileName, withSuggestion } from './names.ts';
import { EvaluationProblem, ExpressionProblem, type Place, placeOf, textOf } from './problem.ts';
import { close, listed } from './suggest.ts';
import type { Node, NodeOf } from './syntax.ts';
import { isFields, isList, typeName, type Value } from './value.ts';

/** `a.b`, which must be there. */
export function compileField<H>(node: NodeOf<'field'>, context: Context<H>, compile: Compile): Code<H> {
  const of = compileOwner(node.of, context, compile);
  const { field } = node;
  const place = placeOf(context.source, node);
  const target = placeOf(context.source, node.of);
  const slot = slotOf(node.of, context);
  if (slot !== undefined) {
    const run = (slots: readonly unknown[]) =>
      readField(slots[slot] as Value | undefined, field, target, place);
    return { run, weight: 2, decimal: false, read: { slot, field } };
  }
  const inner = of.run;
  return composed((slots, host) => readField(inner(slots, host), field, target, place), [of]);
}

/** `has(a.b)`: whether the field is there. What it is asked of must itself be there. */
export function compileHas<H>(node: NodeOf<'call'>, context: Context<H>, compile: Compile): Code<H> {
  const asked = node.args[0];
  if (node.args.length !== 1 || asked?.kind !== 'field') {
    const message = 'has(…) asks for one field of something: has(request.voucher).';
    throw new ExpressionProblem(message, node.start, node.end);
  }
  notePath(asked, context);
  const of = compileOwner(asked.of, context, compile);
  const { field } = asked;
  const place = placeOf(context.source, asked);
  const target = placeOf(context.source, asked.of);
  const inner = of.run;
  return composed(
    (slots, host) => {
      const value = inner(slots, host);
      if (!isFields(value)) throw noFields(value, target, place);
      return Object.hasOwn(value, field) && value[field] !== undefined;
    },
    [of],
  );
}

/** `a[b]`: an item of a list by its place from 0, or a field by its name. */
export function compileIndex<H>(node: NodeOf<'index'>, context: Context<H>, compile: Compile): Code<H> {
  const of = compile(node.of, context);
  const by = compile(node.by, context);
  const place = placeOf(context.source, node);
  const target = placeOf(context.source, node.of);
  return composed(
    (slots, host) => {
      const value = of.run(slots, host);
      const index = by.run(slots, host);
      return isList(value) ? readItem(value, index, place) : readNamed(value, index, target, place);
    },
    [of, by],
  );
}

/** A field's value, of its owner's own fields only: nothing is ever found on a prototype. */
export function readField(owner: Value | undefined, field: string, target: Place, place: Place): Value {
  if (typeof owner === 'object' && owner !== null && !Array.isArray(owner) && Object.hasOwn(owner, field)) {
    const value = (owner as { readonly [field: string]: Value | undefined })[field];
    if (value !== undefined) return value;
  }
  throw missing(owner, field, target, place);
}

function readItem(list: readonly Value[], index: Value, place: Place): Value {
  const item = typeof index === 'number' ? list[index] : undefined;
  if (item !== undefined) return item;
  const asked = typeof index === 'number' ? `number ${index}` : typeName(index);
  const range = list.length === 0 ? 'the list is empty' : `the list's items are 0 to ${list.length - 1}`;
  throw new EvaluationProblem(`there is no item ${asked}; ${range}`, place);
}

function readNamed(owner: Value, name: Value, target: Place, place: Place): Value {
  if (typeof name === 'string') return readField(owner, name, target, place);
  throw new EvaluationProblem(`${typeName(owner)} has no item ${typeName(name)}`, place);
}

function missing(owner: Value | undefined, field: string, target: Place, place: Place): EvaluationProblem {
  if (owner === undefined) return new EvaluationProblem(`\`${textOf(target)}\` has no value here yet`, place);
  if (!isFields(owner)) return noFields(owner, target, place);
  const words = textOf(target);
  return new EvaluationProblem(`this ${words} has no field \`${field}\`; use has(${textOf(place)})`, place);
}

function noFields(owner: Value, target: Place, place: Place): EvaluationProblem {
  return new EvaluationProblem(`\`${textOf(target)}\` is ${typeName(owner)}, which has no fields`, place);
}

/** What a field is asked of: a chain of fields is one path, so its inner parts are not noted by themselves. */
function compileOwner<H>(of: Node, context: Context<H>, compile: Compile): Code<H> {
  if (of.kind === 'field') return compileField(of, context, compile);
  return of.kind === 'name' ? compileName(of, context) : compile(of, context);
}

/** Notes the path `a.b.c` as used if it begins at a slot, and refuses a field known not to exist. */
export function notePath<H>(node: Node, context: Context<H>): void {
  const path = pathOf(node, context);
  if (path !== undefined) context.paths.add(path);
}

function pathOf<H>(node: Node, context: Context<H>): string | undefined {
  if (node.kind === 'name') return slotOf(node, context) === undefined ? undefined : node.name;
  if (node.kind !== 'field') return undefined;
  const owner = pathOf(node.of, context);
  if (owner === undefined) return undefined;
  const known = context.vocabulary.fields?.get(owner);
  if (known && !known.includes(node.field)) throw unknownField(node, owner, known, context);
  return `${owner}.${node.field}`;
}

function slotOf<H>(node: Node, { locals, vocabulary }: Context<H>): number | undefined {
  return node.kind === 'name' && !locals.has(node.name) ? vocabulary.slots.get(node.name) : undefined;
}

function unknownField<H>(
  { field, of, end }: NodeOf<'field'>,
  owner: string,
  known: readonly string[],
  { source }: Context<H>,
): ExpressionProblem {
  const suggestion = close(field, known);
  const has = known.length === 0 ? 'no fields' : listed(known);
  const message = `\`${owner}.${field}\`: ${owner} has ${has}.`;
  const start = source.slice(end - field.length, end) === field ? end - field.length : of.end;
  return new ExpressionProblem(withSuggestion(message, suggestion), start, end, suggestion);
}
