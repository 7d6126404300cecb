import type { Copy, Message, SendMessage } from './message.ts';
import type { Refusal } from './refusal.ts';

/** Why a received message can be received again: its time ran out, or its consumer set it to 0. */
export type Return = 'visibility timeout' | 'released';

/** When a server that holds a copy could not be reached: the message comes a second time. */
export type Stray = 'receive' | 'delete';

/** What happens inside the service, for whoever keeps a record of it. It may look, but not touch. */
export interface SqsObserver<B> {
  /** A queue has taken a message in. */
  sent?(queue: string, copy: Copy<B>): void;
  /** Accepted, answered like the first one, and not enqueued. */
  deduplicated?(queue: string, request: SendMessage<B>, first: Message<B>): void;
  received?(queue: string, copy: Copy<B>): void;
  /** ChangeMessageVisibility has set a new end of the time in flight. */
  extended?(queue: string, copy: Copy<B>): void;
  returned?(queue: string, copy: Copy<B>, why: Return): void;
  deleted?(queue: string, copy: Copy<B>): void;
  /** A delete by an old receipt handle: it succeeded, and the message stays. */
  deleteIgnored?(queue: string, copy: Copy<B>): void;
  /** A second copy has come to light. */
  strayed?(queue: string, copy: Copy<B>, original: Copy<B>, why: Stray): void;
  /** Received too often: `to` has it now, as `moved`. */
  deadLettered?(queue: string, copy: Copy<B>, to: string, moved: Copy<B>): void;
  /** A move task has brought it back, as `moved`. */
  redriven?(queue: string, copy: Copy<B>, to: string, moved: Copy<B>): void;
  /** It was kept as long as the retention period says. */
  expired?(queue: string, copy: Copy<B>): void;
  purged?(queue: string, copies: number): void;
  refused?(queue: string, action: string, refusal: Refusal): void;
}
