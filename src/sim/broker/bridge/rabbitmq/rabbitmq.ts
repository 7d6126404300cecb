import type { Destination, Incoming, Outgoing } from '../../../calls/send.ts';
import type { Host } from '../../../flow/host.ts';
import { type Sampler, sampler } from '../../../kernel/distribution.ts';
import type { Stream } from '../../../kernel/luck.ts';
import type { Micros } from '../../../kernel/time.ts';
import type { End } from '../../../net/network.ts';
import { type Outcome, REFUSED, success } from '../../../outcome.ts';
import { Name } from '../../../recorder.ts';
import type { QueueReport } from '../../../run.ts';
import type { System } from '../../../system.ts';
import type { RabbitMq } from '../../../world/schema/brokers/rabbitmq.ts';
import type { World } from '../../../world/schema/world.ts';
import type { Envelope } from '../../envelope.ts';
import {
  type Attachment,
  attachedTo,
  type ChannelInterceptor,
  type DiskSlowdown,
  type Listener,
  type MessageBroker,
  nameIn,
} from '../../message-broker.ts';
import { RabbitBroker } from '../../rabbitmq/broker.ts';
import type { Message } from '../../rabbitmq/message.ts';
import type { QueuePolicy } from '../../rabbitmq/queue-settings.ts';
import type { Version } from '../../rabbitmq/version.ts';
import { queueDeclaration } from './declare.ts';
import { Journal } from './journal.ts';
import { Posting } from './posting.ts';
import { Publisher } from './publisher.ts';
import { Subscription } from './subscription.ts';
import { TopologyKeeper } from './topology-keeper.ts';

/** RabbitMQ in a running world: the broker's rules, with a network before them and a disk behind. */
export class RabbitMQ implements MessageBroker {
  readonly product = 'rabbitmq';
  readonly system: System;
  readonly end: End;
  readonly engine: RabbitBroker;
  readonly journal: Journal;
  /** False while the node is stopped. */
  up = true;
  readonly #name: Name;
  readonly #slowdowns: DiskSlowdown[] = [];
  #settings: RabbitMq;
  readonly #keeper: TopologyKeeper;
  readonly #publishers = new Map<Host, Publisher>();
  /** Puts messages where the broker itself, or a promise that it gave, wants them. */
  readonly #own: Publisher;
  readonly #interceptors: { readonly name: string; readonly interceptor: ChannelInterceptor }[] = [];
  readonly #times: Stream;
  #confirm: Sampler;
  #delivery: Sampler;

  constructor(system: System, settings: RabbitMq) {
    this.system = system;
    this.end = system.brokers.end(this.product);
    this.#name = new Name(this.product);
    this.#settings = settings;
    this.#times = system.luck.stream(this.product);
    this.#confirm = sampler(settings.confirm);
    this.#delivery = sampler(settings.delivery);
    this.journal = new Journal(system, this.product, (name) => this.engine.topology.get(name));
    this.engine = new RabbitBroker(system.sim, {
      version: versionOf(settings.version),
      observer: this.journal,
      lose: (queue, message) => this.#loses(queue, message),
    });
    this.#own = new Publisher(this.engine, this.journal, this.#name);
    this.#keeper = new TopologyKeeper(this.engine, this.journal);
    this.#declare(system.world, settings);
  }

  apply(world: World): void {
    const settings = world.brokers.rabbitmq;
    if (!settings) return;
    this.#settings = settings;
    this.#confirm = sampler(settings.confirm);
    this.#delivery = sampler(settings.delivery);
    this.#declare(world, settings);
  }

  destination(host: Host, envelope: Envelope, appended: (record: number) => void): Destination {
    if (!this.#settings.publisher.confirms)
      return { carry: (outgoing) => this.#fire(host, envelope, appended, outgoing) };
    const accept = (incoming: Incoming): boolean => {
      if (!this.up) return false;
      const key = keyOf(envelope);
      const { variant } = incoming.request;
      this.#publish(host, new Posting(envelope, incoming.cause, { appended }), (outcome, record) => {
        const time = outcome.ok ? this.confirmTime(key, variant) : 0;
        this.system.sim.after(time, () => incoming.answer(outcome, record));
      });
      return true;
    };
    const target = { end: this.end, accept };
    return { target: () => target };
  }

  append(envelope: Envelope, cause: number): number {
    const posting = new Posting(envelope, cause);
    this.#own.publish(posting, this.#settings, null);
    return posting.taken ? posting.record : cause;
  }

  /** Publishes a message that a consumer has put elsewhere; it had been delivered so often before. */
  move({ envelope, copy }: Posting, channel: string, cause: number, earlier: number, from?: string): void {
    this.#own.publish(new Posting(envelope, cause, { channel, copy, earlier, from }), this.#settings, null);
  }

  attach(listener: Listener): Attachment {
    return attachedTo(listener.channels.map((channel) => new Subscription(this, listener, nameIn(channel))));
  }

  intercept(channel: string, interceptor: ChannelInterceptor): void {
    this.#interceptors.push({ name: nameIn(channel), interceptor });
  }

  /** From a queue to a consumer's hands, for one message. */
  deliveryTime(key: number, variant: number): Micros {
    return Math.round(this.#delivery(this.#times.uniform(key, variant, 2)));
  }

  /** It is forced to disk in between. */
  confirmTime(key: number, variant: number): Micros {
    let time = this.#confirm(this.#times.uniform(key, variant, 1));
    for (const slow of this.#slowdowns) time = slow(key, variant, time);
    return Math.round(time);
  }

  stretch(slowdown: DiskSlowdown): void {
    this.#slowdowns.push(slowdown);
  }

  reports(): Iterable<QueueReport> {
    return this.journal.reports();
  }

  /** The node stops: connections break, and with them goes what is not durable. There is one node. */
  crash(_node: number | null, cause: number, downFor: Micros | null): void {
    if (!this.up) return;
    const { log, sim } = this.system;
    this.up = false;
    const record = log.note('crash', this.#name, undefined, cause, cause, 0);
    this.journal.because(record, 'broker restart', () => this.engine.restart());
    if (downFor === null) return;
    sim.after(downFor, () => {
      this.up = true;
      log.note('restart', this.#name, undefined, record, record);
    });
  }

  /** What waits in a queue goes back to the queue in which it died first, or to where it was published. */
  redrive(source: string, cause: number): number {
    const queue = nameIn(source);
    const messages: Message[] = [];
    const channel = this.engine.connect().openChannel({ deliver: () => {} });
    for (let more = true; more; )
      channel.get(queue, true, (got) => {
        if (got) messages.push(got.delivery.message);
        else more = false;
      });
    channel.close();
    for (const { body, firstDeath } of messages) {
      const posting = body as Posting; // the bridge publishes nothing else
      const back =
        posting.from ?? (firstDeath ? `${this.product}/${firstDeath.queue}` : posting.envelope.channel);
      const record = this.journal.redriven(queue, posting, back, cause);
      this.move(posting, back, record, 0);
    }
    return messages.length;
  }

  /** A memory alarm is on, or over. Returns how many publishers it holds up. */
  alarm(on: boolean): void {
    if (on) this.engine.raiseAlarm();
    else this.engine.clearAlarm();
  }

  /** Sets a policy for a queue; an empty one leaves what the world says. */
  govern(channel: string, policy: Partial<QueuePolicy>): void {
    const queue = nameIn(channel);
    const settings = this.#settings.queues[queue];
    if (settings) this.engine.govern(queueDeclaration(queue, settings), policy);
  }

  /** Takes the bindings of an exchange away, or puts them back. */
  unbind(channel: string, away: boolean): void {
    this.#keeper.unbind(nameIn(channel), away);
  }

  /** Every queue that the world names has its account, used or not. */
  #declare(world: World, settings: RabbitMq): void {
    this.#keeper.apply(world, settings);
    for (const queue of Object.keys(settings.queues)) this.journal.nameOf(queue);
  }

  #publish(host: Host, posting: Posting, answer: ((outcome: Outcome, record: number) => void) | null): void {
    const name = nameIn(posting.channel);
    const exchange = Object.hasOwn(this.#settings.exchanges, name);
    if (exchange && this.#meets(name, posting, (copy) => this.#again(posting, posting.channel, copy))) {
      answer?.(success({ confirmed: true, id: posting.envelope.id }), posting.record);
      return;
    }
    let publisher = this.#publishers.get(host);
    if (!publisher) {
      publisher = new Publisher(this.engine, this.journal, host.name);
      this.#publishers.set(host, publisher);
    }
    publisher.publish(posting, this.#settings, answer);
  }

  /** Without confirms a publish is written to the socket, and that was that. */
  #fire(host: Host, envelope: Envelope, appended: (record: number) => void, outgoing: Outgoing): void {
    const { network, sim, log } = this.system;
    if (!this.up) {
      outgoing.settle(REFUSED, outgoing.cause);
      return;
    }
    const key = keyOf(envelope);
    const subject = envelope.thing?.recorded;
    const { variant } = outgoing.request;
    const { cause, near } = outgoing;
    const transit = network.send(near, this.end, 'request', key, variant, subject, cause, cause);
    if (transit.lost !== null || transit.refused) {
      const link = network.nameOf(near, this.end);
      log.note('dropped', link, subject, transit.cause, cause, envelope.id, transit.lost ?? 'refused');
    } else
      sim.after(transit.delay, () => {
        if (this.up) this.#publish(host, new Posting(envelope, transit.cause, { appended }), null);
        else
          log.note(
            'dropped',
            network.nameOf(near, this.end),
            subject,
            cause,
            cause,
            envelope.id,
            'broker down',
          );
      });
    outgoing.settle(success({ confirmed: false, id: envelope.id }), cause);
  }

  /** Whether a fault makes a queue forget what it has just confirmed. */
  #loses(queue: string, { body, deaths }: Message): boolean {
    const posting = body as Posting; // the bridge publishes nothing else
    if (posting.earlier > 0 || deaths.length > 0) return false;
    return this.#meets(queue, posting, (copy) => this.#again(posting, `${this.product}/${queue}`, copy));
  }

  /** Lets faults have a message that has come to a place; true where it is lost there. */
  #meets(name: string, posting: Posting, again: (copy: number) => void): boolean {
    if (posting.copy > 0) return false;
    let lost = false;
    let copies = 0;
    for (const { name: watched, interceptor } of this.#interceptors) {
      if (watched !== name) continue;
      this.journal.took(posting);
      const effect = interceptor(posting.envelope, posting.record);
      if (!effect) continue;
      for (const delay of effect.copies) {
        const copy = ++copies;
        this.system.sim.after(delay, () => again(copy));
      }
      if (!effect.drop) continue;
      lost = true;
      this.journal.dropped(name, posting, effect.cause);
    }
    return lost;
  }

  #again({ envelope, record }: Posting, channel: string, copy: number): void {
    this.#own.publish(new Posting(envelope, record, { channel, copy }), this.#settings, null);
  }
}

const keyOf = ({ thing, id }: Envelope): number => thing?.key ?? id;

/** The server line that a version such as 3.10 or 4.3 belongs to. */
export const versionOf = (version: string): Version => (version.startsWith('3') ? '3.10' : '4');
