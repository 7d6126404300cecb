import { duration } from '../../../sim/world/quantities.ts';
import { id, place } from '../../../sim/world/schema/common.ts';
import { judgeRecovery } from '../recovery.ts';
import { SAMPLED } from '../samples.ts';
import { defineCheck } from './check.ts';

/** Success comes back after a fault, in time, and stays. */
export const recovers = defineCheck({
  summary: 'Success is back at 99 % in time after a fault, and it stays',
  fields: {
    /** A client, operation or consumer. */
    recovers: place,
    /** The fault after whose end the time is counted. */
    after: id,
    within: duration,
  },
  target: SAMPLED,
  judge: (view, settings) => judgeRecovery(view, settings),
});
