import type { MessageLuck, StoredCopy } from './message.ts';

/** Who asks for messages, and how. */
export interface Asking {
  /** Asks a sample of the servers only. */
  readonly short: boolean;
  readonly luck: MessageLuck;
}

/** What becomes of a copy that is next: the receiver has it, or it is no longer in the queue. */
export type Verdict = 'received' | 'removed';

/** Where a queue keeps the copies that can be received: the one thing that standard and FIFO queues do differently. */
export interface Shelves<B> {
  /** A new copy, which may still be hidden by its delay. */
  add(copy: StoredCopy<B>): void;
  /** A copy that was hidden is to be had. Its state says so already. */
  show(copy: StoredCopy<B>): void;
  /** A copy has left the queue for good. Its state says so already; it was in flight or not. */
  drop(copy: StoredCopy<B>, wasInFlight: boolean): void;
  /** Offers copies until `limit` were received or there is none left. */
  offer(limit: number, asking: Asking, take: (copy: StoredCopy<B>) => Verdict): void;
  /** The copy that a redrive moves first; it stays. */
  oldest(): StoredCopy<B> | undefined;
}
