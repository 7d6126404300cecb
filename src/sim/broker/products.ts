import type { World } from '../world/schema/world.ts';
import { kafkaProduct } from './bridge/kafka/product.ts';
import { rabbitmqProduct } from './bridge/rabbitmq/product.ts';
import { snsProduct } from './bridge/sns/product.ts';
import { sqsProduct } from './bridge/sqs/product.ts';
import { nameIn, productOf } from './message-broker.ts';
import type { BrokerProduct } from './product.ts';

/** All brokers that a world may have. */
export const PRODUCTS: readonly BrokerProduct[] = [rabbitmqProduct, kafkaProduct, sqsProduct, snsProduct];

/** Channels of a world that can be published to: `rabbitmq/orders`. */
export const channelsOf = (world: World): string[] =>
  PRODUCTS.flatMap(({ name, channels }) => channels(world).map((channel) => `${name}/${channel}`));

/** Channels of a world that consumers can take messages from. */
export const sourcesOf = (world: World): string[] =>
  PRODUCTS.flatMap(({ name, sources }) => sources(world).map((source) => `${name}/${source}`));

/** The sources that a message published to a channel may end up in. */
export function sourcesBehind(world: World, channel: string): string[] {
  const product = PRODUCTS.find(({ name }) => name === productOf(channel));
  // A topic's messages end up in another product's queues, which it names in full.
  const full = (source: string) => (source.includes('/') ? source : `${product?.name}/${source}`);
  return product?.behind(world, nameIn(channel)).map(full) ?? [];
}

/** The sources that take what dies in a source, by the broker's settings. */
export function deadLettersOf(world: World, source: string): string[] {
  const product = PRODUCTS.find(({ name }) => name === productOf(source));
  return product?.deadLetters(world, nameIn(source)).map((each) => `${product.name}/${each}`) ?? [];
}

/** A source with the channels that feed it. */
export function channelsAround(world: World, source: string): string[] {
  const feeding = channelsOf(world).filter((channel) => sourcesBehind(world, channel).includes(source));
  return [...new Set([source, ...feeding])];
}
