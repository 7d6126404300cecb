import type { World } from '../../../world/schema/world.ts';
import type { BrokerChannels } from '../../channels.ts';

const topicsOf = ({ brokers }: World): string[] => Object.keys(brokers.kafka?.topics ?? {});

/** Topics of a world: each is published to and consumed from under its own name. */
export const kafkaChannels: BrokerChannels = {
  name: 'kafka',
  channels: topicsOf,
  sources: topicsOf,
  behind: (_world, channel) => [channel],
  deadLetters: () => [],
  parts: (world) => topicsOf(world).length,
};
