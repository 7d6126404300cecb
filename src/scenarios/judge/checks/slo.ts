import type { z } from 'zod';
import { duration, rate, share } from '../../../sim/world/quantities.ts';
import { place } from '../../../sim/world/schema/common.ts';
import { SAMPLED } from '../samples.ts';
import { judgeSlo, type SloSettings } from '../slo.ts';
import { defineCheck } from './check.ts';

const limit = duration.nullable().default(null);

const fields = {
  /** A client, an operation (requests), or a consumer (from publish to handled). */
  slo: place,
  /** At least this share of what was wanted came to a good end. */
  success: share.nullable().default(null),
  /** At most this long, for the good ends; the nearest-rank percentile. */
  p50: limit,
  p90: limit,
  p95: limit,
  p99: limit,
  /** At least so many good ends per second. */
  rate: rate.nullable().default(null),
  /** Each goal is to be met in every window of this length. */
  per: duration.nullable().default(null),
} satisfies Record<string, z.ZodType>;

/** How many, how fast, how often: what was promised to those who use a client, an operation or a consumer. */
export const slo = defineCheck({
  summary: 'A share of successes, times that are kept, or a rate, over the run or in each window of it',
  fields,
  target: SAMPLED,
  judge: (view, settings) => judgeSlo(view, settings satisfies SloSettings),
});
