import { z } from 'zod';
import { duration } from '../quantities.ts';
import { expression } from './common.ts';

/** How answers are kept in memory, as HTTP's Cache-Control names it (RFC 9111, RFC 5861). */
export const cacheSettings = z.strictObject({
  'max-age': duration,
  coalesce: z.boolean().default(false),
  'stale-while-revalidate': duration.default(0),
  'stale-if-error': duration.default(0),
  /** What answers are told apart by; null: by the request. */
  key: expression.nullable().default(null),
  in: z.literal('memory').default('memory'),
});

export type CacheSettings = z.output<typeof cacheSettings>;
