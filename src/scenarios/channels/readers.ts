import type { Consumer } from '../../sim/world/schema/service.ts';
import type { World } from '../../sim/world/schema/world.ts';

/** A consumer of a queue or a topic, as its world has it. */
export interface ChannelReader {
  readonly service: string;
  /** `shipping.labels`. */
  readonly name: string;
  /** The consumer group; of a queue it means nothing. */
  readonly group: string;
  readonly settings: Consumer;
}

/** The consumers that take messages from a channel. */
export const readersOf = ({ services, externals }: World, channel: string): ChannelReader[] =>
  Object.entries({ ...services, ...externals }).flatMap(([service, { consumers }]) =>
    Object.entries(consumers)
      .filter(([, { from }]) => [from].flat().includes(channel))
      .map(([id, settings]) => ({
        service,
        name: `${service}.${id}`,
        group: settings.group ?? service,
        settings,
      })),
  );

/** The consumer groups that read a topic. */
export const groupsReading = (world: World, topic: string): string[] => [
  ...new Set(readersOf(world, topic).map(({ group }) => group)),
];
