import type { Message } from './message.ts';
import type { Close } from './refusal.ts';

/** A message on its way to a consumer. */
export interface Delivery {
  /** Its delivery tag, from 1 on each channel. */
  readonly tag: number;
  readonly redelivered: boolean;
  /** `x-delivery-count`, of quorum queues only. */
  readonly deliveryCount: number;
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
