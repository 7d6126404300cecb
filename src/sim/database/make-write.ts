import type { Act, StepContext } from '../flow/act.ts';
import type { Frame } from '../flow/frame.ts';
import type { Process } from '../kernel/process.ts';
import { type Failed, failed, type Outcome, success } from '../outcome.ts';
import type { Name } from '../recorder.ts';
import type { Row } from '../run.ts';
import type { Fields } from '../world/schema/common.ts';
import { samplerOf } from './database.ts';
import { keyOf, showRow, tableOf } from './table-access.ts';
import type { Transaction } from './transaction.ts';

type Verb = 'insert' | 'update' | 'upsert' | 'delete';

interface WriteSettings {
  readonly table: string;
  readonly key: string | null;
  readonly set?: Fields | null;
  readonly if?: string | null;
}

/** The four writing verbs: SQL's, each a transaction of its own unless it stands in one. */
export function makeWrite(verb: Verb, settings: WriteSettings, context: StepContext): Act {
  const { system, place, formulas, modifiers, salt, effect } = context;
  const { table, database } = tableOf(settings.table, context);
  const key = settings.key === null ? null : formulas.compile(settings.key, `${place.text}.key`);
  const condition = settings.if == null ? null : formulas.compile(settings.if, `${place.text}.if`);
  const shape = settings.set == null ? null : formulas.shape(settings.set, `${place.text}.set`);
  const parts =
    settings.set != null && typeof settings.set === 'object'
      ? Object.entries(settings.set).map(
          ([field, source]) => [field, formulas.compile(source, `${place.text}.set.${field}`)] as const,
        )
      : null;
  const takes = samplerOf(modifiers.takes);

  function refuse(frame: Frame, reason: string, status: number): Failed {
    frame.cause = system.log.note(
      'refused',
      place,
      frame.subject,
      frame.cause,
      frame.span,
      0,
      reason,
      table.recorded,
    );
    return failed(reason, status);
  }

  /** The row to be written; undefined where there is nothing to do. */
  function next(frame: Frame, rowKey: string, before: Row | undefined): Row | Failed | null | undefined {
    if (verb === 'delete') return before ? null : undefined;
    if (verb === 'insert' && before) return refuse(frame, 'duplicate', 409);
    if (verb === 'update' && !before) return refuse(frame, 'not-found', 404);
    if (condition && before) {
      showRow(frame, condition, table, rowKey, before);
      if (condition.value(frame) !== true)
        return verb === 'update' ? refuse(frame, 'conflict', 409) : undefined;
    }
    const base: Row = before ?? { [table.settings.key]: rowKey };
    let values: Row = frame.request.body;
    if (parts) {
      const row: Record<string, Row[string]> = {};
      for (const [field, formula] of parts) {
        showRow(frame, formula, table, rowKey, base);
        row[field] = formula.value(frame);
      }
      values = row;
    } else if (shape) values = shape(frame);
    return { ...base, ...stored(values), version: ((before?.version as number | undefined) ?? 0) + 1 };
  }

  function* write(frame: Frame, transaction: Transaction): Process<Outcome> {
    const refused = yield* database.connect(transaction, frame, place, modifiers.pool ?? 'main');
    if (refused) return refused;
    const rowKey = keyOf(table, key, frame) ?? table.nextKey();
    const since = frame.now;
    const locked = yield* database.lock(transaction, frame, place, `${table.name}/${rowKey}`);
    if (locked === 'deadlock') return refuse(frame, locked, 503);
    if (locked !== 'granted') return locked;
    const broken = yield* database.statement(transaction, frame, place, takes, salt, since);
    if (broken) return broken;

    const row = next(frame, rowKey, transaction.see(table, rowKey));
    if (row === undefined) return success({ found: false, done: false });
    if (row !== null && 'failure' in row) return row as Failed;
    if (row !== null) {
      for (const unique of table.uniqueLocks(row as Row)) {
        const alone = yield* database.lock(transaction, frame, place, `${table.name}!${unique}`);
        if (alone === 'deadlock') return refuse(frame, alone, 503);
        if (alone !== 'granted') return alone;
      }
      if (table.clash(rowKey, row as Row) !== undefined) return refuse(frame, 'duplicate', 409);
    }
    transaction.write(table, rowKey, row as Row | null);
    transaction.also(effect);
    return success({ ...((row ?? {}) as Row), found: true, done: true });
  }

  return { run: (frame) => within(frame, database, place, salt, write) };
}

/** A row without what only results of steps carry. */
function stored(values: Row): Row {
  if (!('found' in values) && !('ok' in values)) return values;
  const {
    found: _found,
    done: _done,
    age: _age,
    ok: _ok,
    degraded: _degraded,
    ...row
  } = values as Record<string, Row[string]>;
  return row;
}

/** Runs one database step in the flow's transaction, or in one of its own that commits at once. */
export function* within(
  frame: Frame,
  database: ReturnType<typeof tableOf>['database'],
  step: Name,
  salt: number,
  body: (frame: Frame, transaction: Transaction) => Process<Outcome>,
): Process<Outcome> {
  if (frame.transaction && frame.transaction.database === database)
    return yield* body(frame, frame.transaction);
  const transaction = database.begin();
  try {
    const outcome = yield* body(frame, transaction);
    if (!outcome.ok) return outcome;
    if (!transaction.empty) {
      const lost = yield* database.committed(transaction, frame, step, salt);
      if (lost) return lost;
      if (frame.guard?.claim() === false) return failed('duplicate', 409);
      transaction.commit(frame);
    }
    return outcome;
  } finally {
    transaction.rollback();
  }
}
