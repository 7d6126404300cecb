import { outside, type QueueAttributes, RANGES } from './attributes.ts';
import type { ReceiveMessage, SendMessage } from './message.ts';
import { ATTRIBUTES, BATCH, BATCH_BYTES } from './quotas.ts';
import { type Refusal, refused } from './refusal.ts';

type No = { ok: false; refusal: Refusal };

const invalid = (name: string, why: string): No =>
  refused('InvalidParameterValue', `the value of ${name} is invalid: ${why}`);

/** What is wrong with a message for a queue of these attributes; undefined if nothing is. */
export function sendProblem(
  request: Pick<
    SendMessage<unknown>,
    'size' | 'MessageAttributes' | 'DelaySeconds' | 'MessageGroupId' | 'MessageDeduplicationId' | 'content'
  >,
  queue: QueueAttributes,
): No | undefined {
  const { size, DelaySeconds: delay, MessageGroupId, MessageDeduplicationId } = request;
  if (size < 1) return refused('MissingParameter', 'a message has a body');
  if (size > queue.MaximumMessageSize)
    return invalid('MessageBody', `${size} bytes are more than ${queue.MaximumMessageSize}`);
  if (Object.keys(request.MessageAttributes ?? {}).length > ATTRIBUTES)
    return invalid('MessageAttributes', `there are more than ${ATTRIBUTES}`);
  const late = delay === undefined ? undefined : outside('DelaySeconds', delay, RANGES.DelaySeconds);
  if (late !== undefined) return invalid('DelaySeconds', late);
  if (queue.FifoQueue) {
    if (MessageGroupId === undefined)
      return refused('MissingParameter', 'a FIFO queue needs a MessageGroupId');
    if (delay) return invalid('DelaySeconds', 'a FIFO queue delays all messages alike');
    if (MessageDeduplicationId === undefined && !queue.ContentBasedDeduplication)
      return invalid('MessageDeduplicationId', 'without ContentBasedDeduplication a FIFO queue needs one');
  } else if (MessageDeduplicationId !== undefined)
    return invalid('MessageDeduplicationId', 'only a FIFO queue knows it');
  return undefined;
}

/** What is wrong with a receive; undefined if nothing is. */
export function receiveProblem(request: ReceiveMessage): No | undefined {
  const { MaxNumberOfMessages = 1, WaitTimeSeconds = 0, VisibilityTimeout = 0 } = request;
  const wrong =
    outside('MaxNumberOfMessages', MaxNumberOfMessages, { default: 1, min: 1, max: BATCH }) ??
    outside('WaitTimeSeconds', WaitTimeSeconds, RANGES.ReceiveMessageWaitTimeSeconds) ??
    outside('VisibilityTimeout', VisibilityTimeout, RANGES.VisibilityTimeout);
  return wrong === undefined ? undefined : refused('InvalidParameterValue', wrong);
}

/** One request of a batch, under a name that its answer carries. */
export interface BatchEntry {
  readonly Id: string;
}

/** What is wrong with a batch as a whole; undefined if nothing is. */
export function batchProblem(entries: readonly BatchEntry[], bytes = 0): No | undefined {
  if (entries.length === 0) return refused('EmptyBatchRequest', 'a batch has at least one entry');
  if (entries.length > BATCH)
    return refused('TooManyEntriesInBatchRequest', `a batch has at most ${BATCH} entries`);
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    return refused('BatchEntryIdsNotDistinct', 'the ids of a batch differ from each other');
  if (bytes > BATCH_BYTES)
    return refused('BatchRequestTooLong', `${bytes} bytes in one batch are more than ${BATCH_BYTES}`);
  return undefined;
}
