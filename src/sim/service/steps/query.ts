import { z } from 'zod';
import { makeQuery } from '../../database/make-read.ts';
import { expression, tablePlace } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** Reads the rows of one table that meet a condition: `.rows`. */
export const query = defineStep({
  summary: 'Reads the rows of a table that meet a condition',
  fields: {
    query: tablePlace,
    where: expression.nullable().default(null),
    limit: z.int().min(1).max(10_000).default(1_000),
  },
  compile(settings, context) {
    return makeQuery(settings, context);
  },
});
