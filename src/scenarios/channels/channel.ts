import { sourcesOf } from '../../sim/broker/channels.ts';
import { productOf } from '../../sim/broker/message-broker.ts';
import type { Micros } from '../../sim/kernel/time.ts';
import type { Run } from '../../sim/run.ts';
import { type QueueView, queueAt } from './queue.ts';
import { type TopicView, topicAt } from './topic.ts';

/** A queue or a topic at a moment, as an operator's tools would show it. */
export type ChannelView = QueueView | TopicView;

/** A channel as it was once a record had happened, at a time; null where the world has none of that name. */
export function channelAt(run: Run, channel: string, record: number, at: Micros): ChannelView | null {
  if (!sourcesOf(run.world).includes(channel)) return null;
  return productOf(channel) === 'kafka'
    ? topicAt(run, channel, record, at)
    : queueAt(run, channel, record, at);
}
