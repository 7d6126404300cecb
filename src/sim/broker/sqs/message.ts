import type { Place } from '../../kernel/line.ts';
import type { Handle } from '../../kernel/simulation.ts';
import type { Micros } from '../../kernel/time.ts';

/** Values that filters can look at. A list is of data type `String.Array`. */
export type AttributeValue = string | number | boolean | null | readonly (string | number | boolean | null)[];

/** `MessageAttributes`: beside the body, at most ten. */
export type MessageAttributes = Readonly<Record<string, AttributeValue>>;

/** For whom a message's luck is drawn, and which of several tries it is. */
export interface MessageLuck {
  readonly key: number;
  readonly variant: number;
}

/** A message as the queue keeps it; its fields under the names of the API. */
export interface Message<B> {
  readonly MessageId: string;
  readonly body: B;
  /** Bytes of the body with its attributes. */
  readonly size: number;
  readonly attributes: MessageAttributes;
  readonly MessageGroupId: string | null;
  readonly MessageDeduplicationId: string | null;
  /** FIFO: its place in the order of all messages of its queue. */
  readonly SequenceNumber: number | null;
  readonly SentTimestamp: Micros;
  /** The queue it was moved from for having been received too often. */
  readonly DeadLetterQueueSourceArn: string | null;
  readonly luck: MessageLuck;
}

/** What SendMessage takes. */
export interface SendMessage<B> {
  readonly MessageBody: B;
  /** Bytes of the body with its attributes; at least 1. */
  readonly size: number;
  /** What content-based deduplication compares: stands for the SHA-256 of the body, without attributes. */
  readonly content?: string;
  readonly MessageAttributes?: MessageAttributes;
  /** 0 to 900; the queue's delay if absent. FIFO queues know the queue's only. */
  readonly DelaySeconds?: number;
  /** FIFO: the order it belongs to. Standard: the tenant, for fairness. */
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
  readonly luck?: MessageLuck;
}

/** What a sender is told. A duplicate gets the answer of the first. */
export interface Sent {
  readonly MessageId: string;
  readonly SequenceNumber: number | null;
}

/** What ReceiveMessage takes, all of it optional. */
export interface ReceiveMessage {
  /** 1 to 10. Default: 1. */
  readonly MaxNumberOfMessages?: number;
  /** 0 to 20; the queue's if absent. 0: short polling. */
  readonly WaitTimeSeconds?: number;
  /** 0 to 43200; the queue's if absent. */
  readonly VisibilityTimeout?: number;
  /** Whose draw says which servers are asked, and in which order. */
  readonly luck?: MessageLuck;
}

/** A message in a consumer's hands. */
export interface Received<B> {
  readonly message: Message<B>;
  /** What this receive is deleted or extended by. */
  readonly ReceiptHandle: string;
  readonly ApproximateReceiveCount: number;
  readonly ApproximateFirstReceiveTimestamp: Micros;
  /** Of the queue's copy, for whoever keeps a record. */
  readonly copy: number;
}

/** One copy of a message in one queue, as an observer may see it. */
export interface Copy<B> {
  /** Different from that of every other copy. */
  readonly number: number;
  readonly message: Message<B>;
  /** How often it was received: the first `ReceiveMessage` makes it 1. */
  readonly receives: number;
  /** Until when it is hidden, while it is in flight. */
  readonly hiddenUntil: Micros;
}

/** Where a copy is: hidden for its delay, to be had, in a consumer's hands, or no more. */
type State = 'delayed' | 'visible' | 'in flight' | 'gone';

/** A copy with what its queue knows of it. */
export class StoredCopy<B> implements Copy<B>, Place<StoredCopy<B>> {
  readonly number: number;
  readonly message: Message<B>;
  /** Its place: the order of arrival, unless it was put behind the others. */
  order: number;
  state: State = 'visible';
  receives = 0;
  /** How many servers had kept it before: each of its lives has luck of its own. */
  lives = 0;
  firstReceived: Micros = 0;
  lastReceived: Micros = 0;
  hiddenUntil: Micros = 0;
  /** What ends its delay or its time in flight. */
  hiding: Handle | null = null;
  /** What ends its life. */
  expiring: Handle | null = null;
  /** Its neighbours in its message group. */
  ahead: StoredCopy<B> | undefined = undefined;
  behind: StoredCopy<B> | undefined = undefined;

  constructor(number: number, message: Message<B>, order: number) {
    this.number = number;
    this.message = message;
    this.order = order;
  }
}
