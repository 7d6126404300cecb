import type { Luck } from '../../kernel/luck.ts';
import { type GivenAttributes, outside, queueAttributes } from './attributes.ts';
import type { Clock } from './clock.ts';
import { QueueEndpoint } from './endpoint.ts';
import { FifoShelves } from './fifo-shelves.ts';
import { type Imperfections, Strays, USUAL } from './imperfections.ts';
import type { StoredCopy } from './message.ts';
import { MoveTask, type MoveTaskStatus } from './move-task.ts';
import type { SqsObserver } from './observer.ts';
import { Queue, type QueueHost } from './queue.ts';
import { FASTEST_MOVE, IN_FLIGHT } from './quotas.ts';
import { DONE, done, noQueue, type Result, refused } from './refusal.ts';
import { StandardShelves } from './standard-shelves.ts';

/** What the service is set to, beside its queues. */
export interface SqsSettings<B> {
  readonly observer?: SqsObserver<B>;
  readonly imperfections?: Partial<Imperfections>;
  /** Messages in flight at once, of one queue. Default: 120000. */
  readonly inFlightLimit?: number;
}

/** What StartMessageMoveTask takes. Queues go by their names. */
export interface StartMessageMoveTask {
  /** A dead-letter queue. */
  readonly SourceArn: string;
  /** Default: for each message the queue that it was moved from. */
  readonly DestinationArn?: string;
  /** 1 to 500. Default: as fast as the service can. */
  readonly MaxNumberOfMessagesPerSecond?: number;
}

/**
 * A queue service like Amazon SQS, on a virtual clock.
 *
 * It takes no time and knows no network: both are the business of whoever carries requests and answers. Durable:
 * it does not crash.
 */
export class SqsService<B> implements QueueHost<B> {
  readonly clock: Clock;
  readonly observer: SqsObserver<B>;
  readonly strays: Strays;
  readonly inFlightLimit: number;
  readonly #luck: Luck;
  readonly #imperfections: Imperfections;
  readonly #endpoints = new Map<string, QueueEndpoint<B>>();
  readonly #tasks = new Map<string, MoveTask>();
  #numbers = 0;
  #messages = 0;

  constructor(clock: Clock, luck: Luck, settings: SqsSettings<B> = {}) {
    this.clock = clock;
    this.observer = settings.observer ?? {};
    this.inFlightLimit = settings.inFlightLimit ?? IN_FLIGHT;
    this.#luck = luck;
    this.#imperfections = { ...USUAL, ...settings.imperfections };
    this.strays = new Strays(luck, this.#imperfections);
  }

  createQueue(name: string, given: GivenAttributes = {}): Result<QueueEndpoint<B>> {
    const attributes = queueAttributes(name, given);
    if (!attributes.ok) return attributes;
    const shelves = attributes.value.FifoQueue
      ? new FifoShelves<B>()
      : new StandardShelves<B>(
          this.clock,
          this.#luck.stream(`sqs/servers/${name}`),
          this.#imperfections.servers,
        );
    const endpoint = new QueueEndpoint(this, new Queue(this, name, attributes.value, shelves));
    this.#endpoints.set(name, endpoint);
    return done(endpoint);
  }

  /** Sets some attributes anew and leaves the others as they are. A queue stays of its type. */
  setQueueAttributes(name: string, given: GivenAttributes): Result<void> {
    const queue = this.#endpoints.get(name)?.queue;
    if (!queue) return noQueue(name);
    const attributes = queueAttributes(name, { ...queue.attributes, ...given });
    if (!attributes.ok) return attributes;
    if (attributes.value.FifoQueue !== queue.attributes.FifoQueue)
      return refused('InvalidAttributeValue', 'a queue cannot change its type');
    queue.attributes = attributes.value;
    return DONE;
  }

  queue(name: string): Result<QueueEndpoint<B>> {
    const endpoint = this.#endpoints.get(name);
    return endpoint ? done(endpoint) : noQueue(name);
  }

  queues(): Iterable<QueueEndpoint<B>> {
    return this.#endpoints.values();
  }

  /** Says what keeps a queue from being another one's dead-letter queue; undefined if nothing does. */
  redriveProblem(source: string): string | undefined {
    const from = this.#endpoints.get(source)?.queue.attributes;
    if (!from?.RedrivePolicy) return undefined;
    const { deadLetterTargetArn } = from.RedrivePolicy;
    const to = this.#endpoints.get(deadLetterTargetArn)?.queue.attributes;
    if (!to) return `there is no queue ${deadLetterTargetArn}`;
    if (to.FifoQueue !== from.FifoQueue)
      return `the dead-letter queue of a ${from.FifoQueue ? 'FIFO' : 'standard'} queue is one, too`;
    const allow = to.RedriveAllowPolicy;
    const allowed =
      allow.redrivePermission === 'byQueue'
        ? allow.sourceQueueArns.includes(source)
        : allow.redrivePermission === 'allowAll';
    return allowed ? undefined : `${deadLetterTargetArn} does not allow ${source} to use it`;
  }

  /** Brings messages back from a dead-letter queue. They count as new: with a new id, and kept for as long again. */
  startMessageMoveTask(request: StartMessageMoveTask): Result<string> {
    const { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond = FASTEST_MOVE } = request;
    const source = this.#endpoints.get(SourceArn);
    if (!source) return refused('ResourceNotFoundException', `there is no queue ${SourceArn}`);
    if (DestinationArn !== undefined && !this.#endpoints.has(DestinationArn))
      return refused('ResourceNotFoundException', `there is no queue ${DestinationArn}`);
    const wrong = outside('MaxNumberOfMessagesPerSecond', MaxNumberOfMessagesPerSecond, {
      default: FASTEST_MOVE,
      min: 1,
      max: FASTEST_MOVE,
    });
    if (wrong !== undefined) return refused('InvalidParameterValue', wrong);
    if (!this.#isDeadLetterQueue(SourceArn))
      return refused('UnsupportedOperation', `${SourceArn} is the dead-letter queue of no queue`);
    if (this.#tasks.get(SourceArn)?.status.Status === 'RUNNING')
      return refused('UnsupportedOperation', `a move task of ${SourceArn} is running`);
    const TaskHandle = `move#${SourceArn}#${++this.#numbers}`;
    const what = { TaskHandle, SourceArn, DestinationArn: DestinationArn ?? null };
    const task = new MoveTask(this.clock, what, MaxNumberOfMessagesPerSecond, () =>
      this.#redrive(source, DestinationArn),
    );
    this.#tasks.set(SourceArn, task);
    return done(TaskHandle);
  }

  /** The latest move task of a queue. */
  moveTask(source: string): MoveTaskStatus | undefined {
    return this.#tasks.get(source)?.status;
  }

  cancelMessageMoveTask(source: string): Result<number> {
    const task = this.#tasks.get(source);
    if (task?.status.Status !== 'RUNNING')
      return refused('ResourceNotFoundException', `no move task of ${source} is running`);
    task.cancel();
    return done(task.status.ApproximateNumberOfMessagesMoved);
  }

  number(): number {
    return ++this.#numbers;
  }

  messageId(): string {
    return `m-${++this.#messages}`;
  }

  /**
   * Moves a copy that was received too often. A standard queue leaves its age as it is, a FIFO queue lets it begin
   * anew, and a FIFO dead-letter queue knows it by its message id (Amazon SQS Developer Guide, "Dead-letter queues").
   */
  bury(queue: Queue<B>, copy: StoredCopy<B>): boolean {
    const target = queue.attributes.RedrivePolicy?.deadLetterTargetArn ?? '';
    const to = this.#endpoints.get(target);
    if (!to || this.redriveProblem(queue.name) !== undefined) return false;
    const { message } = copy;
    queue.remove(copy);
    const fresh = { SentTimestamp: this.clock.now, MessageDeduplicationId: message.MessageId };
    const moved = to.takeOver(message, {
      ...(queue.attributes.FifoQueue ? fresh : {}),
      DeadLetterQueueSourceArn: queue.name,
    });
    this.observer.deadLettered?.(queue.name, copy, target, moved);
    this.clock.after(0, () => to.queue.serve()); // not now: a receive of the first queue is under way
    return true;
  }

  /** Moves one message back; false if there is none that can be had. */
  #redrive({ queue }: QueueEndpoint<B>, destination: string | undefined): boolean {
    const copy = queue.next();
    if (!copy) return false;
    const target = destination ?? copy.message.DeadLetterQueueSourceArn ?? '';
    const to = this.#endpoints.get(target);
    if (!to) return false;
    queue.remove(copy);
    const moved = to.takeOver(copy.message, {
      MessageId: this.messageId(),
      SentTimestamp: this.clock.now,
      DeadLetterQueueSourceArn: null,
    });
    this.observer.redriven?.(queue.name, copy, target, moved);
    to.queue.serve();
    return true;
  }

  #isDeadLetterQueue(name: string): boolean {
    for (const { queue } of this.#endpoints.values())
      if (queue.attributes.RedrivePolicy?.deadLetterTargetArn === name) return true;
    return false;
  }
}
