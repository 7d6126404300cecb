import type { System } from '../system.ts';
import type { World } from '../world/schema/world.ts';
import type { MessageBroker } from './message-broker.ts';

/** Something in a world that a product would refuse. */
export interface BrokerProblem {
  /** Keys below `brokers`. */
  readonly path: readonly string[];
  /** The product's own words. */
  readonly message: string;
  /** What a setting names that is nowhere, and what there is. */
  readonly missing?: { readonly what: string; readonly name: string; readonly known: readonly string[] };
}

/** A kind of broker: what its part of a world means, and how it is brought to life. */
export interface BrokerProduct {
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
  problems(world: World): Iterable<BrokerProblem>;
  /** Null where the world has no such broker. */
  create(system: System): MessageBroker | null;
}

/** A refusal as a sentence begins. */
export const asSentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
