import { Confirm } from './confirm.ts';
import type { Connection } from './connection.ts';
import type { ChannelSink } from './events.ts';
import { checkShort } from './names.ts';
import { checkSize, messageOf, type Publish } from './publishing.ts';
import type { Queue, QueueUser } from './queue.ts';
import { called, Refusal } from './refusal.ts';

/** The publishing half of a channel: routes messages, returns what nobody takes, tells confirms. */
export class Publisher {
  readonly #connection: Connection;
  readonly #channel: QueueUser;
  readonly #sink: ChannelSink;
  /** Publishes since confirms were asked for; null: they were not. */
  #published: number | null = null;

  constructor(connection: Connection, channel: QueueUser, sink: ChannelSink) {
    this.#connection = connection;
    this.#channel = channel;
    this.#sink = sink;
  }

  confirmSelect(): void {
    this.#published ??= 0;
  }

  /** The queues that have been given the message, or have refused it. */
  publish(publish: Publish): readonly Queue[] {
    const { rules, topology } = this.#connection.broker;
    checkShort('routing key', publish.routingKey);
    checkSize(publish, rules.maxMessageSize);
    const exchange = topology.exchanges.find(publish.exchange ?? '');
    if (exchange.internal)
      throw new Refusal('ACCESS_REFUSED', `cannot publish to internal ${called('exchange', exchange.name)}`);
    const message = messageOf(publish);
    const queues = topology.route(exchange, message);
    if (queues.length === 0 && publish.mandatory)
      this.#sink.returned?.({ replyCode: 312, replyText: 'NO_ROUTE', message });
    const confirm = this.#confirm(queues.length);
    for (const queue of queues) queue.publish(message, confirm, this.#channel);
    return queues;
  }

  #confirm(queues: number): Confirm | null {
    if (this.#published === null) return null;
    const publish = ++this.#published;
    return new Confirm(queues, (accepted) => this.#sink.confirmed?.(publish, accepted));
  }
}
