import type { SnsTopic } from '../../../world/schema/brokers/sns.ts';
import { nameIn } from '../../message-broker.ts';
import type { TopicAttributes } from '../../sns/service.ts';
import type { SubscriptionAttributes } from '../../sns/subscription.ts';

/** What a world says of a topic, as the API takes it. */
export const topicAttributes = (name: string, { ContentBasedDeduplication }: SnsTopic): TopicAttributes => ({
  FifoTopic: name.endsWith('.fifo'),
  ContentBasedDeduplication,
});

/** Its subscriptions, as the API takes them, by name. */
export const subscriptionsOf = ({ subscriptions }: SnsTopic): [string, SubscriptionAttributes][] =>
  Object.entries(subscriptions).map(
    ([name, { Endpoint, FilterPolicy, FilterPolicyScope, RedrivePolicy }]) => [
      name,
      {
        Protocol: 'sqs',
        Endpoint: nameIn(Endpoint),
        FilterPolicyScope,
        ...(FilterPolicy && { FilterPolicy }),
        ...(RedrivePolicy && { RedrivePolicy: { deadLetterTargetArn: RedrivePolicy.deadLetter } }),
      },
    ],
  );
