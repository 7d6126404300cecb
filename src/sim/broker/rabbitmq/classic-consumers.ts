import { ConsumerRing } from './consumer-ring.ts';
import type { Waiter } from './limiter.ts';
import type { QueueUser, Subscription, Unacked } from './queue.ts';

/** A consumer of a classic queue. */
export interface ClassicConsumer extends Subscription {
  readonly use: ChannelUse;
  /** Messages it may still be given; null: any number. */
  credit: number | null;
}

/** What a queue knows of a channel that consumes from it or has messages of it. */
export class ChannelUse implements Waiter {
  readonly channel: QueueUser;
  readonly consumers = new Map<string, ClassicConsumer>();
  /** Consumers without room, which are not asked again until there is some. */
  readonly blocked = new ConsumerRing<ClassicConsumer>();
  /** Messages out. */
  out = 0;
  /** Whether the channel's shared limit counts here, and whether it has said no. */
  limit: 'dormant' | 'active' | 'suspended' = 'dormant';
  readonly #resumed: (use: ChannelUse) => void;

  constructor(channel: QueueUser, resumed: (use: ChannelUse) => void) {
    this.channel = channel;
    this.#resumed = resumed;
  }

  resume(): void {
    this.#resumed(this);
  }
}

/**
 * Which consumer of a classic queue is given the next message.
 *
 * Those with room take turns within their priority. One that is found without room is set aside until it
 * has some, and then joins at the end (RabbitMQ, `rabbit_queue_consumers`).
 */
export class ClassicConsumers {
  readonly #uses = new Map<QueueUser, ChannelUse>();
  readonly #ready = new ConsumerRing<ClassicConsumer>();
  readonly #singleActive: boolean;
  readonly #resumed: (use: ChannelUse) => void;
  /** With a single active consumer: that one. */
  #active: ClassicConsumer | null = null;
  #exclusive: ClassicConsumer | null = null;
  #count = 0;

  constructor(singleActive: boolean, resumed: (use: ChannelUse) => void) {
    this.#singleActive = singleActive;
    this.#resumed = resumed;
  }

  get count(): number {
    return this.#count;
  }

  /** Messages out. */
  get out(): number {
    let out = 0;
    for (const use of this.#uses.values()) out += use.out;
    return out;
  }

  /** Whether an exclusive consumer keeps others out, or others keep an exclusive one out. */
  refuses({ exclusive }: Subscription): boolean {
    if (this.#singleActive) return exclusive;
    return this.#exclusive !== null || (exclusive && this.#count > 0);
  }

  add(subscription: Subscription): void {
    const use = this.#use(subscription.channel);
    const limited = subscription.prefetch > 0 && !subscription.noAck;
    const consumer: ClassicConsumer = {
      ...subscription,
      use,
      credit: limited ? subscription.prefetch : null,
    };
    if (use.channel.limiter.active && use.limit === 'dormant') use.limit = 'active';
    use.consumers.set(consumer.tag, consumer);
    this.#ready.add(consumer);
    this.#count++;
    if (consumer.exclusive && !this.#singleActive) this.#exclusive = consumer;
    if (this.#singleActive && this.#active === null) this.#active = consumer;
  }

  /** False if there is no such consumer. */
  remove(channel: QueueUser, tag: string): boolean {
    const use = this.#uses.get(channel);
    const consumer = use?.consumers.get(tag);
    if (!use || !consumer) return false;
    use.consumers.delete(tag);
    use.blocked.remove(consumer);
    this.#ready.remove(consumer);
    this.#count--;
    if (use.consumers.size === 0) {
      use.limit = 'dormant';
      channel.limiter.forget(use);
    }
    this.#forgetIfIdle(use);
    this.#left(consumer);
    return true;
  }

  /** Forgets a channel and its consumers; false if it had nothing to do with the queue. */
  removeChannel(channel: QueueUser): boolean {
    const use = this.#uses.get(channel);
    if (!use) return false;
    this.#uses.delete(channel);
    this.#ready.takeAll((consumer) => consumer.use === use);
    this.#count -= use.consumers.size;
    channel.limiter.forget(use);
    for (const consumer of use.consumers.values()) this.#left(consumer);
    return true;
  }

  /** Notes a message that was fetched with basic.get. */
  fetched(channel: QueueUser): void {
    this.#use(channel).out++;
  }

  /** Gives a message to the consumer whose turn it is; false if none has room. */
  deliver(give: (consumer: ClassicConsumer) => void): boolean {
    if (this.#singleActive) return this.#deliverToActive(give);
    for (let consumer = this.#ready.take(); consumer; consumer = this.#ready.take()) {
      if (!this.#admits(consumer)) continue;
      this.#ready.add(consumer);
      this.#give(consumer, give);
      return true;
    }
    return false;
  }

  /** Messages came back; true if a consumer has room again that had none. */
  settled(channel: QueueUser, unacked: readonly Unacked[]): boolean {
    const use = this.#uses.get(channel);
    if (!use) return false;
    use.out -= unacked.length;
    let refilled = false;
    for (const { consumer: tag } of unacked) {
      const consumer = tag === null ? undefined : use.consumers.get(tag);
      if (!consumer || consumer.credit === null) continue;
      if (consumer.credit === 0) refilled = true;
      consumer.credit++;
    }
    const unblocked = refilled && this.#unblock(use);
    this.#forgetIfIdle(use);
    return unblocked;
  }

  /** The channel's shared limit has come into force, or gone; true if a consumer has room again. */
  limitChanged(channel: QueueUser): boolean {
    const use = this.#uses.get(channel);
    if (!use || use.consumers.size === 0) return false;
    const wasSuspended = use.limit === 'suspended';
    if (channel.limiter.active) {
      if (use.limit === 'dormant') use.limit = 'active';
      return false;
    }
    use.limit = 'dormant';
    return wasSuspended && this.#unblock(use);
  }

  /** The channel's shared limit has room again; true if a consumer has. */
  resume(use: ChannelUse): boolean {
    if (use.limit !== 'suspended') return false;
    use.limit = 'active';
    return this.#unblock(use);
  }

  list(): ClassicConsumer[] {
    return [...this.#uses.values()].flatMap(({ consumers }) => [...consumers.values()]);
  }

  #deliverToActive(give: (consumer: ClassicConsumer) => void): boolean {
    const active = this.#active;
    if (active === null || active.use.blocked.has(active)) return false;
    if (!this.#admits(active)) {
      this.#ready.remove(active);
      return false;
    }
    this.#give(active, give);
    return true;
  }

  #give(consumer: ClassicConsumer, give: (consumer: ClassicConsumer) => void): void {
    if (!consumer.noAck) consumer.use.out++;
    give(consumer);
  }

  #admits(consumer: ClassicConsumer): boolean {
    const { use } = consumer;
    if (use.limit === 'suspended' || consumer.credit === 0) {
      use.blocked.add(consumer);
      return false;
    }
    if (use.limit === 'active' && !use.channel.limiter.admit(use, !consumer.noAck)) {
      use.limit = 'suspended';
      use.blocked.add(consumer);
      return false;
    }
    if (consumer.credit !== null) consumer.credit--;
    return true;
  }

  #unblock(use: ChannelUse): boolean {
    const free = use.blocked.takeAll(({ credit }) => credit !== 0);
    for (const consumer of free) this.#ready.add(consumer);
    return free.length > 0;
  }

  #left(consumer: ClassicConsumer): void {
    if (this.#exclusive === consumer) this.#exclusive = null;
    if (this.#active === consumer) this.#active = this.#ready.first ?? null;
  }

  #use(channel: QueueUser): ChannelUse {
    let use = this.#uses.get(channel);
    if (!use) {
      use = new ChannelUse(channel, this.#resumed);
      this.#uses.set(channel, use);
    }
    return use;
  }

  #forgetIfIdle(use: ChannelUse): void {
    if (use.out === 0 && use.consumers.size === 0) this.#uses.delete(use.channel);
  }
}
