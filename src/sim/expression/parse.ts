import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { LIMITS } from './limits.ts';
import { ExpressionProblem } from './problem.ts';
import { explain } from './reword.ts';
import type { Node } from './syntax.ts';
import { LARGEST } from './value.ts';

const grammar = new Environment({ limits: { maxDepth: LIMITS.depth, maxAstNodes: LIMITS.text * 4 } });

/** Reads the text of an expression into a tree, or throws an {@link ExpressionProblem} in plain words. */
export function parseExpression(source: string): Node {
  if (source.length > LIMITS.text) {
    const message = `This expression has ${source.length} characters; the limit is ${LIMITS.text}. Split it into steps.`;
    throw new ExpressionProblem(message, LIMITS.text, source.length);
  }
  return read(parsed(source));
}

function parsed(source: string): ASTNode {
  try {
    return grammar.parse(source).ast;
  } catch (error) {
    if (error instanceof ParseError) throw explain(error, source);
    throw error;
  }
}

function read(ast: ASTNode): Node {
  const { start, end } = ast;
  switch (ast.op) {
    case 'value':
      return literal(ast.args, start, end);
    case 'id':
      return { kind: 'name', name: ast.args, start, end };
    case '.':
      return { kind: 'field', of: read(ast.args[0]), field: ast.args[1], start, end };
    case '[]':
      return indexed(read(ast.args[0]), read(ast.args[1]), start, end);
    case 'call':
      return { kind: 'call', name: ast.args[0], args: ast.args[1].map(read), start, end };
    case 'rcall': {
      const [name, of, args] = ast.args;
      return { kind: 'method', name, of: read(of), args: args.map(read), start, end };
    }
    case '!_':
      return { kind: 'not', of: read(ast.args), start, end };
    case '-_':
      return { kind: 'negate', of: read(ast.args), start, end };
    case '?:': {
      const [when, yes, no] = ast.args;
      return { kind: 'choice', when: read(when), yes: read(yes), no: read(no), start, end };
    }
    case '&&':
    case '||':
      return { kind: 'logic', sign: ast.op, left: read(ast.args[0]), right: read(ast.args[1]), start, end };
    case 'list':
      return { kind: 'list', items: ast.args.map(read), start, end };
    case 'map':
      return { kind: 'fields', entries: ast.args.map(([name, value]) => entry(name, value)), start, end };
    case '.?':
    case '[?]':
      throw new ExpressionProblem('There is no optional access here: ask with has(…).', start, end);
    default:
      return { kind: 'binary', sign: ast.op, left: read(ast.args[0]), right: read(ast.args[1]), start, end };
  }
}

/** `a['b']` is `a.b`: the only way to write a field whose name is not a plain word. */
function indexed(of: Node, by: Node, start: number, end: number): Node {
  if (by.kind === 'literal' && typeof by.value === 'string')
    return { kind: 'field', of, field: by.value, start, end };
  return { kind: 'index', of, by, start, end };
}

function literal(value: unknown, start: number, end: number): Node {
  if (typeof value === 'bigint') return number(Number(value), false, start, end);
  if (typeof value === 'number') return number(value, true, start, end);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) {
    return { kind: 'literal', value, decimal: false, start, end };
  }
  const message =
    value instanceof Uint8Array
      ? 'Bytes are not part of this language: leave out the `b` before the quote.'
      : 'Unsigned numbers are not part of this language: leave out the `u`.';
  throw new ExpressionProblem(message, start, end);
}

function number(value: number, decimal: boolean, start: number, end: number): Node {
  if (value <= LARGEST) return { kind: 'literal', value, decimal, start, end };
  throw new ExpressionProblem(`This number is too large: the limit is 2^53 - 1 (${LARGEST}).`, start, end);
}

function entry(name: ASTNode, value: ASTNode): { field: string; value: Node } {
  const { kind, ...rest } = read(name);
  if (kind === 'literal' && 'value' in rest && typeof rest.value === 'string') {
    return { field: rest.value, value: read(value) };
  }
  const message = "The name of a field is text in quotes: { 'order': request.order }.";
  throw new ExpressionProblem(message, name.start, name.end);
}
