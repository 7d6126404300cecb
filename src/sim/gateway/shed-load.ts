import { SHED } from '../outcome.ts';
import type { Operation } from '../world/schema/operation.ts';
import type { Stage } from './stage.ts';

/** Refuses the less urgent while much is in progress, so that the more urgent find room. */
export function shedLoad(priority: Operation['priority'], limit: number): Stage {
  return ({ inside }) =>
    inside < limit
      ? null
      : { outcome: SHED, why: `${inside} requests are in progress, too many for ${priority} priority` };
}
