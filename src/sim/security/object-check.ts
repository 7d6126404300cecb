import { compileExpression, EvaluationProblem } from '../expression/expression.ts';
import type { Flow } from '../flow/compile.ts';
import type { Frame } from '../flow/frame.ts';
import type { Node } from '../flow/modify.ts';
import { failed } from '../outcome.ts';
import type { System } from '../system.ts';
import { userOf } from './token.ts';

const SLOTS = new Map([
  ['request', 0],
  ['token', 1],
  ['row', 2],
]);
const FORBIDDEN = failed('authz', 403);

/** Verbs that name one row by its key. */
const ROW_VERBS = ['read', 'update', 'upsert', 'delete'];

/** The first step of a flow that takes one row of a table of its own; undefined where none does. */
export function objectStep(
  steps: Flow['steps'],
): { readonly table: string; readonly key: string | null } | undefined {
  for (const { verb, fields } of Object.values(steps)) {
    const table = String(fields[verb]);
    if (ROW_VERBS.includes(verb) && !table.includes('/'))
      return { table, key: (fields.key as string | null) ?? null };
  }
  return undefined;
}

/**
 * Asks, before an operation does anything, whether who asks may touch this very object: the check whose absence OWASP
 * lists first, broken object level authorization. What is looked at is the row that the operation begins with, so it
 * costs no statement of its own.
 */
export function checkedObject(source: string, flow: Flow, owner: string, system: System, inner: Node): Node {
  const may = compileExpression<Frame>(source, { slots: SLOTS, functions: new Map() });
  const step = objectStep(flow.steps);
  const table = step && system.databaseOf(owner)?.table(step.table);
  const own =
    step?.key === null || step === undefined
      ? null
      : flow.formulas.compile(step.key, `${flow.place.text}.object`);
  return function* checked(frame) {
    if (!table) return yield* inner(frame);
    const { body, credentials } = frame.request;
    const key = own ? own.value(frame) : body[table.settings.key];
    const row = table.committed(String(key));
    if (!row) return yield* inner(frame); // nothing there: the operation says so itself
    const token = { sub: userOf(credentials), scope: [...(credentials.token?.scope ?? [])] };
    let allowed: boolean;
    try {
      allowed = may.evaluate([body, token, row], frame) === true;
    } catch (error) {
      if (!(error instanceof EvaluationProblem)) throw error;
      system.blame(flow.place.text, error);
      return failed('expression', 500);
    }
    if (allowed) return yield* inner(frame);
    const why = `${token.sub} has no right to ${key}`;
    const { subject, cause, span, host } = frame;
    frame.cause = system.log.note('denied', flow.place, subject, cause, span, 403, why, host.name);
    return FORBIDDEN;
  };
}
