import { mix, type Stream } from '../../kernel/luck.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Clock } from '../sqs/clock.ts';
import { type DeliveryPolicy, limitOf, type Protocol, policyOf, retryDelay } from './delivery-policy.ts';
import { type FilterPolicy, passes } from './filter-policy.ts';
import type { Notification, Reception, SubscriptionName } from './message.ts';
import type { SnsObserver } from './observer.ts';

/** A subscription's attributes under the names of the API. */
export interface SubscriptionAttributes {
  readonly Protocol: Protocol;
  /** A queue's name, or whatever the carrier of deliveries understands. */
  readonly Endpoint: string;
  /** Default: all messages. */
  readonly FilterPolicy?: FilterPolicy;
  /** Default: `MessageAttributes`. */
  readonly FilterPolicyScope?: 'MessageAttributes' | 'MessageBody';
  /** The body as it was published, with its attributes, instead of a JSON envelope around both. Default: false. */
  readonly RawMessageDelivery?: boolean;
  /** HTTP/S only; what is absent has its default. */
  readonly DeliveryPolicy?: Partial<DeliveryPolicy>;
  /** Where messages go that cannot be delivered. Default: nowhere. */
  readonly RedrivePolicy?: { readonly deadLetterTargetArn: string };
}

/** One attempt to deliver. */
export interface Delivery<B> {
  readonly to: SubscriptionName;
  readonly attributes: SubscriptionAttributes;
  readonly message: Notification<B>;
  /** From 1. */
  readonly attempt: number;
}

/** What a subscription needs of the service around it. */
export interface SubscriptionHost<B> {
  readonly clock: Clock;
  readonly observer: SnsObserver<B>;
  readonly jitter: Stream;
  /** Carries a message to an endpoint. `done` is called once. */
  deliver(delivery: Delivery<B>, done: (reception: Reception) => void): void;
  /** Puts a message into a dead-letter queue; false if there is none of that name. */
  bury(queue: string, delivery: Delivery<B>): boolean;
}

/** Retries come up to this part of their delay earlier or later. The service applies jitter, and does not say how much. */
const JITTER = 0.25;

/** One endpoint's share of a topic: what it wants, and how it gets it. */
export class Subscription<B> {
  readonly name: SubscriptionName;
  attributes: SubscriptionAttributes;
  readonly #host: SubscriptionHost<B>;
  /** FIFO topics: what waits behind a message of its group that is on its way. */
  readonly #behind = new Map<string, Notification<B>[]>();

  constructor(host: SubscriptionHost<B>, name: SubscriptionName, attributes: SubscriptionAttributes) {
    this.#host = host;
    this.name = name;
    this.attributes = attributes;
  }

  /** Delivers a message if it passes the filter; in a FIFO topic once those of its group before it are done with. */
  take(message: Notification<B>): void {
    const { FilterPolicy, FilterPolicyScope } = this.attributes;
    const data = FilterPolicyScope === 'MessageBody' ? message.fields : message.attributes;
    if (FilterPolicy && !passes(FilterPolicy, data)) {
      this.#host.observer.filtered?.(this.name, message);
      return;
    }
    if (message.SequenceNumber === null) {
      this.#attempt(message, 1, () => {});
      return;
    }
    const group = message.MessageGroupId ?? ''; // a FIFO topic takes no message without one
    const behind = this.#behind.get(group);
    if (behind) behind.push(message);
    else {
      this.#behind.set(group, []);
      this.#inOrder(group, message);
    }
  }

  #inOrder(group: string, message: Notification<B>): void {
    this.#attempt(message, 1, () => {
      const next = this.#behind.get(group)?.shift();
      if (next) this.#inOrder(group, next);
      else this.#behind.delete(group);
    });
  }

  #attempt(message: Notification<B>, attempt: number, over: () => void): void {
    const { attributes, name: to } = this;
    const { observer } = this.#host;
    const delivery: Delivery<B> = { to, attributes, message, attempt };
    this.#host.deliver(delivery, (reception) => {
      if (reception === 'delivered') {
        observer.delivered?.(to, message, attempt);
        over();
        return;
      }
      const delay = reception === 'server error' ? this.#delay(message, attempt) : null;
      if (delay === null) {
        this.#giveUp(delivery);
        over();
        return;
      }
      observer.failed?.(to, message, attempt, delay);
      this.#host.clock.after(delay, () => this.#attempt(message, attempt + 1, over));
    });
  }

  /** Until the next attempt; null if there is none. */
  #delay({ luck, Timestamp }: Notification<B>, attempt: number): Micros | null {
    const { Protocol, DeliveryPolicy = null } = this.attributes;
    const delay = retryDelay(policyOf(Protocol, DeliveryPolicy), attempt);
    if (delay === null) return null;
    const draw = this.#host.jitter.uniform(luck.key, mix(luck.variant, attempt));
    const jittered = Math.round(delay * (1 + JITTER * (2 * draw - 1)));
    const { now } = this.#host.clock;
    return now + jittered - Timestamp > limitOf(Protocol) ? null : jittered;
  }

  #giveUp(delivery: Delivery<B>): void {
    const { observer } = this.#host;
    const queue = this.attributes.RedrivePolicy?.deadLetterTargetArn;
    if (queue !== undefined && this.#host.bury(queue, delivery))
      observer.deadLettered?.(this.name, delivery.message, queue);
    else observer.dropped?.(this.name, delivery.message);
  }
}
