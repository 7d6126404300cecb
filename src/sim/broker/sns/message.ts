import type { Micros } from '../../kernel/time.ts';
import type { MessageAttributes, MessageLuck } from '../sqs/message.ts';

/** A subscription by topic and name. */
export interface SubscriptionName {
  readonly topic: string;
  readonly subscription: string;
}

/** What Publish takes. */
export interface Publish<B> {
  readonly Message: B;
  /** Bytes of the body with its attributes; at least 1. */
  readonly size: number;
  /** What content-based deduplication compares: stands for the SHA-256 of the body. */
  readonly content?: string;
  readonly MessageAttributes?: MessageAttributes;
  /** The body's fields, for filters that look into it. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** FIFO: the order it belongs to. */
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
  readonly luck?: MessageLuck;
}

/** A published message. */
export interface Notification<B> {
  readonly topic: string;
  readonly MessageId: string;
  readonly Timestamp: Micros;
  readonly body: B;
  readonly size: number;
  readonly content: string;
  readonly attributes: MessageAttributes;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly MessageGroupId: string | null;
  readonly MessageDeduplicationId: string | null;
  readonly SequenceNumber: number | null;
  readonly luck: MessageLuck;
}

/** What an endpoint said: a client error is the subscriber's own fault and is not tried again. */
export type Reception = 'delivered' | 'client error' | 'server error';
