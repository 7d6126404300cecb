import { type Micros, seconds } from '../../kernel/time.ts';
import type { QueueAttributes } from './attributes.ts';
import type { Clock } from './clock.ts';
import type { Strays } from './imperfections.ts';
import { type Message, type MessageLuck, type Received, StoredCopy } from './message.ts';
import type { Return, SqsObserver, Stray } from './observer.ts';
import { Polls } from './polls.ts';
import { RECEIVES_IN_PLACE } from './quotas.ts';
import { handleOf } from './receipt.ts';
import type { Shelves } from './shelves.ts';

/** What a queue needs of the service around it. */
export interface QueueHost<B> {
  readonly clock: Clock;
  readonly observer: SqsObserver<B>;
  readonly strays: Strays;
  /** Messages that may be in flight at once. */
  readonly inFlightLimit: number;
  /** An id for a new message. */
  messageId(): string;
  /** A number for a new copy, different from all others. */
  number(): number;
  /** Moves a copy to its queue's dead-letter queue; false if there is no such queue. */
  bury(queue: Queue<B>, copy: StoredCopy<B>): boolean;
}

/** A receive whose settings are all known. */
export interface Ask<B> {
  readonly limit: number;
  /** Null: that of the queue, at the time of the answer. */
  readonly visibility: Micros | null;
  readonly luck: MessageLuck;
  readonly answer: (messages: readonly Received<B>[]) => void;
}

/** How many messages are where. The API calls the numbers approximate; these are exact. */
export interface QueueCounts {
  /** `ApproximateNumberOfMessages`. */
  readonly visible: number;
  /** `ApproximateNumberOfMessagesNotVisible`. */
  readonly inFlight: number;
  /** `ApproximateNumberOfMessagesDelayed`. */
  readonly delayed: number;
}

/** One queue's copies of messages, and who waits for them. What may be asked of it is the API's business. */
export class Queue<B> {
  readonly name: string;
  readonly #host: QueueHost<B>;
  readonly #shelves: Shelves<B>;
  readonly #polls: Polls<Ask<B>>;
  #attributes: QueueAttributes;
  /** All that are not gone, by number, in the order of arrival. */
  readonly #copies = new Map<number, StoredCopy<B>>();
  #arrivals = 0;
  #delayed = 0;
  #inFlight = 0;
  #serving = false;

  constructor(host: QueueHost<B>, name: string, attributes: QueueAttributes, shelves: Shelves<B>) {
    this.#host = host;
    this.name = name;
    this.#attributes = attributes;
    this.#shelves = shelves;
    this.#polls = new Polls(host.clock);
  }

  get attributes(): QueueAttributes {
    return this.#attributes;
  }

  /** Takes new attributes. Messages that are there keep their delays and timeouts, but not their retention. */
  set attributes(attributes: QueueAttributes) {
    const kept = this.#attributes.MessageRetentionPeriod === attributes.MessageRetentionPeriod;
    this.#attributes = attributes;
    if (!kept) for (const copy of [...this.#copies.values()]) this.#keep(copy);
  }

  get counts(): QueueCounts {
    const [inFlight, delayed] = [this.#inFlight, this.#delayed];
    return { visible: this.#copies.size - inFlight - delayed, inFlight, delayed };
  }

  /** When the oldest message was sent, as `ApproximateAgeOfOldestMessage` sees it; undefined if there is none. */
  get oldest(): Micros | undefined {
    const inOrder = this.#attributes.FifoQueue;
    for (const { message, receives } of this.#copies.values())
      if (inOrder || receives < RECEIVES_IN_PLACE) return message.SentTimestamp;
    return undefined;
  }

  copy(number: number): StoredCopy<B> | undefined {
    return this.#copies.get(number);
  }

  /** The copy that a redrive would move next; it is neither delayed nor in flight. */
  next(): StoredCopy<B> | undefined {
    return this.#shelves.oldest();
  }

  /** Takes a message in; it is hidden for the delay. */
  add(message: Message<B>, delay: Micros = 0): StoredCopy<B> {
    const copy = new StoredCopy(this.#host.number(), message, ++this.#arrivals);
    if (delay > 0) {
      copy.state = 'delayed';
      this.#delayed++;
      this.#hide(copy, delay, () => {
        this.#delayed--;
        this.#show(copy);
      });
    }
    this.#copies.set(copy.number, copy);
    this.#shelves.add(copy);
    this.#keep(copy);
    return copy;
  }

  /** Whether one more message may be in flight. */
  get room(): boolean {
    return this.#inFlight < this.#host.inFlightLimit;
  }

  /** Answers with messages at once, or with none if none is found: a short poll. */
  poll(ask: Ask<B>): void {
    ask.answer(this.#take(ask, true));
  }

  /** Answers as soon as there are messages, or with none when the time is up. Gives what makes it be forgotten. */
  wait(ask: Ask<B>, waitSeconds: number): () => void {
    const messages = this.#take(ask, false);
    if (messages.length === 0) return this.#polls.wait(ask, waitSeconds, () => ask.answer([]));
    ask.answer(messages);
    return () => {};
  }

  /** Serves those who wait. To be called after something has become visible. */
  serve(): void {
    if (this.#serving) return; // an answer has set off something else here
    this.#serving = true;
    for (let ask = this.#polls.first; ask; ask = this.#polls.first) {
      const messages = this.#take(ask, false);
      if (messages.length === 0) break;
      this.#polls.take();
      ask.answer(messages);
    }
    this.#serving = false;
  }

  /** Sets a new end of a copy's time in flight; now: it is to be had again. */
  extend(copy: StoredCopy<B>, visibility: Micros): void {
    if (visibility === 0) {
      this.#stopHiding(copy);
      this.#giveBack(copy, 'released');
      return;
    }
    this.#fly(copy, visibility);
    this.#host.observer.extended?.(this.name, copy);
  }

  /** Ends a copy because its consumer says so. */
  delete(copy: StoredCopy<B>): void {
    this.remove(copy);
    this.#host.observer.deleted?.(this.name, copy);
    this.#maybeStray(copy, 'delete');
    this.serve(); // a FIFO group may be free now
  }

  /** Takes a copy out, wherever it is. */
  remove(copy: StoredCopy<B>): void {
    const wasInFlight = copy.state === 'in flight';
    if (wasInFlight) this.#inFlight--;
    if (copy.state === 'delayed') this.#delayed--;
    copy.state = 'gone';
    this.#stopHiding(copy);
    if (copy.expiring !== null) this.#host.clock.cancel(copy.expiring);
    this.#copies.delete(copy.number);
    this.#shelves.drop(copy, wasInFlight);
  }

  /** Takes all copies out; says how many. */
  purge(): number {
    const copies = [...this.#copies.values()];
    for (const copy of copies) this.remove(copy);
    return copies.length;
  }

  #take({ limit, luck, visibility: own }: Ask<B>, short: boolean): Received<B>[] {
    const taken: Received<B>[] = [];
    const room = this.#host.inFlightLimit - this.#inFlight;
    if (room <= 0) return taken;
    const visibility = own ?? seconds(this.#attributes.VisibilityTimeout);
    this.#shelves.offer(Math.min(limit, room), { short, luck }, (copy) => {
      const { RedrivePolicy } = this.#attributes;
      if (RedrivePolicy && copy.receives >= RedrivePolicy.maxReceiveCount && this.#host.bury(this, copy))
        return 'removed';
      taken.push(this.#receive(copy, visibility));
      return 'received';
    });
    return taken;
  }

  #receive(copy: StoredCopy<B>, visibility: Micros): Received<B> {
    const { clock, observer } = this.#host;
    copy.receives++;
    copy.lastReceived = clock.now;
    if (copy.receives === 1) copy.firstReceived = clock.now;
    copy.state = 'in flight';
    this.#inFlight++;
    this.#fly(copy, visibility);
    observer.received?.(this.name, copy);
    this.#maybeStray(copy, 'receive');
    return {
      message: copy.message,
      ReceiptHandle: handleOf({ queue: this.name, copy: copy.number, receive: copy.receives }),
      ApproximateReceiveCount: copy.receives,
      ApproximateFirstReceiveTimestamp: copy.firstReceived,
      copy: copy.number,
    };
  }

  #fly(copy: StoredCopy<B>, visibility: Micros): void {
    this.#hide(copy, visibility, () => this.#giveBack(copy, 'visibility timeout'));
  }

  #giveBack(copy: StoredCopy<B>, why: Return): void {
    this.#inFlight--;
    // A standard queue puts what keeps coming back behind the rest, so that it does not hold the others up.
    if (!this.#attributes.FifoQueue && copy.receives >= RECEIVES_IN_PLACE) copy.order = ++this.#arrivals;
    this.#host.observer.returned?.(this.name, copy, why);
    this.#show(copy);
  }

  #show(copy: StoredCopy<B>): void {
    copy.state = 'visible';
    this.#shelves.show(copy);
    this.serve();
  }

  #hide(copy: StoredCopy<B>, time: Micros, then: () => void): void {
    const { clock } = this.#host;
    this.#stopHiding(copy);
    copy.hiddenUntil = clock.now + time;
    copy.hiding = clock.timeout(time, () => {
      copy.hiding = null;
      then();
    });
  }

  #stopHiding(copy: StoredCopy<B>): void {
    if (copy.hiding !== null) this.#host.clock.cancel(copy.hiding);
    copy.hiding = null;
  }

  /** Ends a copy's life at the end of the retention period, which is counted from when it was sent. */
  #keep(copy: StoredCopy<B>): void {
    const { clock, observer } = this.#host;
    if (copy.expiring !== null) clock.cancel(copy.expiring);
    const age = clock.now - copy.message.SentTimestamp;
    const left = Math.max(0, seconds(this.#attributes.MessageRetentionPeriod) - age);
    copy.expiring = clock.timeout(left, () => {
      copy.expiring = null;
      this.remove(copy);
      observer.expired?.(this.name, copy);
      this.serve(); // a FIFO group may be free now
    });
  }

  /** A server that was out of reach may still hold the message, and knows nothing of this receive or delete. */
  #maybeStray(copy: StoredCopy<B>, why: Stray): void {
    if (this.#attributes.FifoQueue) return;
    const { clock, observer, strays } = this.#host;
    const delay = strays.after(why, copy);
    if (delay === undefined) return;
    const receives = why === 'receive' ? copy.receives - 1 : copy.receives;
    clock.after(delay, () => {
      const stray = this.add(copy.message);
      stray.receives = receives;
      stray.lives = copy.lives + 1;
      observer.strayed?.(this.name, stray, copy, why);
      this.serve();
    });
  }
}
