import { seconds } from '../../kernel/time.ts';
import { ApiCalls } from './api-calls.ts';
import { outside, RANGES } from './attributes.ts';
import { type BatchEntry, batchProblem, receiveProblem, sendProblem } from './checks.ts';
import { Deduplication } from './deduplication.ts';
import type { Message, Received, ReceiveMessage, SendMessage, Sent, StoredCopy } from './message.ts';
import type { Queue, QueueHost } from './queue.ts';
import { LONGEST_VISIBILITY, PURGE_INTERVAL } from './quotas.ts';
import { receiptOf } from './receipt.ts';
import { DONE, done, type Result, refused } from './refusal.ts';

/** What ChangeMessageVisibility takes. */
export interface ChangeMessageVisibility {
  readonly ReceiptHandle: string;
  /** 0 to 43200, counted from now; 0: the message is to be had again. */
  readonly VisibilityTimeout: number;
}

/** The answer to a batch: each entry has its own. */
export type BatchResult<T> = Result<readonly { readonly Id: string; readonly result: Result<T> }[]>;

const NOBODY = { key: 0, variant: 0 } as const;

/**
 * The API of one queue: what may be asked, and what is answered.
 *
 * An answer is there at once, except to a long poll. On the way to here and back time passes and things get lost;
 * that is the business of whoever carries requests and answers.
 */
export class QueueEndpoint<B> {
  readonly queue: Queue<B>;
  readonly #host: QueueHost<B>;
  readonly #calls: ApiCalls;
  readonly #deduplication = new Deduplication<Message<B>>();
  #sequence = 0;
  #receives = 0;
  #purged = -PURGE_INTERVAL;

  constructor(host: QueueHost<B>, queue: Queue<B>) {
    this.#host = host;
    this.queue = queue;
    this.#calls = new ApiCalls(host.clock);
  }

  sendMessage(request: SendMessage<B>): Result<Sent> {
    return this.#answer('SendMessage', this.#send(request, this.#mayCall('SendMessage', request)));
  }

  /** Takes each entry in turn. A FIFO queue keeps their order; those of one group may fail and others not. */
  sendMessageBatch(entries: readonly (SendMessage<B> & BatchEntry)[]): BatchResult<Sent> {
    const bytes = entries.reduce((sum, { size }) => sum + size, 0);
    const groups = new Map<string, boolean>();
    return this.#batch('SendMessageBatch', entries, bytes, (entry) => {
      const group = this.#perGroup ? (entry.MessageGroupId ?? '') : '';
      let allowed = groups.get(group);
      if (allowed === undefined) {
        allowed = this.#mayCall('SendMessage', entry);
        groups.set(group, allowed);
      }
      return this.#send(entry, allowed);
    });
  }

  /**
   * Answers at once, or a long poll once there is something. What it gives makes a waiting poll be forgotten,
   * as when the connection that it came on is closed.
   */
  receiveMessage(
    request: ReceiveMessage,
    answer: (result: Result<readonly Received<B>[]>) => void,
  ): () => void {
    const { queue } = this;
    const { attributes } = queue;
    const refuse = (refusal: Result<never>): (() => void) => {
      answer(this.#answer('ReceiveMessage', refusal));
      return () => {};
    };
    const wrong = receiveProblem(request);
    if (wrong) return refuse(wrong);
    if (!this.#mayCall('ReceiveMessage')) return refuse(THROTTLED);
    const {
      MaxNumberOfMessages: limit = 1,
      WaitTimeSeconds = attributes.ReceiveMessageWaitTimeSeconds,
      VisibilityTimeout,
      luck = { key: 0, variant: ++this.#receives },
    } = request;
    const ask = {
      limit,
      visibility: VisibilityTimeout === undefined ? null : seconds(VisibilityTimeout),
      luck,
      answer: (messages: readonly Received<B>[]) => answer(done(messages)),
    };
    if (WaitTimeSeconds > 0) return queue.wait(ask, WaitTimeSeconds);
    // Only a short poll of a standard queue is told that too many messages are in flight; others get nothing.
    if (!attributes.FifoQueue && !queue.room) return refuse(TOO_MANY);
    queue.poll(ask);
    return () => {};
  }

  /** Deletes what this receive handed out. An old handle of a standard queue is accepted, and does nothing. */
  deleteMessage(receiptHandle: string): Result<void> {
    return this.#answer('DeleteMessage', this.#delete(receiptHandle, this.#mayCall('DeleteMessage')));
  }

  deleteMessageBatch(
    entries: readonly (BatchEntry & { readonly ReceiptHandle: string })[],
  ): BatchResult<void> {
    const allowed = this.#mayCall('DeleteMessage');
    return this.#batch('DeleteMessageBatch', entries, 0, ({ ReceiptHandle }) =>
      this.#delete(ReceiptHandle, allowed),
    );
  }

  /** Starts a message's time in flight anew. */
  changeMessageVisibility(request: ChangeMessageVisibility): Result<void> {
    return this.#answer('ChangeMessageVisibility', this.#change(request));
  }

  changeMessageVisibilityBatch(
    entries: readonly (BatchEntry & ChangeMessageVisibility)[],
  ): BatchResult<void> {
    return this.#batch('ChangeMessageVisibilityBatch', entries, 0, (entry) => this.#change(entry));
  }

  /** Deletes all messages, wherever they are. At most once a minute. */
  purgeQueue(): Result<void> {
    const { clock, observer } = this.#host;
    if (clock.now - this.#purged < PURGE_INTERVAL)
      return this.#answer('PurgeQueue', refused('PurgeQueueInProgress', 'at most one purge a minute'));
    this.#purged = clock.now;
    observer.purged?.(this.queue.name, this.queue.purge());
    return DONE;
  }

  /** For the service: puts a message in that another queue has given up, or gives back. */
  takeOver(message: Message<B>, change: Partial<Message<B>>): StoredCopy<B> {
    const SequenceNumber = this.queue.attributes.FifoQueue ? ++this.#sequence : null;
    return this.queue.add({ ...message, SequenceNumber, ...change });
  }

  #send(request: SendMessage<B>, allowed: boolean): Result<Sent> {
    const { attributes } = this.queue;
    const wrong = sendProblem(request, attributes);
    if (wrong) return wrong;
    if (!allowed) return THROTTLED;
    const { clock, observer } = this.#host;
    const { MessageGroupId = null, content = '' } = request;
    const fifo = attributes.FifoQueue;
    const id = fifo ? (request.MessageDeduplicationId ?? `sha256:${content}`) : null;
    const scoped = attributes.DeduplicationScope === 'queue' ? `${id}` : `${MessageGroupId} ${id}`;
    const first = fifo ? this.#deduplication.first(scoped, clock.now) : undefined;
    if (first) {
      observer.deduplicated?.(this.queue.name, request, first);
      return done({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
    }
    const message: Message<B> = {
      MessageId: this.#host.messageId(),
      body: request.MessageBody,
      size: request.size,
      attributes: request.MessageAttributes ?? {},
      MessageGroupId,
      MessageDeduplicationId: id,
      SequenceNumber: fifo ? ++this.#sequence : null,
      SentTimestamp: clock.now,
      DeadLetterQueueSourceArn: null,
      luck: request.luck ?? NOBODY,
    };
    if (fifo) this.#deduplication.accepted(scoped, message, clock.now);
    const delay = fifo ? attributes.DelaySeconds : (request.DelaySeconds ?? attributes.DelaySeconds);
    const copy = this.queue.add(message, seconds(delay));
    observer.sent?.(this.queue.name, copy);
    this.queue.serve();
    return done({ MessageId: message.MessageId, SequenceNumber: message.SequenceNumber });
  }

  #delete(receiptHandle: string, allowed: boolean): Result<void> {
    if (!allowed) return THROTTLED;
    const receipt = receiptOf(receiptHandle);
    if (receipt?.queue !== this.queue.name) return NO_RECEIPT;
    const copy = this.queue.copy(receipt.copy);
    if (!copy) return DONE; // it is gone, which is what was wanted
    const latest = receipt.receive === copy.receives;
    if (this.queue.attributes.FifoQueue && (!latest || copy.state !== 'in flight')) return EXPIRED;
    if (latest) this.queue.delete(copy);
    else this.#host.observer.deleteIgnored?.(this.queue.name, copy);
    return DONE;
  }

  #change({ ReceiptHandle, VisibilityTimeout }: ChangeMessageVisibility): Result<void> {
    const wrong = outside('VisibilityTimeout', VisibilityTimeout, RANGES.VisibilityTimeout);
    if (wrong !== undefined) return refused('InvalidParameterValue', wrong);
    const receipt = receiptOf(ReceiptHandle);
    if (receipt?.queue !== this.queue.name) return NO_RECEIPT;
    const copy = this.queue.copy(receipt.copy);
    if (!copy || receipt.receive !== copy.receives) return NOT_AVAILABLE;
    if (copy.state !== 'in flight') return NOT_IN_FLIGHT;
    const visibility = seconds(VisibilityTimeout);
    if (this.#host.clock.now + visibility > copy.lastReceived + LONGEST_VISIBILITY) return TOO_LONG;
    this.queue.extend(copy, visibility);
    return DONE;
  }

  get #perGroup(): boolean {
    return this.queue.attributes.FifoThroughputLimit === 'perMessageGroupId';
  }

  /**
   * Counts a call of an action. In high throughput mode a send counts for the part of the queue that its group is
   * on; other calls are then bounded by a quota of the account's region, which is beyond any store's load.
   */
  #mayCall(action: string, request?: SendMessage<B>): boolean {
    if (!this.queue.attributes.FifoQueue) return true;
    if (!this.#perGroup) return this.#calls.allows(action);
    return request ? this.#calls.allows(`${action} ${request.MessageGroupId ?? ''}`) : true;
  }

  #batch<E extends BatchEntry, T>(
    action: string,
    entries: readonly E[],
    bytes: number,
    each: (entry: E) => Result<T>,
  ): BatchResult<T> {
    const wrong = batchProblem(entries, bytes);
    if (wrong) return this.#answer(action, wrong);
    return done(entries.map((entry) => ({ Id: entry.Id, result: this.#answer(action, each(entry)) })));
  }

  #answer<T>(action: string, result: Result<T>): Result<T> {
    if (!result.ok) this.#host.observer.refused?.(this.queue.name, action, result.refusal);
    return result;
  }
}

const THROTTLED = refused('ThrottlingException', 'rate exceeded');
const TOO_MANY = refused('OverLimit', 'too many messages are in flight');
const NO_RECEIPT = refused('ReceiptHandleIsInvalid', 'it is not a receipt handle of this queue');
const EXPIRED = refused('InvalidParameterValue', 'the receipt handle has expired');
const NOT_AVAILABLE = refused(
  'InvalidParameterValue',
  'the message does not exist or is not available for a change of its visibility timeout',
);
const NOT_IN_FLIGHT = refused('MessageNotInflight', 'the message is not in flight');
const TOO_LONG = refused('InvalidParameterValue', 'the total visibility timeout is beyond 12 hours');
