import { formatMicros, type Micros } from '../kernel/time.ts';
import { failed } from '../outcome.ts';
import type { Route } from '../world/schema/gateway.ts';
import type { Stage } from './stage.ts';

const GONE = failed('gone', 410);

/** A route that has ended answers 410 (RFC 8594 announces the time, and leaves open what happens then). */
export function endsAt(sunset: Micros): Stage {
  const refusal = { outcome: GONE, why: `it ended at ${formatMicros(sunset)}` };
  return ({ now }) => (now >= sunset ? refusal : null);
}

/** Whether answers say at a time that a route should not be used any more (`Deprecation`, RFC 9745). */
export const isDeprecated = ({ deprecation }: Route, now: Micros): boolean =>
  deprecation !== null && now >= deprecation;
