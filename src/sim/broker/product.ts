import type { System } from '../system.ts';
import type { World } from '../world/schema/world.ts';
import type { BrokerChannels } from './channels.ts';
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
export interface BrokerProduct extends BrokerChannels {
  problems(world: World): Iterable<BrokerProblem>;
  /** Null where the world has no such broker. */
  create(system: System): MessageBroker | null;
}

/** A refusal as a sentence begins. */
export const asSentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
