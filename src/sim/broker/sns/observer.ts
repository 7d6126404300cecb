import type { Micros } from '../../kernel/time.ts';
import type { Notification, SubscriptionName } from './message.ts';

/** What happens inside the service, for whoever keeps a record of it. It may look, but not touch. */
export interface SnsObserver<B> {
  published?(message: Notification<B>): void;
  /** FIFO: accepted, and not published again. */
  deduplicated?(topic: string, messageId: string): void;
  /** A subscription does not want it. */
  filtered?(to: SubscriptionName, message: Notification<B>): void;
  delivered?(to: SubscriptionName, message: Notification<B>, attempt: number): void;
  /** An attempt has failed; the next one comes after so long. */
  failed?(to: SubscriptionName, message: Notification<B>, attempt: number, next: Micros): void;
  /** Given up, and kept in the subscription's dead-letter queue. */
  deadLettered?(to: SubscriptionName, message: Notification<B>, queue: string): void;
  /** Given up, and gone. */
  dropped?(to: SubscriptionName, message: Notification<B>): void;
}
