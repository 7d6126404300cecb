import { duration } from '../../../sim/world/quantities.ts';
import { expression, id } from '../../../sim/world/schema/common.ts';
import { judgeEvery } from '../every-entity.ts';
import { judgeWholeRun } from '../whole-run.ts';
import { defineCheck } from './check.ts';

/** Says what must be true of each entity, or of the whole run: always, at the end, or within a time. */
export const invariant = defineCheck({
  summary:
    'What must be true of `every` entity, or of the whole run: always (`must`), in time (`within`), at the end (`finally`)',
  fields: {
    /** The sort of entity of which each one is held against the expressions; null: they are about the whole run. */
    every: id.nullable().default(null),
    /** Only where this is true. */
    if: expression.nullable().default(null),
    /** True after every fact of the entity, and at the end; for the whole run, at every full second. */
    must: expression.nullable().default(null),
    /** True when the run has ended. */
    finally: expression.nullable().default(null),
    /** `must` may be false, where `if` is true, for so long at a time. */
    within: duration.nullable().default(null),
  },
  *judge(view, settings) {
    if (settings.every === null) return yield* judgeWholeRun(view, settings);
    return yield* judgeEvery(view, settings.every, settings);
  },
});
