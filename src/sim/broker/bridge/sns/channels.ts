import type { World } from '../../../world/schema/world.ts';
import type { BrokerChannels } from '../../channels.ts';

/** Topics with their settings. */
export const topicsOf = ({ brokers }: World) => Object.entries(brokers.sns?.topics ?? {});

/** Topics of a world, whose messages end up in the queues that are subscribed. */
export const snsChannels: BrokerChannels = {
  name: 'sns',
  channels: (world) => topicsOf(world).map(([name]) => name),
  sources: () => [],
  behind: ({ brokers }, channel) =>
    Object.values(brokers.sns?.topics[channel]?.subscriptions ?? {}).flatMap(({ Endpoint, RedrivePolicy }) =>
      RedrivePolicy ? [Endpoint, `sqs/${RedrivePolicy.deadLetter}`] : [Endpoint],
    ),
  deadLetters: () => [],
  parts: (world) => topicsOf(world).length,
};
