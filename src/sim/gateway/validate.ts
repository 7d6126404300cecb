import { failed } from '../outcome.ts';
import type { Route } from '../world/schema/gateway.ts';
import type { Stage } from './stage.ts';

const MALFORMED = failed('malformed', 400);

/** Refuses requests that lack a field, or have something else in it than belongs there, before anybody works for them. */
export function validate(fields: NonNullable<Route['validate']>): Stage {
  const wanted = Object.entries(fields);
  return ({ request: { body } }) => {
    for (const [field, type] of wanted) {
      const value = body[field] ?? null;
      if (value === null) return { outcome: MALFORMED, why: `it has no ${field}` };
      if (type !== 'any' && typeof value !== type)
        return { outcome: MALFORMED, why: `its ${field} is no ${type}` };
    }
    return null;
  };
}
