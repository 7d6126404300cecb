import { done, type Result, refused } from './refusal.ts';

/** Where messages go that were received too often. */
interface RedrivePolicy {
  /** Name of a queue of the same type. */
  readonly deadLetterTargetArn: string;
  /** 1 to 1000. A message that was received so often moves instead of being received again. */
  readonly maxReceiveCount: number;
}

/** Which queues may use this one as their dead-letter queue. */
type RedriveAllowPolicy =
  | { readonly redrivePermission: 'allowAll' | 'denyAll' }
  | { readonly redrivePermission: 'byQueue'; readonly sourceQueueArns: readonly string[] };

/** A queue's attributes under the names of the API. Durations are whole seconds. */
export interface QueueAttributes {
  /** Set once, when the queue is created; its name then ends in `.fifo`. */
  readonly FifoQueue: boolean;
  /** How long a received message is hidden from others. */
  readonly VisibilityTimeout: number;
  readonly MessageRetentionPeriod: number;
  /** How long a new message stays hidden. */
  readonly DelaySeconds: number;
  /** How long a receive without a wait time of its own waits; 0: short polling. */
  readonly ReceiveMessageWaitTimeSeconds: number;
  /** Bytes of a body with its attributes. */
  readonly MaximumMessageSize: number;
  readonly RedrivePolicy: RedrivePolicy | null;
  readonly RedriveAllowPolicy: RedriveAllowPolicy;
  /** FIFO: equal bodies count as equal deduplication ids. */
  readonly ContentBasedDeduplication: boolean;
  /** FIFO: where a deduplication id must be unique. */
  readonly DeduplicationScope: 'queue' | 'messageGroup';
  /** FIFO: whether calls are counted for the queue or for each message group ("high throughput"). */
  readonly FifoThroughputLimit: 'perQueue' | 'perMessageGroupId';
}

/** Attributes as they are given: what is absent has its default. */
export type GivenAttributes = Partial<QueueAttributes>;

interface Range {
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** Defaults and ranges of the attributes that are numbers (Amazon SQS API Reference, SetQueueAttributes). */
export const RANGES = {
  VisibilityTimeout: { default: 30, min: 0, max: 43_200 },
  MessageRetentionPeriod: { default: 345_600, min: 60, max: 1_209_600 },
  DelaySeconds: { default: 0, min: 0, max: 900 },
  ReceiveMessageWaitTimeSeconds: { default: 0, min: 0, max: 20 },
  MaximumMessageSize: { default: 1_048_576, min: 1_024, max: 1_048_576 },
} as const satisfies Record<string, Range>;

/** The range of `RedrivePolicy.maxReceiveCount`. */
export const MAX_RECEIVE_COUNT = { default: 10, min: 1, max: 1_000 } as const satisfies Range;

const within = (value: number, { min, max }: Range): boolean =>
  Number.isInteger(value) && value >= min && value <= max;

/** The refusal of a number outside its range; undefined if it may be. */
export function outside(name: string, value: number, range: Range): string | undefined {
  if (within(value, range)) return undefined;
  return `${name} must be a whole number from ${range.min} to ${range.max}, not ${value}`;
}

/** Completes attributes with their defaults, or says what is wrong with them. */
export function queueAttributes(queue: string, given: GivenAttributes): Result<QueueAttributes> {
  const all: QueueAttributes = {
    FifoQueue: false,
    VisibilityTimeout: RANGES.VisibilityTimeout.default,
    MessageRetentionPeriod: RANGES.MessageRetentionPeriod.default,
    DelaySeconds: RANGES.DelaySeconds.default,
    ReceiveMessageWaitTimeSeconds: RANGES.ReceiveMessageWaitTimeSeconds.default,
    MaximumMessageSize: RANGES.MaximumMessageSize.default,
    RedrivePolicy: null,
    RedriveAllowPolicy: { redrivePermission: 'allowAll' },
    ContentBasedDeduplication: false,
    DeduplicationScope: 'queue',
    FifoThroughputLimit: 'perQueue',
    ...given,
  };
  const wrong = firstProblem(queue, all);
  return wrong === undefined ? done(all) : refused('InvalidAttributeValue', wrong);
}

function firstProblem(queue: string, all: QueueAttributes): string | undefined {
  for (const [name, range] of Object.entries(RANGES)) {
    const wrong = outside(name, all[name as keyof typeof RANGES], range); // the table has no other names
    if (wrong !== undefined) return wrong;
  }
  if (all.RedrivePolicy) {
    const { maxReceiveCount } = all.RedrivePolicy;
    const wrong = outside('maxReceiveCount', maxReceiveCount, MAX_RECEIVE_COUNT);
    if (wrong !== undefined) return wrong;
  }
  if (all.FifoQueue !== queue.endsWith('.fifo'))
    return all.FifoQueue ? 'the name of a FIFO queue ends in .fifo' : 'only a FIFO queue ends in .fifo';
  if (!all.FifoQueue && all.ContentBasedDeduplication)
    return 'only a FIFO queue knows ContentBasedDeduplication';
  if (!all.FifoQueue && all.DeduplicationScope !== 'queue')
    return 'only a FIFO queue knows DeduplicationScope';
  if (!all.FifoQueue && all.FifoThroughputLimit !== 'perQueue')
    return 'only a FIFO queue knows FifoThroughputLimit';
  if (all.FifoThroughputLimit === 'perMessageGroupId' && all.DeduplicationScope !== 'messageGroup')
    return 'FifoThroughputLimit perMessageGroupId needs DeduplicationScope messageGroup';
  return undefined;
}
