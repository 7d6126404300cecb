import type { World } from '../world/schema/world.ts';
import { kafkaChannels } from './bridge/kafka/channels.ts';
import { rabbitmqChannels } from './bridge/rabbitmq/channels.ts';
import { snsChannels } from './bridge/sns/channels.ts';
import { sqsChannels } from './bridge/sqs/channels.ts';
import { nameIn, productOf } from './message-broker.ts';

/** What a product's part of a world says by itself, before anything is brought to life: who asks this loads no broker. */
export interface BrokerChannels {
  /** The key below `brokers`, and the first part of its channels. */
  readonly name: keyof World['brokers'] & string;
  /** Channels, without the product's name, that can be published to. */
  channels(world: World): readonly string[];
  /** Channels that can be consumed from. */
  sources(world: World): readonly string[];
  /** The sources that a message published to a channel may end up in. */
  behind(world: World, channel: string): readonly string[];
  /** The sources to which the broker sends what dies in a source. */
  deadLetters(world: World, source: string): readonly string[];
  /** Moving parts that a team has to look after. */
  parts(world: World): number;
}

/** The channels of all brokers that a world may have. */
export const BROKERS: readonly BrokerChannels[] = [rabbitmqChannels, kafkaChannels, sqsChannels, snsChannels];

/** Channels of a world that can be published to: `rabbitmq/orders`. */
export const channelsOf = (world: World): string[] =>
  BROKERS.flatMap(({ name, channels }) => channels(world).map((channel) => `${name}/${channel}`));

/** Channels of a world that consumers can take messages from. */
export const sourcesOf = (world: World): string[] =>
  BROKERS.flatMap(({ name, sources }) => sources(world).map((source) => `${name}/${source}`));

/** The sources that a message published to a channel may end up in. */
export function sourcesBehind(world: World, channel: string): string[] {
  const broker = BROKERS.find(({ name }) => name === productOf(channel));
  // A topic's messages end up in another product's queues, which it names in full.
  const full = (source: string) => (source.includes('/') ? source : `${broker?.name}/${source}`);
  return broker?.behind(world, nameIn(channel)).map(full) ?? [];
}

/** The sources that take what dies in a source, by the broker's settings. */
export function deadLettersOf(world: World, source: string): string[] {
  const broker = BROKERS.find(({ name }) => name === productOf(source));
  return broker?.deadLetters(world, nameIn(source)).map((each) => `${broker.name}/${each}`) ?? [];
}

/** A source with the channels that feed it. */
export function channelsAround(world: World, source: string): string[] {
  const feeding = channelsOf(world).filter((channel) => sourcesBehind(world, channel).includes(source));
  return [...new Set([source, ...feeding])];
}
