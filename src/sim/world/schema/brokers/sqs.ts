import { z } from 'zod';
import { MAX_RECEIVE_COUNT, RANGES } from '../../../broker/sqs/attributes.ts';
import { distribution, share } from '../../quantities.ts';

/** A queue or a topic of the cloud: an id, which ends in `.fifo` where it keeps an order. */
export const cloudName = z
  .string()
  .regex(
    /^[a-z][A-Za-z0-9_-]*(\.fifo)?$/,
    'a name is a lower-case letter, then letters, digits and dashes; that of a FIFO queue or topic ends in .fifo',
  );

const whole = ({ default: usual, min, max }: (typeof RANGES)[keyof typeof RANGES]) =>
  z.int({ error: 'expected a whole number' }).min(min).max(max).default(usual);

/** A queue, with its attributes under the names of the API; what is not said is the API's default. */
const queue = z.strictObject({
  /** As the name says: it ends in `.fifo`, or does not. */
  FifoQueue: z.boolean().optional(),
  /** Seconds that a received message is hidden from others. */
  VisibilityTimeout: whole(RANGES.VisibilityTimeout),
  /** Seconds. */
  MessageRetentionPeriod: whole(RANGES.MessageRetentionPeriod),
  /** Seconds that a new message is hidden. */
  DelaySeconds: whole(RANGES.DelaySeconds),
  /** Seconds that a receive waits for a message; 0: short polling. */
  ReceiveMessageWaitTimeSeconds: whole(RANGES.ReceiveMessageWaitTimeSeconds),
  /** Bytes of a body with its attributes. */
  MaximumMessageSize: whole(RANGES.MaximumMessageSize),
  /** Where messages go that were received `maxReceiveCount` times: another queue of the same type. */
  RedrivePolicy: z
    .strictObject({
      deadLetter: cloudName,
      maxReceiveCount: z
        .int()
        .min(MAX_RECEIVE_COUNT.min)
        .max(MAX_RECEIVE_COUNT.max)
        .default(MAX_RECEIVE_COUNT.default),
    })
    .optional(),
  /** FIFO: equal bodies within five minutes count as one message. */
  ContentBasedDeduplication: z.boolean().default(false),
  DeduplicationScope: z.enum(['queue', 'messageGroup']).default('queue'),
  FifoThroughputLimit: z.enum(['perQueue', 'perMessageGroupId']).default('perQueue'),
});

/** Amazon SQS: queues that consumers poll. */
export const sqs = z.strictObject({
  queues: z.record(cloudName, queue).default({}),
  /** Receives from standard queues that a server did not hear of: it hands the message out once more. */
  duplicates: share.default(20),
  /** Deletes from standard queues that a server did not hear of: it hands the message out once more. */
  lostDeletes: share.default(20),
  /** From arrival of a send, delete or change to its answer. */
  send: distribution.default({ kind: 'lognormal', median: 10_000, sigma: 0.6918 }),
  /** From finding messages to the answer of a receive. */
  receive: distribution.default({ kind: 'lognormal', median: 15_000, sigma: 0.7196 }),
});

export type Sqs = z.output<typeof sqs>;
export type SqsQueue = Sqs['queues'][string];
