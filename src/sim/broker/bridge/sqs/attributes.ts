import type { SqsQueue } from '../../../world/schema/brokers/sqs.ts';
import type { GivenAttributes } from '../../sqs/attributes.ts';

/** What a world says of a queue, as the API takes it. */
export function attributesOf(name: string, { RedrivePolicy, FifoQueue, ...rest }: SqsQueue): GivenAttributes {
  return {
    ...rest,
    FifoQueue: FifoQueue ?? name.endsWith('.fifo'),
    RedrivePolicy: RedrivePolicy
      ? { deadLetterTargetArn: RedrivePolicy.deadLetter, maxReceiveCount: RedrivePolicy.maxReceiveCount }
      : null,
  };
}
