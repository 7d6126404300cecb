import { ConsumerRing } from './consumer-ring.ts';
import type { QueueUser, Subscription } from './queue.ts';

/** Messages a consumer may have out on a quorum queue if its prefetch sets no limit. */
const MOST_OUT = 2_000;

/** Someone who has messages of a quorum queue out, or may have: a consumer, or a basic.get not yet settled. */
export interface QuorumConsumer {
  readonly channel: QueueUser;
  /** The consumer's tag; a number for basic.get. */
  readonly tag: string | number;
  subscription: Subscription | null;
  priority: number;
  /** Messages it may still be given. */
  credit: number;
  /** What it may have out at once. */
  mostOut: number;
  out: number;
  /** Cancelled consumers are kept while they have messages out. */
  status: 'up' | 'quiescing' | 'cancelled';
}

const compareTags = (a: string | number, b: string | number): number => {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
};

/** The order in which the server goes through consumers: gets first, then by tag. */
export const byTag = (a: QuorumConsumer, b: QuorumConsumer): number =>
  compareTags(a.tag, b.tag) || a.channel.number - b.channel.number;

/** Who is served by a quorum queue, and in which order (RabbitMQ, `rabbit_fifo`). */
export class QuorumConsumers {
  readonly #members: QuorumConsumer[] = [];
  /** With a single active consumer: those that are not. */
  readonly #standby: QuorumConsumer[] = [];
  /** Those with credit, in turn. */
  readonly #service = new ConsumerRing<QuorumConsumer>();
  readonly #singleActive: boolean;
  readonly #activeByPriority: boolean;

  constructor(singleActive: boolean, activeByPriority: boolean) {
    this.#singleActive = singleActive;
    this.#activeByPriority = activeByPriority;
  }

  /** As the server counts: without those on standby, with every get that is not settled. */
  get counted(): number {
    return this.#members.length;
  }

  get members(): readonly QuorumConsumer[] {
    return this.#members;
  }

  subscriptions(): Subscription[] {
    const all = [...this.#members, ...this.#standby].filter(({ status }) => status !== 'cancelled');
    return all.flatMap(({ subscription }) => subscription ?? []);
  }

  subscribe(subscription: Subscription): void {
    const { channel, tag, priority, prefetch } = subscription;
    const mostOut = prefetch === 0 ? MOST_OUT : prefetch;
    const known = this.#members.find((each) => each.channel === channel && each.tag === tag);
    if (known && (!this.#singleActive || this.#activeMember === undefined)) {
      // The same tag again, while messages from before are still out.
      known.subscription = subscription;
      known.priority = priority;
      known.mostOut = mostOut;
      known.credit = Math.max(0, mostOut - known.out);
      known.status = 'up';
      this.serve(known);
      return;
    }
    const consumer: QuorumConsumer = {
      channel,
      tag,
      subscription,
      priority,
      credit: mostOut,
      mostOut,
      out: 0,
      status: 'up',
    };
    if (this.#singleActive) {
      this.#standby.push(consumer);
      this.#quiesceFor(consumer);
      this.#activateNext();
    } else this.#join(consumer);
  }

  /** Notes a message that basic.get has taken. */
  fetched(channel: QueueUser, tag: number): QuorumConsumer {
    const consumer: QuorumConsumer = {
      channel,
      tag,
      subscription: null,
      priority: 0,
      credit: 0,
      mostOut: 0,
      out: 1,
      status: 'cancelled',
    };
    this.#members.push(consumer);
    return consumer;
  }

  /** Cancels a consumer; true if that ended its membership. */
  cancel(channel: QueueUser, tag: string): boolean {
    const waits = this.#standby.findIndex((each) => each.channel === channel && each.tag === tag);
    if (waits >= 0) {
      this.#standby.splice(waits, 1);
      return false;
    }
    const consumer = this.#members.find((each) => each.channel === channel && each.tag === tag);
    if (!consumer) return false;
    consumer.status = 'cancelled';
    consumer.credit = 0;
    this.#service.remove(consumer);
    const gone = this.leaveIfDone(consumer);
    this.#activateNext();
    return gone;
  }

  /** Takes a consumer out for good; what it had out is the caller's business. */
  remove(consumer: QuorumConsumer): void {
    const at = this.#members.indexOf(consumer);
    if (at >= 0) this.#members.splice(at, 1);
    this.#service.remove(consumer);
    this.#activateNext();
  }

  removeStandby(channel: QueueUser): void {
    for (let i = this.#standby.length - 1; i >= 0; i--)
      if (this.#standby[i]!.channel === channel) this.#standby.splice(i, 1);
  }

  /** The consumer whose turn it is, charged for one message; undefined if none has room. */
  next(): QuorumConsumer | undefined {
    for (let consumer = this.#service.take(); consumer; consumer = this.#service.take()) {
      if (consumer.credit === 0 || consumer.status !== 'up') continue;
      consumer.credit--;
      consumer.out++;
      this.serve(consumer);
      return consumer;
    }
    return undefined;
  }

  /** One of a consumer's messages is settled; `extra` is credit it gets on top. */
  settle(consumer: QuorumConsumer, cap: boolean, extra = 0): void {
    consumer.out--;
    const credit = consumer.credit + 1 + extra;
    consumer.credit = cap ? Math.min(consumer.mostOut, credit) : credit;
  }

  /** Puts a consumer in line again, if it has credit and is not there. */
  serve(consumer: QuorumConsumer): void {
    if (consumer.credit > 0 && consumer.status === 'up' && !this.#service.has(consumer))
      this.#service.add(consumer);
  }

  /** Lets a cancelled consumer go that has nothing out; true if it went. */
  leaveIfDone(consumer: QuorumConsumer): boolean {
    if (consumer.status === 'quiescing' && consumer.out === 0) {
      this.remove(consumer);
      consumer.status = 'up';
      consumer.credit = consumer.mostOut;
      this.#standby.push(consumer);
      this.#activateNext();
      return false;
    }
    if (consumer.status !== 'cancelled' || consumer.out > 0) return false;
    this.remove(consumer);
    return true;
  }

  get #activeMember(): QuorumConsumer | undefined {
    return this.#members.find(({ status }) => status !== 'cancelled');
  }

  #join(consumer: QuorumConsumer): void {
    this.#members.push(consumer);
    this.serve(consumer);
  }

  /** Lets the active consumer finish what it has, if a newcomer has a higher priority. */
  #quiesceFor(newcomer: QuorumConsumer): void {
    const active = this.#activeMember;
    if (!this.#activeByPriority || !active || active.priority >= newcomer.priority) return;
    active.status = 'quiescing';
    this.#service.remove(active);
    this.leaveIfDone(active);
  }

  #activateNext(): void {
    if (!this.#singleActive || this.#activeMember !== undefined) return;
    let next = this.#standby[0];
    if (this.#activeByPriority)
      for (const each of this.#standby) if (next && each.priority > next.priority) next = each;
    if (!next) return;
    this.#standby.splice(this.#standby.indexOf(next), 1);
    this.#join(next);
  }
}
