import { compileField, compileIndex, notePath } from './access.ts';
import { compileCall, compileMethod } from './calls.ts';
import { type Code, composed, constant } from './code.ts';
import type { Compile, Context } from './context.ts';
import { compileName } from './names.ts';
import { compileBinary, compileChoice, compileLogic, compileNegate, compileNot } from './operators.ts';
import type { Node, NodeOf } from './syntax.ts';

/** Turns any part of a tree into a closure; each kind of part is compiled by a file of its own. */
export const compile: Compile = (node, context) => {
  switch (node.kind) {
    case 'literal':
      return constant(node.value, { decimal: node.decimal });
    case 'name':
      notePath(node, context);
      return compileName(node, context);
    case 'field':
      notePath(node, context);
      return compileField(node, context, compile);
    case 'index':
      return compileIndex(node, context, compile);
    case 'call':
      return compileCall(node, context, compile);
    case 'method':
      return compileMethod(node, context, compile);
    case 'not':
      return compileNot(node, context, compile);
    case 'negate':
      return compileNegate(node, context, compile);
    case 'binary':
      return compileBinary(node, context, compile);
    case 'logic':
      return compileLogic(node, context, compile);
    case 'choice':
      return compileChoice(node, context, compile);
    case 'list':
      return compileList(node, context);
    case 'fields':
      return compileFields(node, context);
  }
};

function compileList<H>({ items }: NodeOf<'list'>, context: Context<H>): Code<H> {
  const parts = items.map((item: Node) => compile(item, context));
  return composed((slots, host) => parts.map((part) => part.run(slots, host)), parts);
}

function compileFields<H>({ entries }: NodeOf<'fields'>, context: Context<H>): Code<H> {
  const fields = entries.map(({ field, value }) => ({ field, code: compile(value, context) }));
  const parts = fields.map(({ code }) => code);
  // fromEntries makes own fields of any name, `__proto__` too.
  return composed(
    (slots, host) => Object.fromEntries(fields.map(({ field, code }) => [field, code.run(slots, host)])),
    parts,
  );
}
