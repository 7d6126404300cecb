import type { Entry } from './message.ts';
import type { QueueUser } from './queue.ts';
import type { QueueSettings } from './queue-settings.ts';
import type { QuorumWaiting } from './waiting.ts';

/** Publishers that were stopped may go on below this share of the limits. */
const SOFT = 0.8;

/**
 * The length limits of a quorum queue, which it looks at after each command.
 *
 * With `reject-publish` it tells its publishers when it has passed a limit, and they refuse by themselves:
 * so one message above the limit gets in, and a publisher that it does not know yet asks first.
 */
export class QuorumLimits {
  settings: QueueSettings;
  readonly #waiting: QuorumWaiting;
  /** Publishing channels; true: they have been told that the queue is full. */
  readonly #publishers = new Map<QueueUser, boolean>();

  constructor(settings: QueueSettings, waiting: QuorumWaiting) {
    this.settings = settings;
    this.#waiting = waiting;
  }

  /** Whether a channel may publish. */
  admits(publisher: QueueUser): boolean {
    if (!this.#limited || this.settings.overflow !== 'reject-publish') return true;
    const full = this.#publishers.get(publisher) ?? this.#over;
    this.#publishers.set(publisher, full);
    return !full;
  }

  forget(publisher: QueueUser): void {
    this.#publishers.delete(publisher);
  }

  forgetAll(): void {
    this.#publishers.clear();
  }

  /** Whether publishers that wait may go on. */
  get low(): boolean {
    const { maxLength, maxBytes } = this.settings;
    return (
      !this.#limited || (this.#waiting.length <= soft(maxLength) && this.#waiting.bytes <= soft(maxBytes))
    );
  }

  /** Keeps the limits after a command; `wasLow` was so before it. What has to go is returned, the head first. */
  hold(wasLow: boolean): Entry[] {
    const dropped: Entry[] = [];
    if (!this.#limited) return dropped;
    if (this.settings.overflow === 'drop-head') while (this.#over) dropped.push(this.#waiting.take()!);
    else if (this.#over) this.#tell(true);
    else if (!wasLow && this.low) this.#tell(false);
    return dropped;
  }

  get #limited(): boolean {
    const { maxLength, maxBytes } = this.settings;
    return Math.min(maxLength, maxBytes) < Number.POSITIVE_INFINITY;
  }

  get #over(): boolean {
    const { maxLength, maxBytes } = this.settings;
    return this.#waiting.length > maxLength || this.#waiting.bytes > maxBytes;
  }

  #tell(full: boolean): void {
    for (const publisher of this.#publishers.keys()) this.#publishers.set(publisher, full);
  }
}

const soft = (limit: number): number =>
  limit === Number.POSITIVE_INFINITY ? limit : Math.floor(limit * SOFT);
