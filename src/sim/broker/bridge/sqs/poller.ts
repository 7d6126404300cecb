import { ms, seconds } from '../../../kernel/time.ts';
import { isRefusal, type Outcome } from '../../../outcome.ts';
import { Name, NONE } from '../../../recorder.ts';
import type { Attachment, Listener } from '../../message-broker.ts';
import type { QueueEndpoint } from '../../sqs/endpoint.ts';
import type { Received } from '../../sqs/message.ts';
import type { Result } from '../../sqs/refusal.ts';
import { callApi } from './api-call.ts';
import { keyOf, type Posting } from './posting.ts';
import type { Sqs } from './sqs.ts';

/** Messages that a consumer has in hand at once, unless `prefetch` says otherwise: what one receive can bring. */
const IN_HAND = 10;

/** How long a consumer waits after a receive that has failed. */
const PAUSE = seconds(1);

/** A receive takes this long at least, whatever the world says: time must pass between two of them. */
const SHORTEST = ms(1);

const SECOND = seconds(1);

/** A message in a consumer's hands. */
interface Course {
  readonly posting: Posting;
  readonly copy: number;
  readonly handle: string;
  readonly variant: number;
  readonly attempt: number;
  /** The record of its delivery. */
  readonly record: number;
  open: boolean;
}

/** One replica's consumer of one queue: it asks, works, and deletes, over and over. */
export class Poller implements Attachment {
  readonly #bridge: Sqs;
  readonly #listener: Listener;
  readonly #endpoint: QueueEndpoint<Posting>;
  readonly #queue: string;
  readonly #name: Name;
  readonly #inHand = new Set<Course>();
  /** Counts lives of the process: what belongs to an earlier one means nothing. */
  #session = 0;
  #polls = 0;
  #polling = false;
  #wanted = true;
  #abandon: (() => void) | null = null;

  constructor(bridge: Sqs, listener: Listener, endpoint: QueueEndpoint<Posting>) {
    this.#bridge = bridge;
    this.#listener = listener;
    this.#endpoint = endpoint;
    this.#queue = endpoint.queue.name;
    this.#name = bridge.journal.nameOf(this.#queue);
    this.#poll();
  }

  lost(_cause: number, silently: boolean): void {
    this.#session++;
    this.#polling = false;
    this.#inHand.clear();
    if (silently) this.#abandon = null;
    else this.#forget(); // its connection is closed, which the service notices
  }

  restored(): void {
    this.#poll();
  }

  close(): void {
    this.#wanted = false;
    this.#forget();
  }

  #forget(): void {
    this.#abandon?.();
    this.#abandon = null;
  }

  /** Asks for messages, if there is room for any and no other request is out. */
  #poll(): void {
    const { settings, end, member, up } = this.#listener;
    const room = (settings.prefetch === 0 ? IN_HAND : settings.prefetch) - this.#inHand.size;
    if (!this.#wanted || this.#polling || !up || room <= 0) return;
    this.#polling = true;
    const session = this.#session;
    const luck = { key: member.hash, variant: ++this.#polls };
    const { WaitTimeSeconds, VisibilityTimeout } = settings;
    const request = {
      MaxNumberOfMessages: Math.min(settings.MaxNumberOfMessages, room),
      ...(WaitTimeSeconds !== null && { WaitTimeSeconds }),
      ...(VisibilityTimeout !== null && { VisibilityTimeout }),
      luck,
    };
    const { journal, system } = this.#bridge;
    callApi<Result<readonly Received<Posting>[]>>(system, {
      near: end,
      far: this.#bridge.end,
      legs: ['request', 'delivery'],
      luck,
      subject: undefined,
      cause: NONE,
      span: NONE,
      up: () => this.#bridge.up,
      alive: () => session === this.#session,
      whenRunning: (action) => this.#listener.whenRunning(action),
      serve: (cause, answer) => {
        if (session !== this.#session || !this.#wanted) return;
        this.#abandon = journal.because({ cause, span: NONE }, () =>
          this.#endpoint.receiveMessage(request, (value) => {
            const first = value.ok ? value.value[0] : undefined;
            const posting = first?.message.body;
            const its = posting?.luck ?? luck;
            answer({
              value,
              after: Math.max(SHORTEST, this.#bridge.receiveTime(its.key, its.variant)),
              cause: first ? journal.at(first.copy) : cause,
              luck: its,
              subject: posting?.envelope.thing?.recorded,
            });
          }),
        );
      },
      done: (result, cause) => this.#came(result, cause),
    });
  }

  #came(result: Result<readonly Received<Posting>[]> | null, cause: number): void {
    this.#abandon = null;
    this.#polling = false;
    const { sim } = this.#bridge.system;
    if (!result?.ok) {
      const session = this.#session;
      const again = () => session === this.#session && this.#poll();
      sim.after(PAUSE, () => this.#listener.whenRunning(again));
      return;
    }
    const [first] = result.value;
    const asSent = first === undefined || this.#bridge.journal.at(first.copy) === cause;
    for (const received of result.value) this.#arrived(received, asSent ? null : cause);
    this.#poll();
  }

  /** `struck`: the record of a fault on the way, if there was one. */
  #arrived(received: Received<Posting>, struck: number | null): void {
    const { journal, system } = this.#bridge;
    const { message, copy, ReceiptHandle: handle, ApproximateReceiveCount: attempt } = received;
    const { consumer, settings } = this.#listener;
    const posting = message.body;
    const { envelope } = posting;
    const cause = struck ?? journal.at(copy);
    const redelivered = attempt > 1;
    const record = system.log.note(
      'delivery',
      consumer,
      envelope.thing?.recorded,
      cause,
      cause,
      envelope.id,
      redelivered ? 'redelivered' : 'first',
      this.#name,
    );
    journal.delivered(copy, record);
    const variant = journal.variantOf(copy, posting, attempt);
    const course: Course = { posting, copy, handle, variant, attempt, record, open: true };
    this.#inHand.add(course);
    const early = settings.ack !== 'manual';
    if (early) this.#delete(course, record);
    else if (settings.extend !== null) this.#keepHidden(course, settings.extend);
    const session = this.#session;
    this.#listener.take({
      envelope,
      channel: this.#name,
      attempt,
      redelivered,
      variant,
      record,
      settle: (outcome, because) => {
        if (!course.open || session !== this.#session) return;
        if (!outcome.ok && !this.#listener.up) return; // a dead process tells nobody
        course.open = false;
        this.#inHand.delete(course);
        if (!early) this.#settle(course, outcome, because);
        this.#poll();
      },
    });
  }

  #settle(course: Course, outcome: Outcome, cause: number): void {
    if (outcome.ok) {
      this.#delete(course, cause);
      return;
    }
    const { retry, requeue, deadLetter } = this.#listener.settings;
    const { reason } = outcome.failure;
    const refused = isRefusal(outcome.failure);
    const delays = retry && 'delays' in retry ? retry.delays : null;
    const delay = refused ? undefined : delays?.[course.attempt - 1];
    const hopeless = delays ? delay === undefined : !(requeue ?? !refused);
    if (delay !== undefined) this.#change(course, Math.ceil(delay / SECOND), cause, reason);
    else if (hopeless && (deadLetter !== null || requeue === false))
      this.#giveUp(course, deadLetter, reason, cause);
    else if (requeue === true) this.#change(course, 0, cause, reason);
    else this.#bridge.journal.left(course.copy, cause); // it comes back when its visibility timeout is over
  }

  /** Puts a message elsewhere, or nowhere, and deletes it. */
  #giveUp(course: Course, target: string | null, reason: string, cause: number): void {
    const { journal, system } = this.#bridge;
    const { posting, record: span } = course;
    const name = target === null ? undefined : new Name(target);
    const record = journal.because({ cause, span }, () => journal.gaveUp(this.#queue, posting, reason, name));
    if (target !== null) system.brokers.of(target).append({ ...posting.envelope, channel: target }, record);
    this.#tell(course, record, (because) =>
      journal.because({ cause: because, span, givenUp: true }, () =>
        this.#endpoint.deleteMessage(course.handle),
      ),
    );
  }

  #delete(course: Course, cause: number): void {
    const { consumer } = this.#listener;
    const { journal } = this.#bridge;
    this.#tell(course, cause, (because) =>
      journal.because({ cause: because, span: course.record, consumer }, () => {
        const result = this.#endpoint.deleteMessage(course.handle);
        if (!result.ok && result.refusal.code === 'InvalidParameterValue')
          journal.tooLate(this.#queue, course.posting);
        return result;
      }),
    );
  }

  #change(course: Course, VisibilityTimeout: number, cause: number, reason?: string): void {
    const { journal } = this.#bridge;
    const ReceiptHandle = course.handle;
    this.#tell(course, cause, (because) =>
      journal.because({ cause: because, span: course.record, ...(reason !== undefined && { reason }) }, () =>
        this.#endpoint.changeMessageVisibility({ ReceiptHandle, VisibilityTimeout }),
      ),
    );
  }

  /** Starts its visibility timeout anew every so often, as long as it is in hand. */
  #keepHidden(course: Course, every: number): void {
    const session = this.#session;
    const { settings } = this.#listener;
    const { sim } = this.#bridge.system;
    const timeout = settings.VisibilityTimeout ?? this.#endpoint.queue.attributes.VisibilityTimeout;
    const extend = () => {
      if (!course.open || session !== this.#session || !this.#listener.up) return;
      this.#change(course, timeout, course.record);
      this.#keepHidden(course, every);
    };
    sim.after(every, () => this.#listener.whenRunning(extend));
  }

  /** Says something about a message to the service; nobody waits for the answer. */
  #tell(course: Course, cause: number, act: (cause: number) => Result<void>): void {
    const session = this.#session;
    const { envelope } = course.posting;
    const { variant } = course;
    const key = keyOf(envelope);
    callApi<Result<void>>(this.#bridge.system, {
      near: this.#listener.end,
      far: this.#bridge.end,
      legs: ['ack', 'reply'],
      luck: { key, variant },
      subject: envelope.thing?.recorded,
      cause,
      span: course.record,
      up: () => this.#bridge.up,
      alive: () => session === this.#session,
      whenRunning: (action) => this.#listener.whenRunning(action),
      serve: (arrived, answer) =>
        answer({ value: act(arrived), after: this.#bridge.confirmTime(key, variant), cause: arrived }),
      done: () => {},
    });
  }
}
