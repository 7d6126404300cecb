import type { Micros } from '../../../kernel/time.ts';
import type { World } from '../../../world/schema/world.ts';
import { nameIn, productOf } from '../../message-broker.ts';

/** The channel in which a queue's messages wait before retry number `attempt`, from 1. */
export const retryQueue = (queue: string, attempt: number): string => `rabbitmq/${queue}.retry-${attempt}`;

/** A queue without consumers, in which messages grow old until they go back to where they came from. */
export interface RetryQueue {
  readonly name: string;
  readonly back: string;
  readonly delay: Micros;
}

/**
 * The queues that consumers need to have failed messages delivered again later: one for each delay, since messages
 * leave a queue only at its head (RabbitMQ, "Time-To-Live").
 */
export function retryQueues({ services, externals }: World): RetryQueue[] {
  const found = new Map<string, RetryQueue>();
  for (const { consumers } of [...Object.values(services), ...Object.values(externals)])
    for (const { from, retry } of Object.values(consumers)) {
      if (!retry || !('delays' in retry)) continue;
      for (const channel of [from].flat()) {
        if (productOf(channel) !== 'rabbitmq') continue;
        const back = nameIn(channel);
        for (const [at, delay] of retry.delays.entries()) {
          const name = nameIn(retryQueue(back, at + 1));
          found.set(name, { name, back, delay });
        }
      }
    }
  return [...found.values()];
}
