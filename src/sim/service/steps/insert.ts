import { makeWrite } from '../../database/make-write.ts';
import { expression, fields, tablePlace } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** Adds a row; a second one with its key or unique values is refused. */
export const insert = defineStep({
  summary: 'Adds a row; a second one with its key or unique values is refused',
  fields: {
    insert: tablePlace,
    key: expression.nullable().default(null),
    set: fields.nullable().default(null),
  },
  tellsFacts: true,
  compile(settings, context) {
    return makeWrite('insert', { table: settings.insert, ...settings }, context);
  },
});
