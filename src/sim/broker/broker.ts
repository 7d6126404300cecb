import type { Destination, Incoming } from '../calls/send.ts';
import { type Sampler, sampler } from '../kernel/distribution.ts';
import type { Stream } from '../kernel/luck.ts';
import { failed, success } from '../outcome.ts';
import { Name } from '../recorder.ts';
import type { System } from '../system.ts';
import type { World } from '../world/schema/world.ts';
import type { Envelope } from './envelope.ts';
import { MessageQueue } from './queue.ts';

type Settings = NonNullable<World['brokers']['rabbitmq']>;

/** What a fault does to a message at the broker: further copies after some time each, or none at all. */
export type ChannelInterceptor = (
  envelope: Envelope,
  cause: number,
) => { readonly copies: readonly number[]; readonly drop: boolean; readonly cause: number };

const REJECTED = failed('rejected', 503, 'never');

/** Exchanges that copy messages to queues, and the queues. Durable: it does not crash. */
export class Broker {
  static readonly OWNER = 'rabbitmq';
  readonly #system: System;
  readonly #queues = new Map<string, MessageQueue>();
  readonly #exchanges = new Map<string, readonly string[]>();
  readonly #interceptors: { readonly channel: string; readonly interceptor: ChannelInterceptor }[] = [];
  readonly #times: Stream;
  #confirm: Sampler;
  #delivery: Sampler;

  constructor(system: System, settings: Settings) {
    this.#system = system;
    this.#times = system.luck.stream('rabbitmq');
    this.#confirm = sampler(settings.confirm);
    this.#delivery = sampler(settings.delivery);
    this.apply(settings);
  }

  /** Takes new settings; queues that exist keep their messages. */
  apply(settings: Settings): void {
    this.#confirm = sampler(settings.confirm);
    this.#delivery = sampler(settings.delivery);
    for (const [name, queue] of Object.entries(settings.queues)) {
      const known = this.#queues.get(name);
      if (known) known.settings = queue;
      else this.#queues.set(name, new MessageQueue(this.#system, `${Broker.OWNER}/${name}`, queue));
    }
    this.#exchanges.clear();
    for (const [name, { bindings }] of Object.entries(settings.exchanges))
      this.#exchanges.set(name, Object.keys(bindings));
  }

  /** The queue of a channel such as `rabbitmq/labels`. */
  queue(channel: string): MessageQueue | undefined {
    return this.#queues.get(nameOf(channel));
  }

  queues(): Iterable<MessageQueue> {
    return this.#queues.values();
  }

  intercept(channel: string, interceptor: ChannelInterceptor): void {
    this.#interceptors.push({ channel, interceptor });
  }

  /** From a queue to a consumer's hands, for one message. */
  deliveryTime(key: number, variant: number): number {
    return Math.round(this.#delivery(this.#times.uniform(key, variant, 2)));
  }

  /** From arrival to the confirm, for one message: it is forced to disk in between. */
  confirmTime(key: number, variant: number): number {
    return Math.round(this.#confirm(this.#times.uniform(key, variant, 1)));
  }

  /** Where a publisher sends one message: it is appended on arrival, and confirmed a little later. */
  destination(channel: string, message: Envelope, appended: (record: number) => void): Destination {
    const accept = (incoming: Incoming): boolean => {
      const key = incoming.request.thing?.key ?? 0;
      // One full queue is enough for a negative confirm; the others keep their copies (RabbitMQ, "Queue Length Limit").
      const wanted = this.#targets(channel);
      const open = wanted.filter((queue) => !queue.full);
      const rejected = open.length < wanted.length;
      if (rejected && open.length === 0) {
        incoming.answer(REJECTED, incoming.cause);
        return true;
      }
      const record = this.append(channel, message, incoming.cause, open);
      appended(record);
      const outcome = rejected ? REJECTED : success({ confirmed: true, id: message.id });
      this.#system.sim.after(this.confirmTime(key, incoming.request.variant), () =>
        incoming.answer(outcome, record),
      );
      return true;
    };
    const target = { end: this.#system.brokerEnd, accept };
    return { target: () => target };
  }

  /** Puts a message into every queue that wants it, or into those given. */
  append(
    channel: string,
    envelope: Envelope,
    cause: number,
    targets: readonly MessageQueue[] = this.#targets(channel),
  ): number {
    const { log, sim } = this.#system;
    const name = new Name(channel);
    const subject = envelope.thing?.recorded;
    const record = log.note('publish', name, subject, cause, cause, envelope.id, envelope.type ?? undefined);
    this.#system.counted.messages++;
    if (targets.length === 0) {
      log.note('unroutable', name, subject, record, cause, envelope.id);
      return record;
    }
    let last = record;
    for (const queue of targets) {
      let dropped = false;
      for (const { channel: watched, interceptor } of this.#interceptors) {
        if (watched !== channel && watched !== queue.name.text) continue;
        const effect = interceptor(envelope, record);
        for (const delay of effect.copies) sim.after(delay, () => queue.append(envelope, effect.cause));
        if (!effect.drop) continue;
        dropped = true;
        last = log.note('dropped', queue.name, subject, effect.cause, cause, envelope.id, 'drop');
      }
      if (!dropped) queue.append(envelope, record);
    }
    return last;
  }

  #targets(channel: string): MessageQueue[] {
    const name = nameOf(channel);
    const bound = this.#exchanges.get(name) ?? [name];
    const queues: MessageQueue[] = [];
    for (const each of bound) {
      const queue = this.#queues.get(each);
      if (queue) queues.push(queue);
    }
    return queues;
  }
}

const nameOf = (channel: string): string => channel.slice(channel.indexOf('/') + 1);
