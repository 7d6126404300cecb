import type { Act, StepContext } from '../flow/act.ts';
import type { Formula } from '../flow/formula.ts';
import type { Frame } from '../flow/frame.ts';
import { success } from '../outcome.ts';
import type { Row } from '../run.ts';
import { samplerOf } from './database.ts';
import { within } from './make-write.ts';
import { Sorting } from './sorting.ts';
import { asResult, showRow, tableOf } from './table-access.ts';
import type { Transaction } from './transaction.ts';

interface QuerySettings {
  readonly query: string;
  readonly where: string | null;
  readonly orderBy: string | readonly string[] | null;
  readonly descending: boolean;
  readonly after: string | null;
  readonly offset: string | null;
  readonly limit: number | string;
}

/** Rows that one query gives at most. */
export const MOST_ROWS = 10_000;

type Found = readonly [key: string, row: Row];

/** Reads the rows of one table that meet a condition: all, or a page of them, by its number or from a row on. */
export function makeQuery(settings: QuerySettings, context: StepContext): Act {
  const { place, formulas, modifiers, salt } = context;
  const { table, database } = tableOf(settings.query, context);
  const compile = (field: 'where' | 'after' | 'offset'): Formula | null => {
    const source = settings[field];
    return source === null ? null : formulas.compile(source, `${place.text}.${field}`);
  };
  const where = compile('where');
  const after = compile('after');
  const offset = compile('offset');
  const { limit } = settings;
  const wanted = typeof limit === 'string' ? formulas.compile(limit, `${place.text}.limit`) : null;
  const sorting = sortingFor(settings, table.settings.key);
  const takes = samplerOf(modifiers.takes);

  /** Rows that meet the condition and come after the cursor, in order; without an order no more than `most`. */
  function search(frame: Frame, transaction: Transaction, most: number): readonly Found[] {
    const cursor = after?.value(frame) ?? null;
    const found: Found[] = [];
    for (const [key, row] of transaction.empty ? table.rows() : transaction.rows(table)) {
      if (!sorting && found.length === most) break;
      if (cursor !== null && !sorting?.isAfter(row, cursor)) continue;
      if (where) {
        showRow(frame, where, table, key, row);
        if (where.value(frame) !== true) continue;
      }
      found.push([key, row]);
    }
    return sorting ? found.sort(([, a], [, b]) => sorting.compare(a, b)) : found;
  }

  return {
    run: (frame) =>
      within(frame, database, place, salt, function* (inner, transaction) {
        const refused = yield* database.connect(transaction, inner, place, modifiers.pool ?? 'main');
        if (refused) return refused;
        const since = inner.now;
        const broken = yield* database.statement(transaction, inner, place, takes, salt);
        if (broken) return broken;
        const begin = offset ? rowsOf(offset, inner) : 0;
        const end = begin + (wanted ? Math.min(rowsOf(wanted, inner), MOST_ROWS) : Number(limit));
        const found = search(inner, transaction, end);
        const rows = found.slice(begin, end).map(([key, row]) => asResult(inner, table, key, row));
        if (begin === 0) return success({ rows });
        const skipped = Math.min(begin, found.length);
        const late = yield* database.skip(transaction, inner, place, skipped, since);
        return late ?? success({ rows });
      }),
  };
}

/** The order that is asked for: by the table's key where a cursor or a direction needs one and no column is named. */
function sortingFor({ orderBy, descending, after }: QuerySettings, key: string): Sorting | null {
  if (orderBy !== null) return new Sorting(typeof orderBy === 'string' ? [orderBy] : orderBy, descending);
  return after !== null || descending ? new Sorting([key], descending) : null;
}

/** A number of rows: what is no number, or less than none, is none. */
function rowsOf(formula: Formula, frame: Frame): number {
  const value = formula.value(frame);
  return typeof value === 'number' && value > 0 ? Math.floor(value) : 0;
}
