import type { Luck, Stream } from '../../kernel/luck.ts';
import type { Clock } from '../sqs/clock.ts';
import { Deduplication } from '../sqs/deduplication.ts';
import { DONE, done, type Result, refused } from '../sqs/refusal.ts';
import type { Notification, Publish, Reception } from './message.ts';
import type { SnsObserver } from './observer.ts';
import {
  type Delivery,
  Subscription,
  type SubscriptionAttributes,
  type SubscriptionHost,
} from './subscription.ts';

/** A topic's attributes under the names of the API. */
export interface TopicAttributes {
  /** Set once; its name then ends in `.fifo`. */
  readonly FifoTopic?: boolean;
  /** FIFO: equal bodies count as equal deduplication ids. */
  readonly ContentBasedDeduplication?: boolean;
}

/** What a publisher is told. */
export interface Published {
  readonly MessageId: string;
  readonly SequenceNumber: number | null;
}

/** Who carries what the service sends. */
export type Carrier<B> = Pick<SubscriptionHost<B>, 'deliver' | 'bury'>;

interface Topic<B> {
  readonly name: string;
  readonly fifo: boolean;
  readonly byContent: boolean;
  readonly subscriptions: Map<string, Subscription<B>>;
  readonly deduplication: Deduplication<{
    readonly MessageId: string;
    readonly SequenceNumber: number | null;
  }>;
  sequence: number;
}

/** Bytes of a message with its attributes, at most. */
const LARGEST = 262_144;

/**
 * A notification service like Amazon SNS: it pushes a copy of each message to every subscription that wants it.
 *
 * It keeps nothing: what an endpoint does not take, after all retries, is gone or in a dead-letter queue.
 */
export class SnsService<B> implements SubscriptionHost<B> {
  readonly clock: Clock;
  readonly observer: SnsObserver<B>;
  readonly jitter: Stream;
  readonly #carrier: Carrier<B>;
  readonly #topics = new Map<string, Topic<B>>();
  #messages = 0;

  constructor(clock: Clock, luck: Luck, carrier: Carrier<B>, observer: SnsObserver<B> = {}) {
    this.clock = clock;
    this.observer = observer;
    this.jitter = luck.stream('sns/jitter');
    this.#carrier = carrier;
  }

  createTopic(name: string, attributes: TopicAttributes = {}): Result<void> {
    const { FifoTopic: fifo = false, ContentBasedDeduplication: byContent = false } = attributes;
    if (fifo !== name.endsWith('.fifo'))
      return refused('InvalidParameterValue', 'the name of a FIFO topic, and of no other, ends in .fifo');
    if (byContent && !fifo)
      return refused('InvalidParameterValue', 'only a FIFO topic knows ContentBasedDeduplication');
    this.#topics.set(name, {
      name,
      fifo,
      byContent,
      subscriptions: new Map(),
      deduplication: new Deduplication(),
      sequence: 0,
    });
    return DONE;
  }

  has(topic: string): boolean {
    return this.#topics.has(topic);
  }

  /** Adds a subscription, or gives one other attributes. */
  subscribe(topic: string, subscription: string, attributes: SubscriptionAttributes): Result<void> {
    const known = this.#topics.get(topic);
    if (!known) return noTopic(topic);
    const { Protocol, Endpoint } = attributes;
    if (!known.fifo && Protocol === 'sqs' && Endpoint.endsWith('.fifo'))
      return refused('InvalidParameterValue', 'a standard topic does not deliver to FIFO queues');
    if (known.fifo && Protocol !== 'sqs')
      return refused('InvalidParameterValue', 'a FIFO topic delivers to queues only');
    const present = known.subscriptions.get(subscription);
    if (present) present.attributes = attributes;
    else known.subscriptions.set(subscription, new Subscription(this, { topic, subscription }, attributes));
    return DONE;
  }

  unsubscribe(topic: string, subscription: string): void {
    this.#topics.get(topic)?.subscriptions.delete(subscription);
  }

  /** Takes a message and begins to deliver it. */
  publish(topic: string, request: Publish<B>): Result<Published> {
    const known = this.#topics.get(topic);
    if (!known) return noTopic(topic);
    const { MessageGroupId = null, content = '' } = request;
    if (request.size < 1 || request.size > LARGEST)
      return refused('InvalidParameterValue', `a message has 1 to ${LARGEST} bytes`);
    if (!known.fifo && request.MessageDeduplicationId !== undefined)
      return refused('InvalidParameterValue', 'only a FIFO topic knows MessageDeduplicationId');
    if (known.fifo && MessageGroupId === null)
      return refused('InvalidParameterValue', 'a FIFO topic needs a MessageGroupId');
    if (known.fifo && request.MessageDeduplicationId === undefined && !known.byContent)
      return refused('InvalidParameterValue', 'without ContentBasedDeduplication a FIFO topic needs an id');
    const id = known.fifo ? (request.MessageDeduplicationId ?? `sha256:${content}`) : null;
    const first = id === null ? undefined : known.deduplication.first(id, this.clock.now);
    if (first) {
      this.observer.deduplicated?.(topic, first.MessageId);
      return done(first);
    }
    const message: Notification<B> = {
      topic,
      MessageId: `n-${++this.#messages}`,
      Timestamp: this.clock.now,
      body: request.Message,
      size: request.size,
      content,
      attributes: request.MessageAttributes ?? {},
      fields: request.fields ?? {},
      MessageGroupId,
      MessageDeduplicationId: id,
      SequenceNumber: known.fifo ? ++known.sequence : null,
      luck: request.luck ?? { key: 0, variant: 0 },
    };
    const { MessageId, SequenceNumber } = message;
    if (id !== null) known.deduplication.accepted(id, { MessageId, SequenceNumber }, this.clock.now);
    this.observer.published?.(message);
    for (const subscription of known.subscriptions.values()) subscription.take(message);
    return done({ MessageId, SequenceNumber });
  }

  deliver(delivery: Delivery<B>, received: (reception: Reception) => void): void {
    this.#carrier.deliver(delivery, received);
  }

  bury(queue: string, delivery: Delivery<B>): boolean {
    return this.#carrier.bury(queue, delivery);
  }
}

const noTopic = (name: string) => refused('ResourceNotFoundException', `there is no topic ${name}`);
