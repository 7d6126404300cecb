import { hours, type Micros, minutes, seconds } from '../../kernel/time.ts';

// Quotas of the service (Amazon SQS Developer Guide, "Quotas"); none of them is a setting of a queue.

/** Entries of one batch, and messages of one receive. */
export const BATCH = 10;

/** Bytes of all messages of one batch together. */
export const BATCH_BYTES = 1_048_576;

/** Attributes of one message. */
export const ATTRIBUTES = 10;

/** Messages that were received and neither deleted nor given back yet, of one queue. */
export const IN_FLIGHT = 120_000;

/** How long a repeated deduplication id is recognised. */
export const DEDUPLICATION_INTERVAL: Micros = minutes(5);

/** How long one receive can hide a message, with all its extensions. */
export const LONGEST_VISIBILITY: Micros = hours(12);

/** Calls of one action in a second on a FIFO queue, whatever the size of their batches. */
export const FIFO_CALLS = 300;

/** Messages in a second that a redrive moves at most. */
export const FASTEST_MOVE = 500;

/** Between two purges of one queue. */
export const PURGE_INTERVAL: Micros = seconds(60);

/** Receives after which a standard queue puts what comes back behind all others ("ApproximateAgeOfOldestMessage"). */
export const RECEIVES_IN_PLACE = 3;
