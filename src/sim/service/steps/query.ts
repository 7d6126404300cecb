import { z } from 'zod';
import { MOST_ROWS, makeQuery } from '../../database/make-query.ts';
import { expression, tablePlace } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

const column = z.string().min(1);

/** Reads the rows of one table that meet a condition, or a page of them: `.rows`. */
export const query = defineStep({
  summary: 'Reads the rows of a table that meet a condition',
  fields: {
    query: tablePlace,
    where: expression.nullable().default(null),
    /** A column, or several; null: the order of insertion, or the table's key where `after` or `descending` needs one. */
    orderBy: z
      .union([column, z.array(column).min(1).max(4)])
      .nullable()
      .default(null),
    descending: z.boolean().default(false),
    /** A cursor: only rows that come after this value of `orderBy`, or a list with one for each column; null: from the first. */
    after: expression.nullable().default(null),
    /** Rows to skip, each of which costs the database's `skip`. */
    offset: expression.nullable().default(null),
    /** Rows at most, or an expression for it, such as `request.first`; never more than 10,000. */
    limit: z.union([z.int().min(1).max(MOST_ROWS), z.string()]).default(1_000),
  },
  compile(settings, context) {
    return makeQuery(settings, context);
  },
});
