import { z } from 'zod';
import { makeRead } from '../../database/make-read.ts';
import { duration } from '../../world/quantities.ts';
import { expression, tablePlace } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** Reads one row; `.found`, `.version` and `.age` tell about it. A missing row is no failure. */
export const read = defineStep({
  summary: 'Reads one row',
  fields: {
    read: tablePlace,
    key: expression.nullable().default(null),
    from: z.literal('replica').nullable().default(null),
    atLeast: expression.nullable().default(null),
    upTo: duration.default(0),
    lock: z.boolean().default(false),
  },
  compile(settings, context) {
    return makeRead(settings, context);
  },
});
