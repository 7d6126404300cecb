import { z } from 'zod';
import { duration } from '../quantities.ts';
import { expression } from './common.ts';

/** Where a message is while its consumer holds it: acknowledged and in memory, or still the broker's. */
const hold = z.enum(['memory', 'broker']);

/**
 * EIP "Aggregator": several messages become one request. Settings are those of Apache Camel's aggregate, with its
 * defaults.
 */
export const aggregate = z.strictObject({
  /** What belongs together, such as `request.order`. */
  correlation: expression,
  /** So many are complete: a number, or an expression over the newest of them. Null: no number is. */
  completionSize: z
    .union([z.int().min(1).max(10_000), expression])
    .nullable()
    .default(null),
  /** When nothing has been added for so long, what there is goes on. Null: never. */
  completionTimeout: duration.nullable().default(null),
  /** What the timeout ends is dropped rather than handed on. */
  discardOnCompletionTimeout: z.boolean().default(false),
  /** `memory`, as Camel's default repository: a crash takes what is held. */
  hold: hold.default('memory'),
});

/**
 * EIP "Resequencer": messages are handed on in their order, one after the other. Settings are those of Apache Camel's
 * stream resequencer, with its defaults; `by` is ours.
 */
export const resequence = z.strictObject({
  /** The number of a message in its sequence. */
  sequence: expression,
  /** Whose sequence it is, such as `request.order`. Null: there is one. */
  by: expression.nullable().default(null),
  /** The number with which each sequence begins. */
  first: z.int().default(1),
  /** A gap is waited for so long, then gone over. */
  timeout: duration.default(1_000_000),
  /** What comes after its successor is refused rather than handed on late. */
  rejectOld: z.boolean().default(false),
  hold: hold.default('broker'),
});

export type Aggregate = z.output<typeof aggregate>;
export type Resequence = z.output<typeof resequence>;
