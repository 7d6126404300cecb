import type { Message, Reason } from './message.ts';
import type { Close } from './refusal.ts';

/** A message on its way to a consumer. */
export interface Delivery {
  /** Its delivery tag, from 1 on each channel. */
  readonly tag: number;
  readonly redelivered: boolean;
  /** `x-delivery-count`, of quorum queues only. */
  readonly deliveryCount: number;
  /** How often it was handed out before: `x-acquired-count` of quorum queues on the newer line. */
  readonly acquiredCount: number;
  readonly queue: string;
  readonly message: Message;
}

/** A message that was mandatory and that no queue took. */
interface Returned {
  readonly replyCode: number;
  readonly replyText: string;
  readonly message: Message;
}

/** What a channel's client is told. It may use the channel from here: that is done once the broker is at rest. */
export interface ChannelSink {
  deliver(consumer: string, delivery: Delivery): void;
  returned?(returned: Returned): void;
  /** `publish` counts the channel's publishes since it asked for confirms, from 1. */
  confirmed?(publish: number, accepted: boolean): void;
  /** The server has cancelled a consumer. */
  cancelled?(consumer: string): void;
  /** The server has closed the channel. */
  closed?(close: Close): void;
}

/** What a connection's client is told. */
export interface ConnectionSink {
  /** The server has closed the connection and all its channels. */
  closed?(close: Close): void;
  /** Publishers have to wait: an alarm is on. */
  blocked?(): void;
  unblocked?(): void;
}

/** What happens inside the broker, for whoever keeps a record of it. It may look, but not touch. */
export interface BrokerObserver {
  /** A queue has taken a message in. */
  enqueued?(queue: string, message: Message): void;
  /** A queue has turned a message away: it is full. */
  refused?(queue: string, message: Message): void;
  /** A message came back to its queue; `failures` counts, on quorum queues. */
  requeued?(queue: string, message: Message, failures: number): void;
  /** A message has died in a queue; `reached` names those it was dead-lettered to, and without any it is gone. */
  died?(queue: string, message: Message, reason: Reason, reached: readonly string[]): void;
  /** A restart has lost a message that was not persistent. */
  lost?(queue: string, message: Message): void;
  /** A queue was deleted, with so many messages waiting in it. */
  deleted?(queue: string, messages: number): void;
}
