import { makeWrite } from '../../database/make-write.ts';
import { expression, fields, tablePlace } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** Adds a row or changes it; a failed condition leaves it as it is. */
export const upsert = defineStep({
  summary: 'Adds a row or changes it; a failed condition leaves it as it is',
  fields: {
    upsert: tablePlace,
    key: expression.nullable().default(null),
    set: fields.nullable().default(null),
    if: expression.nullable().default(null),
  },
  tellsFacts: true,
  compile(settings, context) {
    return makeWrite('upsert', { table: settings.upsert, ...settings }, context);
  },
});
