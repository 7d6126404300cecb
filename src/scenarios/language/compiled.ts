import {
  compileExpression,
  type ExpressionFunction,
  ExpressionProblem,
} from '../../sim/expression/expression.ts';

/** Names that are only there in certain fields, and what to say elsewhere. */
export const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['row', '`row` is the row that is written or tested: it is there in `if`, `set` and `where` only'],
  ['each', '`each` is the element of a `forEach`, and this step has none'],
  [
    'parent',
    '`parent` is the object that a field of a GraphQL answer belongs to: it is there in `resolve` only',
  ],
  ['args', '`args` are the arguments of a field of a GraphQL query: they are there in `resolve` only'],
]);

type Compiled = ReturnType<typeof compileExpression> | ExpressionProblem;

export type Functions = ReadonlyMap<string, ExpressionFunction<never>>;

/** What an expression may name. */
export interface Scope {
  readonly names: readonly string[];
  readonly functions: Functions;
  /** Fields that `request` is known to have; undefined: any. */
  readonly request?: readonly string[] | undefined;
}

const memory = new WeakMap<Functions, Map<string, Compiled>>();

/** Expressions that are remembered for one set of functions. */
const MOST = 5_000;

/** An expression, or what is wrong with it. Options share most of their expressions, so results are remembered. */
export function compiled(source: string, { names, functions, request }: Scope): Compiled {
  const known = memory.get(functions) ?? new Map<string, Compiled>();
  memory.set(functions, known);
  const key = JSON.stringify([source, names, request ?? null]);
  const found = known.get(key);
  if (found) return found;
  if (known.size >= MOST) known.clear();
  const made = compile(source, names, functions, request);
  known.set(key, made);
  return made;
}

function compile(
  source: string,
  names: readonly string[],
  functions: Functions,
  request: readonly string[] | undefined,
): Compiled {
  try {
    const slots = new Map(names.map((name, slot) => [name, slot]));
    const fields = new Map(request ? [['request', request]] : []);
    return compileExpression(source, { slots, functions, fields, elsewhere: ELSEWHERE });
  } catch (error) {
    if (error instanceof ExpressionProblem) return error;
    throw error;
  }
}
