import type { End } from '../net/network.ts';
import type { Outcome } from '../outcome.ts';
import type { System } from '../system.ts';
import type { World } from '../world/schema/world.ts';
import type { RabbitMQ } from './bridge/rabbitmq/rabbitmq.ts';
import { type MessageBroker, productOf } from './message-broker.ts';
import { PRODUCTS } from './products.ts';

/** What handling a poisoned message comes to. */
export interface Poison {
  readonly outcome: Outcome;
  /** It takes the process with it. */
  readonly crash: boolean;
  /** Who consumes from here cannot handle it, and others can; null: nobody can. */
  readonly channel: string | null;
  /** Tells the record that it has struck, and returns that record. */
  strike(cause: number): number;
}

/** The brokers of a running world. */
export class Brokers {
  readonly #system: System;
  readonly #byProduct = new Map<string, MessageBroker>();
  readonly #ends = new Map<string, End>();
  /** Messages that cannot be handled, by their ids: what a fault made of them. */
  readonly poisoned = new Map<number, Poison>();

  constructor(system: System) {
    this.#system = system;
  }

  /** Brings the brokers into being that the world has and the system has not, and hands the others their settings. */
  apply(world: World): void {
    for (const broker of this.#byProduct.values()) broker.apply(world);
    for (const { name, create } of PRODUCTS) {
      if (this.#byProduct.has(name)) continue;
      const broker = create(this.#system);
      if (broker) this.#byProduct.set(name, broker);
    }
  }

  all(): Iterable<MessageBroker> {
    return this.#byProduct.values();
  }

  get(product: string): MessageBroker | undefined {
    return this.#byProduct.get(product);
  }

  /** For what only RabbitMQ has. */
  get rabbitmq(): RabbitMQ | undefined {
    return this.#byProduct.get('rabbitmq') as RabbitMQ | undefined; // its product makes no other
  }

  /** The broker of a channel such as `rabbitmq/labels`. */
  of(channel: string): MessageBroker {
    const found = this.#byProduct.get(productOf(channel));
    if (!found) throw new Error(`there is no broker for ${channel}`);
    return found;
  }

  /** Where a product stands in the network. */
  end(product: string): End {
    const known = this.#ends.get(product);
    if (known) return known;
    const end: End = { owner: product, zone: null };
    this.#ends.set(product, end);
    return end;
  }
}
