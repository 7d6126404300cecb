import { type Micros, NEVER } from '../../kernel/time.ts';
import { MILLISECOND } from './clock.ts';
import type { Confirm } from './confirm.ts';
import { timeToLive } from './expiration.ts';
import { Entry, type Message, type Reason } from './message.ts';
import type {
  Fetched,
  Queue,
  QueueCount,
  QueueHost,
  QueueUser,
  Settlement,
  Subscription,
  Unacked,
} from './queue.ts';
import type { QueuePolicy, QueueSettings } from './queue-settings.ts';
import { byTag, type QuorumConsumer, QuorumConsumers } from './quorum-consumers.ts';
import { QuorumLimits } from './quorum-limits.ts';
import { called, Refusal } from './refusal.ts';
import { HeadTimer, TickedLease } from './timers.ts';
import { QuorumWaiting } from './waiting.ts';

/** Priority of a message without one, where there are levels (RabbitMQ, "Quorum Queues"). */
const USUAL_LEVEL = 4;

/**
 * A quorum queue: a replicated state machine that applies one command after the other (RabbitMQ, `rabbit_fifo`).
 *
 * After each command it drops what has expired, hands out what it can, and only then looks at its limits.
 */
export class QuorumQueue implements Queue {
  settings: QueueSettings;
  alive = true;
  readonly #host: QueueHost;
  readonly #waiting: QuorumWaiting;
  readonly #consumers: QuorumConsumers;
  readonly #timer: HeadTimer;
  readonly #limits: QuorumLimits;
  #arrivals = 0;
  readonly #lease: TickedLease;

  constructor(settings: QueueSettings, host: QueueHost) {
    const { quorumLevels, activeByPriority } = host.rules;
    this.settings = settings;
    this.#host = host;
    this.#waiting = new QuorumWaiting(quorumLevels);
    this.#limits = new QuorumLimits(settings, this.#waiting);
    this.#consumers = new QuorumConsumers(settings.singleActive, activeByPriority);
    this.#timer = new HeadTimer(host, () => this.#command(() => {}));
    this.#lease = new TickedLease(
      host,
      settings.expires,
      () => this.#consumers.counted > 0,
      () => host.remove(this),
    );
  }

  publish(message: Message, confirm: Confirm | null, from: QueueUser | null): void {
    if (this.#host.loses(this.settings.name, message)) {
      confirm?.accept();
      return;
    }
    if (from !== null && !this.#limits.admits(from)) {
      this.#host.observer.refused?.(this.settings.name, message);
      confirm?.refuse();
      return;
    }
    const entry = this.#entry(message);
    this.#host.observer.enqueued?.(this.settings.name, message);
    confirm?.accept();
    this.#command(() => this.#waiting.add(entry));
  }

  get(from: QueueUser, noAck: boolean, tag: number): Fetched | null {
    if (this.settings.singleActive)
      throw new Refusal(
        'RESOURCE_LOCKED',
        `cannot obtain access to locked ${called('queue', this.settings.name)}. basic.get operations are not supported by quorum queues with single active consumer`,
      );
    this.#lease.renew();
    return this.#command(() => {
      this.#dropExpired();
      const entry = this.#waiting.take();
      if (!entry) return null;
      const acquisition = noAck ? null : this.#consumers.fetched(from, tag);
      return { entry, acquisition, remaining: this.#waiting.length };
    });
  }

  consume(subscription: Subscription): void {
    if (subscription.channel.limiter.active)
      throw new Refusal(
        'NOT_IMPLEMENTED',
        `${called('queue', this.settings.name)} does not support global qos`,
      );
    this.#command(() => this.#consumers.subscribe(subscription));
  }

  cancel(channel: QueueUser, tag: string): void {
    this.#command(() => {
      if (this.#consumers.cancel(channel, tag)) this.#lease.renew();
    });
  }

  /** Shared limits do not count here. */
  limitChanged(): void {}

  ack(_channel: QueueUser, unacked: readonly Unacked[]): void {
    this.#command(() => this.#complete(unacked));
  }

  discard(_channel: QueueUser, unacked: readonly Unacked[]): void {
    this.#command(() => {
      for (const { entry } of unacked) this.#bury(entry, 'rejected');
      this.#complete(unacked);
    });
  }

  requeue(_channel: QueueUser, unacked: readonly Unacked[], how: Settlement): void {
    const { requeueToEnd, everyReturnFails, creditLeak } = this.#host.rules;
    const fails = everyReturnFails || how === 'reject';
    if (requeueToEnd && this.settings.deliveryLimit === Number.POSITIVE_INFINITY) {
      // Appended once more, each by a command of its own.
      for (const one of unacked)
        this.#command(() => {
          if (fails) one.entry.failures++;
          one.entry.redelivered = true;
          this.#complete([one]);
          this.#waiting.add(one.entry);
          this.#tellRequeued(one.entry);
        });
      return;
    }
    this.#command(() => {
      for (const one of unacked) {
        const dropped = !this.#return(one.entry, fails);
        const consumer = one.acquisition as QuorumConsumer; // this queue handed it out
        this.#consumers.settle(consumer, !creditLeak, dropped && creditLeak ? 1 : 0);
      }
      this.#settled(unacked);
    });
  }

  channelEnded(channel: QueueUser, unacked: readonly Unacked[]): void {
    this.#limits.forget(channel);
    this.#command(() => {
      this.#consumers.removeStandby(channel);
      const gone = this.#consumers.members.filter((each) => each.channel === channel).sort(byTag);
      for (const consumer of gone) {
        for (const { entry, acquisition } of unacked) if (acquisition === consumer) this.#return(entry, true);
        this.#lease.renew();
        consumer.out = 0;
        this.#consumers.remove(consumer);
      }
    });
  }

  get ready(): number {
    return this.#waiting.length;
  }

  get out(): number {
    let out = 0;
    for (const consumer of this.#consumers.members) out += consumer.out;
    return out;
  }

  get oldest(): Micros | undefined {
    return this.#waiting.first?.since;
  }

  count(): QueueCount {
    return { messages: this.#waiting.length, consumers: this.#consumers.counted };
  }

  subscriptions(): readonly Subscription[] {
    return this.#consumers.subscriptions();
  }

  purge(): number {
    return this.#command(() => this.#waiting.clear());
  }

  checkDelete(ifUnused: boolean, ifEmpty: boolean): void {
    const flag = ifUnused ? 'if-unused' : ifEmpty ? 'if-empty' : null;
    if (flag !== null)
      throw new Refusal(
        'NOT_IMPLEMENTED',
        `cannot delete ${called('queue', this.settings.name)}. queue.delete operations with ${flag} flag set are not supported by quorum queues`,
      );
  }

  end(): number {
    this.alive = false;
    this.#timer.stop();
    this.#lease.stop();
    return this.#waiting.length;
  }

  govern(policy: QueuePolicy): void {
    this.settings = { ...this.settings, ...policy };
    this.#limits.settings = this.settings;
    this.#command(() => {});
  }

  restart(): void {
    this.#limits.forgetAll();
    this.#command(() => {});
  }

  /** Applies a command and does what follows from it. */
  #command<R>(apply: () => R): R {
    const wasLow = this.#limits.low;
    const result = apply();
    if (this.#waiting.length > 0) this.#handOut();
    const dropped = this.#limits.hold(wasLow);
    // Of several that one command drops, the server buries the last one first.
    for (let i = dropped.length - 1; i >= 0; i--) this.#bury(dropped[i]!, 'maxlen');
    const first = this.#waiting.first;
    if (first && first.expiry !== NEVER) this.#timer.aim(first.expiry);
    return result;
  }

  /** Hands out what waits; each consumer gets its part at once, as one letter. */
  #handOut(): void {
    const parts: { readonly consumer: QuorumConsumer; readonly entry: Entry }[] = [];
    this.#dropExpired();
    while (this.#waiting.length > 0) {
      const consumer = this.#consumers.next();
      if (!consumer) break;
      parts.push({ consumer, entry: this.#waiting.take()! });
      this.#dropExpired();
    }
    if (parts.length > 1) parts.sort((a, b) => byTag(a.consumer, b.consumer));
    for (const { consumer, entry } of parts) this.#hand(consumer, entry);
  }

  #hand(consumer: QuorumConsumer, entry: Entry): void {
    const { channel, subscription } = consumer;
    if (!subscription) return;
    channel.hand(this, entry, subscription, consumer);
    if (!subscription.noAck) return;
    // The channel settles for the consumer, once it has the message.
    this.#host.defer(() => {
      if (this.alive && this.#consumers.members.includes(consumer))
        this.#command(() => {
          this.#consumers.settle(consumer, true);
          this.#after(consumer);
        });
    });
  }

  /** Messages are done with: room for their consumers. */
  #complete(unacked: readonly Unacked[]): void {
    const cap = !this.#host.rules.creditLeak;
    for (const { acquisition } of unacked) this.#consumers.settle(acquisition as QuorumConsumer, cap); // as above
    this.#settled(unacked);
  }

  #settled(unacked: readonly Unacked[]): void {
    const first = unacked[0];
    if (first) this.#after(first.acquisition as QuorumConsumer); // settlements are of one consumer
  }

  #after(consumer: QuorumConsumer): void {
    if (this.#consumers.leaveIfDone(consumer)) this.#lease.renew();
    else this.#consumers.serve(consumer);
  }

  /** Takes a message back, unless it has failed too often. */
  #return(entry: Entry, failed: boolean): boolean {
    if (failed) entry.failures++;
    entry.redelivered = true;
    if (failed && entry.failures > this.settings.deliveryLimit) {
      this.#bury(entry, 'delivery_limit');
      return false;
    }
    this.#waiting.giveBack(entry);
    this.#tellRequeued(entry);
    return true;
  }

  #entry(message: Message): Entry {
    const { quorumLevels } = this.#host.rules;
    const life = timeToLive(message.expiration, this.settings.messageTtl);
    // There is no "at once": a life of 0 lasts to the end of the millisecond.
    const expiry = life === NEVER ? NEVER : this.#host.clock.now + Math.max(life, MILLISECOND);
    const level = quorumLevels === 1 ? 0 : Math.min(message.priority ?? USUAL_LEVEL, quorumLevels - 1);
    return new Entry(message, this.#arrivals++, this.#host.clock.now, expiry, level);
  }

  #dropExpired(): void {
    const { now } = this.#host.clock;
    for (let first = this.#waiting.first; first && first.expiry <= now; first = this.#waiting.first) {
      this.#waiting.take();
      this.#bury(first, 'expired');
    }
  }

  #tellRequeued({ message, failures }: Entry): void {
    this.#host.observer.requeued?.(this.settings.name, message, failures);
  }

  #bury({ message }: Entry, reason: Reason): void {
    this.#host.bury(this.settings, message, reason);
  }
}
