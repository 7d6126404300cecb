import { mix } from '../kernel/luck.ts';
import type { Micros } from '../kernel/time.ts';
import type { End } from '../net/network.ts';
import { isRefusal, type Outcome } from '../outcome.ts';
import { Name } from '../recorder.ts';
import type { QueueReport } from '../run.ts';
import type { System } from '../system.ts';
import type { RabbitQueue } from '../world/schema/world.ts';
import type { Envelope } from './envelope.ts';

/** RabbitMQ's heartbeat: a peer that cannot be reached is taken for dead after this. */
const HEARTBEAT: Micros = 60_000_000;

interface Entry {
  readonly envelope: Envelope;
  /** The record that put it here. */
  readonly cause: number;
  readonly since: Micros;
  /** Its number in the order in which messages came. */
  readonly order: number;
  /** How often it came back. */
  returns: number;
  /** Which copy of its message this is, from 0: each has luck of its own. */
  readonly copy: number;
}

/** One process that takes messages from a queue. */
export interface Subscriber {
  readonly consumer: Name;
  readonly end: End;
  /** Deliveries in progress at once; 0: no bound. */
  readonly prefetch: number;
  readonly auto: boolean;
  /** Where messages go that this consumer gives up; null: where the queue says. */
  readonly deadLetter: string | null;
  readonly up: boolean;
  /** Hands a message over; `settle` is called once, when it has been dealt with. */
  take(
    envelope: Envelope,
    attempt: number,
    variant: number,
    cause: number,
    settle: (outcome: Outcome, cause: number) => void,
  ): void;
}

interface Subscription {
  readonly subscriber: Subscriber;
  inFlight: number;
  /** Counts restarts: settlements from before one mean nothing. */
  session: number;
}

/** A message in a consumer's hands. */
interface Delivery {
  readonly entry: Entry;
  readonly subscription: Subscription;
  /** The consumer's session in which it was handed over. */
  readonly session: number;
  readonly key: number;
  readonly variant: number;
  /** Its record: the span of whatever becomes of it. */
  readonly record: number;
}

/** An at-least-once queue: what is not acknowledged comes back, and what comes back too often is dead-lettered. */
export class MessageQueue {
  readonly name: Name;
  settings: RabbitQueue;
  readonly #system: System;
  readonly #subscriptions: Subscription[] = [];
  #waiting: Entry[] = [];
  #next = 0;
  /** Copies that came of each message. */
  readonly #copies = new Map<number, number>();
  #published = 0;
  #acked = 0;
  #deadLettered = 0;
  #inFlight = 0;
  #deepest = 0;

  constructor(system: System, channel: string, settings: RabbitQueue) {
    this.#system = system;
    this.name = new Name(channel);
    this.settings = settings;
  }

  /** Messages that wait to be delivered. */
  get depth(): number {
    return this.#waiting.length;
  }

  get full(): boolean {
    const limit = this.settings['x-max-length'];
    return limit !== null && this.#waiting.length >= limit;
  }

  report(): QueueReport {
    return {
      queue: this.name.text,
      published: this.#published,
      acked: this.#acked,
      deadLettered: this.#deadLettered,
      waiting: this.#waiting.length,
      inFlight: this.#inFlight,
      deepest: this.#deepest,
    };
  }

  subscribe(subscriber: Subscriber): void {
    this.#subscriptions.push({ subscriber, inFlight: 0, session: 0 });
    this.dispatch();
  }

  unsubscribe(subscriber: Subscriber): void {
    this.disconnected(subscriber);
    const place = this.#subscriptions.findIndex((each) => each.subscriber === subscriber);
    if (place >= 0) this.#subscriptions.splice(place, 1);
  }

  /** A consumer's process is gone: what it had not settled comes back to its place. */
  disconnected(subscriber: Subscriber): void {
    for (const subscription of this.#subscriptions) {
      if (subscription.subscriber === subscriber) {
        subscription.session++;
        subscription.inFlight = 0;
      }
    }
  }

  append(envelope: Envelope, cause: number): void {
    this.#published++;
    const copy = this.#copies.get(envelope.id) ?? 0;
    this.#copies.set(envelope.id, copy + 1);
    const since = this.#system.sim.now;
    this.#waiting.push({ envelope, cause, since, order: this.#published, copy, returns: 0 });
    this.#deepest = Math.max(this.#deepest, this.#waiting.length);
    this.dispatch();
  }

  /** Hands waiting messages to consumers with room, in turn. */
  dispatch(): void {
    while (this.#waiting.length > 0) {
      const subscription = this.#pick();
      if (!subscription) return;
      const entry = this.#waiting.shift() as Entry; // checked above
      this.#deliver(entry, subscription);
    }
  }

  #pick(): Subscription | undefined {
    const all = this.#subscriptions;
    for (let i = 0; i < all.length; i++) {
      const candidate = all[(this.#next + i) % all.length] as Subscription; // within bounds
      const { subscriber, inFlight } = candidate;
      if (subscriber.up && (subscriber.prefetch === 0 || inFlight < subscriber.prefetch)) {
        this.#next = (this.#next + i + 1) % all.length;
        return candidate;
      }
    }
    return undefined;
  }

  #deliver(entry: Entry, subscription: Subscription): void {
    const { subscriber, session } = subscription;
    const { envelope } = entry;
    const { log, network, sim, brokerEnd } = this.#system;
    const key = envelope.thing?.key ?? envelope.id;
    const subject = envelope.thing?.recorded;
    const copy = entry.copy === 0 ? envelope.variant : mix(envelope.variant, 8_000 + entry.copy);
    const variant = entry.returns === 0 ? copy : mix(copy, 3_000 + entry.returns);
    this.#inFlight++;
    if (!subscriber.auto) subscription.inFlight++;

    const transit = network.send(
      brokerEnd,
      subscriber.end,
      'delivery',
      key,
      variant,
      subject,
      entry.cause,
      entry.cause,
    );
    if (transit.lost !== null || transit.refused) {
      sim.after(HEARTBEAT, () =>
        this.#giveBack(entry, subscription, session, 'connection lost', transit.cause, transit.cause),
      );
      return;
    }
    sim.after(transit.delay + this.#system.deliveryTime(key, variant), () => {
      if (!subscriber.up || subscription.session !== session) {
        this.#giveBack(entry, subscription, session, 'connection closed', entry.cause, entry.cause);
        return;
      }
      const detail = entry.returns === 0 ? 'first' : 'redelivered';
      const record = log.note(
        'delivery',
        subscriber.consumer,
        subject,
        transit.cause,
        transit.cause,
        envelope.id,
        detail,
        this.name,
      );
      const delivery: Delivery = { entry, subscription, session, key, variant, record };
      if (subscriber.auto) this.#acknowledged(delivery, record);
      let open = true;
      subscriber.take(envelope, entry.returns + 1, variant, record, (outcome, cause) => {
        if (!open || subscriber.auto) return;
        open = false;
        this.#settle(delivery, outcome, cause);
      });
    });
  }

  /** The consumer's word travels back to the broker. */
  #settle(delivery: Delivery, outcome: Outcome, cause: number): void {
    const { entry, subscription, session, key, variant, record } = delivery;
    const { network, sim, brokerEnd } = this.#system;
    const { subscriber } = subscription;
    const subject = entry.envelope.thing?.recorded;
    const transit = network.send(subscriber.end, brokerEnd, 'ack', key, variant, subject, cause, record);
    if (transit.lost !== null || transit.refused) {
      sim.after(HEARTBEAT, () =>
        this.#giveBack(entry, subscription, session, 'connection lost', transit.cause, record),
      );
      return;
    }
    sim.after(transit.delay, () => {
      if (subscription.session !== session) {
        this.#giveBack(entry, subscription, session, 'connection closed', cause, record);
        return;
      }
      if (outcome.ok) {
        subscription.inFlight--;
        this.#acknowledged(delivery, cause);
        this.dispatch();
      } else if (isRefusal(outcome.failure)) {
        subscription.inFlight--;
        this.#inFlight--;
        this.#bury(entry, subscriber, outcome.failure.reason, cause, record);
        this.dispatch();
      } else this.#giveBack(entry, subscription, session, outcome.failure.reason, cause, record);
    });
  }

  #acknowledged({ entry: { envelope }, subscription, record }: Delivery, cause: number): void {
    this.#inFlight--;
    this.#acked++;
    this.#system.log.note(
      'ack',
      subscription.subscriber.consumer,
      envelope.thing?.recorded,
      cause,
      record,
      envelope.id,
      undefined,
      this.name,
    );
  }

  /** Back to its place in the queue, or dead-lettered once it has come back too often. */
  #giveBack(
    entry: Entry,
    subscription: Subscription,
    session: number,
    reason: string,
    cause: number,
    span: number,
  ): void {
    if (subscription.session === session && !subscription.subscriber.auto) subscription.inFlight--;
    this.#inFlight--;
    entry.returns++;
    const limit = this.settings['x-delivery-limit'];
    if (limit !== null && entry.returns > limit) {
      this.#bury(entry, subscription.subscriber, 'delivery limit', cause, span);
    } else {
      const { envelope } = entry;
      const record = this.#system.log.note(
        'requeue',
        this.name,
        envelope.thing?.recorded,
        cause,
        span,
        envelope.id,
        reason,
      );
      // To its old place, as far as those before it are still here (RabbitMQ, "Consumer Acknowledgements").
      const behind = this.#waiting.findIndex(({ order }) => order > entry.order);
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, { ...entry, cause: record });
      this.#deepest = Math.max(this.#deepest, this.#waiting.length);
    }
    this.dispatch();
  }

  #bury({ envelope }: Entry, { deadLetter }: Subscriber, reason: string, cause: number, span: number): void {
    this.#deadLettered++;
    const target = deadLetter ?? this.settings.deadLetter;
    const peer = target === null ? undefined : new Name(target);
    const record = this.#system.log.note(
      'deadLetter',
      this.name,
      envelope.thing?.recorded,
      cause,
      span,
      envelope.id,
      reason,
      peer,
    );
    if (target !== null) this.#system.broker?.append(target, envelope, record);
  }

  /** When the oldest waiting message was put here; undefined where none waits. */
  get oldest(): Micros | undefined {
    return this.#waiting[0]?.since;
  }
}
