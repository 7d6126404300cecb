import { makeUnlock } from '../../database/make-lock.ts';
import { expression, id } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** Gives a lock back before the flow ends. */
export const unlock = defineStep({
  summary: 'Gives a lock back',
  fields: { unlock: id, key: expression.nullable().default(null) },
  compile(settings, context) {
    return makeUnlock(settings, context);
  },
});
