import { z } from 'zod';
import { expression, id } from './common.ts';

/** Business facts and the fields they carry beside `amount` and `qty`. */
export const factMap = z
  .record(id, z.record(z.string(), expression))
  .meta({ description: 'facts to record: a name, or { name: { field: CEL } }' });
