import { type Micros, NEVER } from '../../kernel/time.ts';
import { type ChannelUse, type ClassicConsumer, ClassicConsumers } from './classic-consumers.ts';
import type { Confirm } from './confirm.ts';
import { timeToLive } from './expiration.ts';
import { Entry, type Message } from './message.ts';
import type { Fetched, Queue, QueueCount, QueueHost, QueueUser, Subscription, Unacked } from './queue.ts';
import type { QueuePolicy, QueueSettings } from './queue-settings.ts';
import { called, Refusal } from './refusal.ts';
import { HeadTimer, Lease } from './timers.ts';
import { ClassicWaiting } from './waiting.ts';

/** A classic queue: one process on one node, in whose order everything happens (RabbitMQ, `rabbit_amqqueue_process`). */
export class ClassicQueue implements Queue {
  settings: QueueSettings;
  alive = true;
  readonly #host: QueueHost;
  readonly #waiting: ClassicWaiting;
  readonly #consumers: ClassicConsumers;
  readonly #timer: HeadTimer;
  readonly #lease: Lease;
  /** An auto-delete queue goes only once it has had a consumer. */
  #hadConsumers = false;
  #arrivals = 0;

  constructor(settings: QueueSettings, host: QueueHost) {
    this.settings = settings;
    this.#host = host;
    this.#waiting = new ClassicWaiting((settings.maxPriority ?? 0) + 1);
    this.#consumers = new ClassicConsumers(settings.singleActive, (use) => this.#roomOn(use));
    this.#timer = new HeadTimer(host, () => this.#dropExpired());
    this.#lease = new Lease(host, settings.expires, () => this.#leaseOver());
    this.#lease.renew();
  }

  publish(message: Message, confirm: Confirm | null): void {
    if (this.#host.loses(this.settings.name, message)) {
      confirm?.accept();
      return;
    }
    const { overflow, messageTtl, deadLetterExchange, singleActive } = this.settings;
    if (overflow !== 'drop-head' && this.#overflowsWith(message)) {
      if (overflow === 'reject-publish-dlx') this.#host.bury(this.settings, message, 'maxlen');
      this.#host.observer.refused?.(this.settings.name, message);
      confirm?.refuse();
      return;
    }
    const entry = this.#entry(message);
    this.#host.observer.enqueued?.(this.settings.name, message);
    confirm?.accept();
    // Messages may wait although the single active consumer has room; they are looked at now, and go first.
    const stalled = singleActive && this.#waiting.length > 0;
    if (!stalled && this.#consumers.deliver((consumer) => this.#hand(consumer, entry))) return;
    if (messageTtl === 0 && deadLetterExchange === null) {
      this.#host.bury(this.settings, message, 'expired');
      return;
    }
    this.#waiting.add(entry);
    if (stalled) this.#run();
    const dropped = this.#dropHeads();
    // As on the server: only where the new message may be first in line. A message of high priority that
    // comes to stand before others is not watched.
    if (dropped || this.#waiting.length === 1) this.#dropExpired();
  }

  get(from: QueueUser, noAck: boolean): Fetched | null {
    this.#renew();
    const entry = this.#take();
    if (!entry) return null;
    if (!noAck) this.#consumers.fetched(from);
    return { entry, acquisition: null, remaining: this.#waiting.length };
  }

  consume(subscription: Subscription): void {
    if (this.#consumers.refuses(subscription))
      throw new Refusal('ACCESS_REFUSED', `${called('queue', this.settings.name)} in exclusive use`);
    this.#hadConsumers = true;
    this.#consumers.add(subscription);
    this.#run();
  }

  cancel(channel: QueueUser, tag: string): void {
    if (!this.#consumers.remove(channel, tag)) return;
    if (this.#abandoned) this.#host.remove(this);
    else this.#renew();
  }

  ack(channel: QueueUser, unacked: readonly Unacked[]): void {
    if (this.#consumers.settled(channel, unacked)) this.#run();
  }

  requeue(channel: QueueUser, unacked: readonly Unacked[]): void {
    this.#consumers.settled(channel, unacked);
    this.#takeBack(unacked);
  }

  discard(channel: QueueUser, unacked: readonly Unacked[]): void {
    const unblocked = this.#consumers.settled(channel, unacked);
    // Priority levels die one after the other, the highest first.
    const dying = this.settings.maxPriority === null ? unacked : byLevel(unacked);
    for (const { entry } of dying) this.#host.bury(this.settings, entry.message, 'rejected');
    if (unblocked) this.#run();
  }

  channelEnded(channel: QueueUser, unacked: readonly Unacked[]): void {
    if (!this.#consumers.removeChannel(channel)) return;
    if (this.#abandoned) {
      this.#host.remove(this);
      return;
    }
    this.#renew();
    this.#takeBack(unacked);
  }

  /** A channel's shared limit has come into force, or gone. */
  limitChanged(channel: QueueUser): void {
    if (this.#consumers.limitChanged(channel)) this.#run();
  }

  get ready(): number {
    return this.#waiting.length;
  }

  get out(): number {
    return this.#consumers.out;
  }

  get oldest(): Micros | undefined {
    return this.#waiting.first?.since;
  }

  count(): QueueCount {
    this.#renew();
    return { messages: this.#waiting.length, consumers: this.#consumers.count };
  }

  subscriptions(): readonly Subscription[] {
    return this.#consumers.list();
  }

  purge(): number {
    return this.#waiting.clear();
  }

  checkDelete(ifUnused: boolean, ifEmpty: boolean): void {
    const name = called('queue', this.settings.name);
    if (ifEmpty && this.#waiting.length > 0) throw new Refusal('PRECONDITION_FAILED', `${name} not empty`);
    if (ifUnused && this.#consumers.count > 0) throw new Refusal('PRECONDITION_FAILED', `${name} in use`);
  }

  end(): number {
    this.alive = false;
    this.#timer.stop();
    this.#lease.stop();
    return this.#waiting.length;
  }

  govern(policy: QueuePolicy): void {
    this.settings = { ...this.settings, ...policy };
    this.#dropHeads();
    this.#dropExpired();
  }

  restart(): void {
    for (const entry of this.#waiting.drain())
      if (entry.message.persistent) this.#waiting.add(entry);
      else this.#host.observer.lost?.(this.settings.name, entry.message);
    this.#timer.stop();
    this.#renew();
    this.#dropExpired();
  }

  get #abandoned(): boolean {
    return this.settings.autoDelete && this.#hadConsumers && this.#consumers.count === 0;
  }

  #entry(message: Message): Entry {
    const { messageTtl, maxPriority } = this.settings;
    const life = timeToLive(message.expiration, messageTtl);
    const expiry = life === NEVER ? NEVER : this.#host.clock.now + life;
    const level = maxPriority === null ? 0 : Math.min(message.priority ?? 0, maxPriority);
    return new Entry(message, this.#arrivals++, this.#host.clock.now, expiry, level);
  }

  #hand(consumer: ClassicConsumer, entry: Entry): void {
    consumer.channel.hand(this, entry, consumer, null);
  }

  /** Hands out what waits, as long as someone has room. */
  #run(): void {
    while (this.#waiting.length > 0)
      if (!this.#consumers.deliver((consumer) => this.#hand(consumer, this.#take()!))) return;
  }

  #take(): Entry | undefined {
    const entry = this.#waiting.take();
    if (entry) this.#dropExpired();
    return entry;
  }

  /** Puts messages back to their old places. */
  #takeBack(unacked: readonly Unacked[]): void {
    for (const { entry } of unacked) {
      entry.redelivered = true;
      this.#waiting.giveBack(entry);
      this.#host.observer.requeued?.(this.settings.name, entry.message, 0);
    }
    this.#dropHeads();
    this.#dropExpired();
    this.#run();
  }

  #overflowsWith({ size }: Message): boolean {
    const { maxLength, maxBytes } = this.settings;
    return this.#waiting.length + 1 > maxLength || this.#waiting.bytes + size > maxBytes;
  }

  /** Drops from the head until the queue fits its limits; true if anything had to go. */
  #dropHeads(): boolean {
    const { maxLength, maxBytes, overflow } = this.settings;
    if (overflow !== 'drop-head') return false;
    let dropped = false;
    while (this.#waiting.length > maxLength || this.#waiting.bytes > maxBytes) {
      const entry = this.#waiting.take();
      if (!entry) break;
      dropped = true;
      this.#host.bury(this.settings, entry.message, 'maxlen');
    }
    return dropped;
  }

  /** Drops what has expired at the head; what is behind a message that lives stays. */
  #dropExpired(): void {
    const { now } = this.#host.clock;
    let first = this.#waiting.first;
    for (; first && first.expiry <= now; first = this.#waiting.first) {
      this.#waiting.take();
      this.#host.bury(this.settings, first.message, 'expired');
    }
    if (first && first.expiry !== NEVER) this.#timer.aim(first.expiry);
  }

  #renew(): void {
    if (this.#consumers.count === 0) this.#lease.renew();
  }

  #leaseOver(): void {
    if (this.#consumers.count === 0) this.#host.remove(this);
  }

  #roomOn(use: ChannelUse): void {
    this.#host.defer(() => {
      if (this.alive && this.#consumers.resume(use)) this.#run();
    });
  }
}

const byLevel = (unacked: readonly Unacked[]): Unacked[] =>
  [...unacked].sort((a, b) => b.entry.level - a.entry.level || a.tag - b.tag);
