import { makeWrite } from '../../database/make-write.ts';
import { expression, tablePlace } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** Removes a row; none is fine. */
export const remove = defineStep({
  summary: 'Removes a row; none is fine',
  fields: { delete: tablePlace, key: expression.nullable().default(null) },
  tellsFacts: true,
  compile(settings, context) {
    return makeWrite('delete', { table: settings.delete, ...settings }, context);
  },
});
