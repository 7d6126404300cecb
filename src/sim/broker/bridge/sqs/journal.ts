import { mix } from '../../../kernel/luck.ts';
import { Name, NONE } from '../../../recorder.ts';
import type { QueueReport } from '../../../run.ts';
import type { System } from '../../../system.ts';
import type { Copy, Message, SendMessage } from '../../sqs/message.ts';
import type { Return, SqsObserver, Stray } from '../../sqs/observer.ts';
import type { QueueCounts } from '../../sqs/queue.ts';
import type { Refusal } from '../../sqs/refusal.ts';
import type { Posting } from './posting.ts';

/** What one queue has seen. */
interface Account {
  readonly name: Name;
  published: number;
  acked: number;
  deadLettered: number;
  deepest: number;
}

/** What the record knows of a copy. */
interface Trail {
  /** The last record of it: the cause of what comes next. */
  at: number;
  /** Its latest delivery, which is the span of what becomes of it. */
  span: number;
  /** What its luck is mixed with, for a copy that came to light a second time. */
  readonly stray: number;
}

/** Who asks the service for something, and why. */
interface Context {
  readonly cause: number;
  readonly span: number;
  /** The consumer, where one asks. */
  readonly consumer?: Name;
  /** Why it gives a message back. */
  readonly reason?: string;
  /** It is deleted because its consumer has given it up. */
  readonly givenUp?: true;
}

const NOBODY: Context = { cause: NONE, span: NONE };

/** Writes what happens inside the service into the run's record, and keeps each queue's accounts. */
export class Journal implements SqsObserver<Posting> {
  readonly #system: System;
  readonly #countsOf: (queue: string) => QueueCounts | undefined;
  readonly #accounts = new Map<string, Account>();
  readonly #trails = new Map<number, Trail>();
  #context = NOBODY;

  constructor(system: System, countsOf: (queue: string) => QueueCounts | undefined) {
    this.#system = system;
    this.#countsOf = countsOf;
  }

  /** Asks the service for something, all of whose consequences have this cause. */
  because<T>(context: Context, act: () => T): T {
    const before = this.#context;
    this.#context = context;
    try {
      return act();
    } finally {
      this.#context = before;
    }
  }

  /** The name of a queue as the record has it: `sqs/resize`. */
  nameOf(queue: string): Name {
    return this.#account(queue).name;
  }

  /** The last record of a copy, by its number. */
  at(copy: number): number {
    return this.#trails.get(copy)?.at ?? NONE;
  }

  /** The luck that handling a copy for the `attempt`th time meets. */
  variantOf(copy: number, posting: Posting, attempt: number): number {
    const stray = this.#trails.get(copy)?.stray ?? 0;
    const { variant } = posting.luck;
    const own = stray === 0 ? variant : mix(variant, 8_500 + stray);
    return attempt === 1 ? own : mix(own, 3_000 + attempt - 1);
  }

  /** A copy has reached a consumer. */
  delivered(copy: number, record: number): void {
    const trail = this.#trails.get(copy);
    if (!trail) return;
    trail.at = record;
    trail.span = record;
  }

  /** Its consumer has ended with it, without a word to the queue. */
  left(copy: number, cause: number): void {
    const trail = this.#trails.get(copy);
    if (trail) trail.at = cause;
  }

  /** The service has accepted a send. */
  took(posting: Posting): number {
    if (posting.record !== NONE) return posting.record;
    const { envelope, cause } = posting;
    const { log, counted } = this.#system;
    counted.messages++;
    const place = this.nameOf(envelope.channel.slice(envelope.channel.indexOf('/') + 1));
    const subject = envelope.thing?.recorded;
    const type = envelope.type ?? undefined;
    posting.accepted(log.note('publish', place, subject, cause, cause, envelope.id, type));
    return posting.record;
  }

  sent(queue: string, copy: Copy<Posting>): void {
    this.took(copy.message.body);
    this.#enqueued(queue, copy, copy.message.body.record);
  }

  deduplicated(queue: string, { MessageBody }: SendMessage<Posting>, first: Message<Posting>): void {
    const record = this.took(MessageBody);
    const { envelope } = MessageBody;
    const { name } = this.#account(queue);
    const subject = envelope.thing?.recorded;
    this.#system.log.note('deduplicated', name, subject, record, record, first.body.envelope.id);
  }

  extended(queue: string, copy: Copy<Posting>): void {
    const { reason } = this.#context;
    if (reason === undefined) this.#note('extended', queue, copy);
    else this.#note('putOff', queue, copy, reason, this.nameOf(queue));
  }

  returned(queue: string, copy: Copy<Posting>, why: Return): void {
    const reason = why === 'released' ? (this.#context.reason ?? why) : why;
    this.#note('requeue', queue, copy, reason);
    this.#deepen(queue, 1);
  }

  deleted(queue: string, copy: Copy<Posting>): void {
    const account = this.#account(queue);
    const { consumer, cause, span, givenUp } = this.#context;
    const { envelope } = copy.message.body;
    this.#trails.delete(copy.number);
    if (givenUp) account.deadLettered++;
    else account.acked++;
    if (!consumer) return;
    const subject = envelope.thing?.recorded;
    this.#system.log.note('ack', consumer, subject, cause, span, envelope.id, undefined, account.name);
  }

  deleteIgnored(queue: string, copy: Copy<Posting>): void {
    this.tooLate(queue, copy.message.body);
  }

  /** A consumer was done with a message whose receipt had run out. */
  tooLate(queue: string, { envelope }: Posting): void {
    const { consumer, cause, span } = this.#context;
    if (!consumer) return;
    const subject = envelope.thing?.recorded;
    const { name } = this.#account(queue);
    this.#system.log.note('ackIgnored', consumer, subject, cause, span, envelope.id, undefined, name);
  }

  strayed(queue: string, copy: Copy<Posting>, original: Copy<Posting>, why: Stray): void {
    const account = this.#account(queue);
    const { body: posting } = copy.message;
    const { envelope } = posting;
    const cause = this.#trails.get(original.number)?.at ?? posting.record;
    const detail = why === 'receive' ? 'received' : 'deleted';
    const subject = envelope.thing?.recorded;
    const at = this.#system.log.note('strayed', account.name, subject, cause, cause, envelope.id, detail);
    this.#trails.set(copy.number, { at, span: NONE, stray: ++posting.strays });
    account.published++;
    this.#deepen(queue, 0);
  }

  deadLettered(queue: string, copy: Copy<Posting>, to: string, moved: Copy<Posting>): void {
    const record = this.#note('deadLetter', queue, copy, 'delivery limit', this.nameOf(to));
    this.#account(queue).deadLettered++;
    this.#trails.delete(copy.number);
    this.#enqueued(to, moved, record);
  }

  redriven(queue: string, copy: Copy<Posting>, to: string, moved: Copy<Posting>): void {
    const record = this.#note('redriven', queue, copy, undefined, this.nameOf(to));
    this.#account(queue).acked++;
    this.#trails.delete(copy.number);
    this.#enqueued(to, moved, record);
  }

  expired(queue: string, copy: Copy<Posting>): void {
    this.#note('deadLetter', queue, copy, 'expired');
    this.#account(queue).deadLettered++;
    this.#trails.delete(copy.number);
  }

  refused(queue: string, action: string, { code }: Refusal): void {
    const { cause, span } = this.#context;
    this.#system.log.note('apiRefused', this.nameOf(queue), undefined, cause, span, 0, `${action}: ${code}`);
  }

  /** A consumer has given a message up and put it elsewhere, or nowhere, itself. */
  gaveUp(queue: string, { envelope }: Posting, reason: string, target: Name | undefined): number {
    const account = this.#account(queue);
    const { cause, span } = this.#context;
    const subject = envelope.thing?.recorded;
    return this.#system.log.note(
      'deadLetter',
      account.name,
      subject,
      cause,
      span,
      envelope.id,
      reason,
      target,
    );
  }

  /** A fault has made the service forget a message that it has accepted. */
  dropped(queue: string, { envelope, record }: Posting, cause: number): void {
    const subject = envelope.thing?.recorded;
    this.#system.log.note('dropped', this.nameOf(queue), subject, cause, record, envelope.id, 'drop');
  }

  *reports(): Iterable<QueueReport> {
    for (const [queue, { name, published, acked, deadLettered, deepest }] of this.#accounts) {
      const { visible = 0, delayed = 0, inFlight = 0 } = this.#countsOf(queue) ?? {};
      const waiting = visible + delayed;
      yield { queue: name.text, published, acked, deadLettered, lost: 0, waiting, inFlight, deepest };
    }
  }

  #enqueued(queue: string, copy: Copy<Posting>, cause: number): void {
    const account = this.#account(queue);
    const { envelope } = copy.message.body;
    account.published++;
    const subject = envelope.thing?.recorded;
    const { log, gauges, sim } = this.#system;
    const at = log.note('enqueued', account.name, subject, cause, cause, envelope.id);
    if (copy.hiddenUntil > sim.now) gauges.set('delayed', account.name.text, copy.hiddenUntil);
    this.#trails.set(copy.number, { at, span: NONE, stray: 0 });
    this.#deepen(queue, 0);
  }

  /** Notes something of a copy, which is then the cause of what comes next. */
  #note(
    kind: 'extended' | 'putOff' | 'requeue' | 'deadLetter' | 'redriven',
    queue: string,
    { number, message }: Copy<Posting>,
    detail?: string,
    peer?: Name,
  ): number {
    const { envelope } = message.body;
    const trail = this.#trails.get(number);
    const before = trail?.at ?? NONE;
    const cause = this.#context.cause === NONE ? before : this.#context.cause;
    const span = trail === undefined || trail.span === NONE ? before : trail.span;
    const subject = envelope.thing?.recorded;
    const { name } = this.#account(queue);
    const record = this.#system.log.note(kind, name, subject, cause, span, envelope.id, detail, peer);
    if (trail) trail.at = record;
    return record;
  }

  /** Looks whether more messages wait than ever before; `more` are about to. */
  #deepen(queue: string, more: number): void {
    const account = this.#account(queue);
    const { visible = 0, delayed = 0 } = this.#countsOf(queue) ?? {};
    account.deepest = Math.max(account.deepest, visible + delayed + more);
  }

  #account(queue: string): Account {
    let account = this.#accounts.get(queue);
    if (!account) {
      account = { name: new Name(`sqs/${queue}`), published: 0, acked: 0, deadLettered: 0, deepest: 0 };
      this.#accounts.set(queue, account);
    }
    return account;
  }
}
