import { makeLock } from '../../database/make-lock.ts';
import { duration } from '../../world/quantities.ts';
import { expression, id } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** Takes a named lock with a lease; `.token` is the fencing token, higher for each holder. */
export const lock = defineStep({
  summary: 'Takes a lock with a lease; its token rises with each holder',
  fields: {
    lock: id,
    key: expression.nullable().default(null),
    lease: duration.default(30_000_000),
    upTo: duration.default(0),
  },
  compile(settings, context) {
    return makeLock(settings, context);
  },
});
