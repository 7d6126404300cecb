import type { World } from '../../../world/schema/world.ts';
import type { BrokerChannels } from '../../channels.ts';

/** Queues with their settings. */
export const queuesOf = ({ brokers }: World) => Object.entries(brokers.sqs?.queues ?? {});

/** Queues of a world, each fed under its own name. */
export const sqsChannels: BrokerChannels = {
  name: 'sqs',
  channels: (world) => queuesOf(world).map(([name]) => name),
  sources: (world) => queuesOf(world).map(([name]) => name),
  behind: (_world, channel) => [channel],
  deadLetters({ brokers }, source) {
    const target = brokers.sqs?.queues[source]?.RedrivePolicy?.deadLetter;
    return target === undefined ? [] : [target];
  },
  parts: (world) => queuesOf(world).length,
};
