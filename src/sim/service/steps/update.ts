import { makeWrite } from '../../database/make-write.ts';
import { expression, fields, tablePlace } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** Changes a row that exists, if a condition on it holds. */
export const update = defineStep({
  summary: 'Changes a row that exists, if a condition on it holds',
  fields: {
    update: tablePlace,
    key: expression.nullable().default(null),
    set: fields.nullable().default(null),
    if: expression.nullable().default(null),
  },
  tellsFacts: true,
  compile(settings, context) {
    return makeWrite('update', { table: settings.update, ...settings }, context);
  },
});
