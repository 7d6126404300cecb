import { Name, NONE } from '../../../recorder.ts';
import type { QueueReport } from '../../../run.ts';
import type { System } from '../../../system.ts';
import type { BrokerObserver } from '../../rabbitmq/events.ts';
import type { Message, Reason } from '../../rabbitmq/message.ts';
import type { Queue } from '../../rabbitmq/queue.ts';
import type { Posting } from './posting.ts';

const REASONS: Readonly<Record<Reason, string>> = {
  rejected: 'rejected',
  expired: 'expired',
  maxlen: 'queue limit',
  delivery_limit: 'delivery limit',
};

/** What one queue has seen. */
interface Count {
  readonly name: Name;
  published: number;
  acked: number;
  deadLettered: number;
  lost: number;
  deepest: number;
}

/** Writes what happens inside the broker into the run's record, and keeps each queue's accounts. */
export class Journal implements BrokerObserver {
  readonly #system: System;
  readonly #product: string;
  readonly #counts = new Map<string, Count>();
  readonly #channels = new Map<string, Name>();
  readonly #queueOf: (name: string) => Queue | undefined;
  /** What the broker is doing now is done because of this. */
  #cause = NONE;
  #reason: string | null = null;

  constructor(system: System, product: string, queueOf: (name: string) => Queue | undefined) {
    this.#system = system;
    this.#product = product;
    this.#queueOf = queueOf;
  }

  /** Does something to the broker, all of whose consequences have this cause; `reason` says why messages come back. */
  because(cause: number | undefined, reason: string | null, act: () => void): void {
    const [before, why] = [this.#cause, this.#reason];
    this.#cause = cause ?? NONE;
    this.#reason = reason;
    try {
      act();
    } finally {
      this.#cause = before;
      this.#reason = why;
    }
  }

  /** The name of a queue as the record has it: `rabbitmq/labels`. */
  nameOf(queue: string): Name {
    return this.#count(queue).name;
  }

  acked(queue: string): void {
    this.#count(queue).acked++;
  }

  /** Messages were taken out to be put into the queue's successor. */
  moved(queue: string, messages: number): void {
    this.#count(queue).published -= messages;
  }

  enqueued(queue: string, message: Message): void {
    const posting = message.body as Posting; // the bridge publishes nothing else
    const { envelope } = posting;
    this.took(posting);
    const count = this.#count(queue);
    count.published++;
    const depth = (this.#queueOf(queue)?.ready ?? 0) + 1;
    if (depth > count.deepest) count.deepest = depth;
    const cause = posting.at(queue);
    const record = this.#system.log.note(
      'enqueued',
      count.name,
      envelope.thing?.recorded,
      cause,
      cause,
      envelope.id,
    );
    posting.move(queue, record);
  }

  /** The broker has accepted a publish. */
  took(posting: Posting): void {
    if (posting.record !== NONE) return;
    const { envelope, cause } = posting;
    const { log, counted } = this.#system;
    counted.messages++;
    const place = this.#channel(posting.channel);
    const subject = envelope.thing?.recorded;
    posting.published(
      log.note('publish', place, subject, cause, cause, envelope.id, envelope.type ?? undefined),
    );
  }

  unroutable(posting: Posting): void {
    this.took(posting);
    const { envelope, record } = posting;
    const place = this.#channel(posting.channel);
    const subject = envelope.thing?.recorded;
    const key = envelope.key ?? undefined;
    this.#system.log.note('unroutable', place, subject, record, record, envelope.id, key);
  }

  refused(queue: string, message: Message): void {
    const { envelope, cause } = message.body as Posting;
    const { name } = this.#count(queue);
    this.#system.log.note('overflow', name, envelope.thing?.recorded, cause, cause, envelope.id);
  }

  requeued(queue: string, message: Message, failures: number): void {
    const posting = message.body as Posting;
    const { envelope } = posting;
    const span = posting.at(queue);
    const cause = this.#cause === NONE ? span : this.#cause;
    const { name } = this.#count(queue);
    const reason = this.#reason ?? (failures > 0 ? 'rejected' : 'consumer timeout');
    const record = this.#system.log.note(
      'requeue',
      name,
      envelope.thing?.recorded,
      cause,
      span,
      envelope.id,
      reason,
    );
    posting.move(queue, record);
  }

  died(queue: string, message: Message, reason: Reason, reached: readonly string[]): void {
    const posting = message.body as Posting;
    const { envelope } = posting;
    const count = this.#count(queue);
    count.deadLettered++;
    const why = reason === 'rejected' ? (this.#reason ?? REASONS.rejected) : REASONS[reason];
    const span = posting.at(queue);
    const cause = reason === 'expired' || this.#cause === NONE ? span : this.#cause;
    const [first] = reached;
    const peer = first === undefined ? undefined : this.nameOf(first);
    const subject = envelope.thing?.recorded;
    const record = this.#system.log.note(
      'deadLetter',
      count.name,
      subject,
      cause,
      span,
      envelope.id,
      why,
      peer,
    );
    posting.move(queue, record);
    for (const target of reached) posting.move(target, record);
  }

  /** A consumer has given a message up and put it elsewhere itself. */
  gaveUp(queue: string, posting: Posting, reason: string, target: string): number {
    const { envelope } = posting;
    const count = this.#count(queue);
    count.deadLettered++;
    const span = posting.at(queue);
    const subject = envelope.thing?.recorded;
    const peer = this.#channel(target);
    return this.#system.log.note(
      'deadLetter',
      count.name,
      subject,
      this.#cause === NONE ? span : this.#cause,
      span,
      envelope.id,
      reason,
      peer,
    );
  }

  /** A consumer has put a message where it will wait for its next try. */
  putOff(queue: string, posting: Posting, reason: string, target: string): number {
    const { envelope } = posting;
    const count = this.#count(queue);
    count.acked++;
    const span = posting.at(queue);
    const subject = envelope.thing?.recorded;
    const cause = this.#cause === NONE ? span : this.#cause;
    const peer = this.#channel(target);
    return this.#system.log.note('putOff', count.name, subject, cause, span, envelope.id, reason, peer);
  }

  /** An operator has taken a message out, to put it back to where it failed. */
  redriven(queue: string, posting: Posting, back: string, cause: number): number {
    const { envelope } = posting;
    const count = this.#count(queue);
    count.acked++;
    const subject = envelope.thing?.recorded;
    const span = posting.at(queue);
    const peer = this.#channel(back);
    return this.#system.log.note('redriven', count.name, subject, cause, span, envelope.id, undefined, peer);
  }

  /** The broker has stopped reading from a publisher's connection, or goes on. */
  blocked(publisher: Name, on: boolean): void {
    const place = this.#channel(this.#product);
    this.#system.log.note('blocked', place, undefined, this.#cause, NONE, 0, on ? 'on' : 'off', publisher);
  }

  /** A fault has made the broker forget a message. */
  dropped(place: string, { envelope, record }: Posting, cause: number): void {
    const name = this.#channel(`${this.#product}/${place}`);
    const subject = envelope.thing?.recorded;
    this.#system.log.note('dropped', name, subject, cause, record, envelope.id, 'drop');
  }

  lost(queue: string, message: Message): void {
    const posting = message.body as Posting;
    const { envelope } = posting;
    const count = this.#count(queue);
    count.lost++;
    const span = posting.at(queue);
    const subject = envelope.thing?.recorded;
    const cause = this.#cause === NONE ? span : this.#cause;
    this.#system.log.note('dropped', count.name, subject, cause, span, envelope.id, 'not persistent');
  }

  deleted(queue: string, messages: number): void {
    const count = this.#count(queue);
    count.lost += messages;
    this.#system.log.note('queueDeleted', count.name, undefined, this.#cause, NONE, messages);
  }

  *reports(): Iterable<QueueReport> {
    for (const [queue, { name, published, acked, deadLettered, lost, deepest }] of this.#counts) {
      const known = this.#queueOf(queue);
      const [waiting, inFlight] = [known?.ready ?? 0, known?.out ?? 0];
      yield { queue: name.text, published, acked, deadLettered, lost, waiting, inFlight, deepest };
    }
  }

  #channel(channel: string): Name {
    let name = this.#channels.get(channel);
    if (!name) {
      name = new Name(channel);
      this.#channels.set(channel, name);
    }
    return name;
  }

  #count(queue: string): Count {
    let count = this.#counts.get(queue);
    if (!count) {
      const name = new Name(`${this.#product}/${queue}`);
      count = { name, published: 0, acked: 0, deadLettered: 0, lost: 0, deepest: 0 };
      this.#counts.set(queue, count);
    }
    return count;
  }
}
