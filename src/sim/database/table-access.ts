import type { Value } from '../expression/value.ts';
import type { StepContext } from '../flow/act.ts';
import type { Formula } from '../flow/formula.ts';
import type { Frame } from '../flow/frame.ts';
import { SLOT } from '../flow/slots.ts';
import type { Row } from '../run.ts';
import type { Database } from './database.ts';
import type { Table } from './table.ts';

/** The table that a step names, and the database that holds it: one's own, or another service's. */
export function tableOf(
  place: string,
  context: StepContext,
): { readonly table: Table; readonly database: Database } {
  const [owner, name] = place.includes('/')
    ? (place.split('.db/') as [string, string])
    : [context.owner, place];
  const database = context.system.databaseOf(owner);
  const table = database?.table(name);
  if (!database || !table) throw new Error(`${context.place.text}: there is no table ${place}`);
  database.pools.usedBy(context.owner, context.modifiers.pool ?? 'main');
  return { table, database };
}

/** The key of the row that a step is about: what it says, else the request's field of the table's key's name. */
export function keyOf(table: Table, formula: Formula | null, frame: Frame): string | undefined {
  const value = formula ? formula.value(frame) : frame.request.body[table.settings.key];
  return value === undefined || value === null ? undefined : String(value);
}

/** Lets an expression see a row; `row.age` only where it is asked for. */
export function showRow(frame: Frame, formula: Formula, table: Table, key: string, row: Row): void {
  frame.slots[SLOT.row] = formula.reads('row.age') ? { ...row, age: frame.now - table.updatedAt(key) } : row;
}

/** A row as a step's result. */
export function asResult(frame: Frame, table: Table, key: string, row: Row | undefined): Value {
  if (!row) return { found: false, version: 0 };
  return { ...row, found: true, age: frame.now - table.updatedAt(key) };
}
