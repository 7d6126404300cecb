import type { Destination, Incoming } from '../../../calls/send.ts';
import type { Host } from '../../../flow/host.ts';
import { type Sampler, sampler } from '../../../kernel/distribution.ts';
import { mix, type Stream } from '../../../kernel/luck.ts';
import { type Micros, seconds } from '../../../kernel/time.ts';
import type { End } from '../../../net/network.ts';
import { type Outcome, success } from '../../../outcome.ts';
import type { QueueReport } from '../../../run.ts';
import type { System } from '../../../system.ts';
import type { Sns as Settings } from '../../../world/schema/brokers/sns.ts';
import type { World } from '../../../world/schema/world.ts';
import type { Envelope } from '../../envelope.ts';
import {
  type Attachment,
  type ChannelInterceptor,
  type Listener,
  type MessageBroker,
  nameIn,
} from '../../message-broker.ts';
import type { Publish, Reception } from '../../sns/message.ts';
import { SnsService } from '../../sns/service.ts';
import type { Delivery } from '../../sns/subscription.ts';
import { Posting } from '../sqs/posting.ts';
import { attributesOf, outcomeOf } from '../sqs/sending.ts';
import { Sqs } from '../sqs/sqs.ts';
import { Journal } from './journal.ts';
import { Publication } from './publication.ts';
import { subscriptionsOf, topicAttributes } from './topics.ts';

/** How long the service waits for an endpoint to answer. */
const PATIENCE: Micros = seconds(15);

/** Amazon SNS in a running world: topics that push to the queues of its SQS, over a network. */
export class Sns implements MessageBroker {
  readonly product = 'sns';
  readonly #system: System;
  readonly #end: End;
  readonly #service: SnsService<Publication>;
  readonly #journal: Journal;
  readonly #times: Stream;
  readonly #interceptors: { readonly channel: string; readonly interceptor: ChannelInterceptor }[] = [];
  readonly #slowdowns: ((key: number, variant: number, time: Micros) => Micros)[] = [];
  #up = true;
  #settings: Settings;
  #publish: Sampler;
  #delivery: Sampler;

  constructor(system: System, settings: Settings) {
    this.#system = system;
    this.#end = system.brokers.end(this.product);
    this.#times = system.luck.stream(this.product);
    this.#settings = settings;
    this.#publish = sampler(settings.publish);
    this.#delivery = sampler(settings.delivery);
    this.#journal = new Journal(
      system,
      ({ topic, subscription }) =>
        this.#settings.topics[topic]?.subscriptions[subscription]?.Endpoint ?? subscription,
    );
    const carrier = {
      deliver: (delivery: Delivery<Publication>, done: (reception: Reception) => void) =>
        this.#deliver(delivery, done),
      bury: (queue: string, delivery: Delivery<Publication>) => this.#bury(queue, delivery),
    };
    this.#service = new SnsService(system.sim, system.luck, carrier, this.#journal);
    this.#take(settings);
  }

  apply(world: World): void {
    if (world.brokers.sns) this.#take(world.brokers.sns);
  }

  destination(_host: Host, envelope: Envelope, appended: (record: number) => void): Destination {
    const accept = (incoming: Incoming): boolean => {
      if (!this.#up) return false;
      const publication = new Publication(envelope, incoming.cause, 0, appended);
      const outcome = this.#accept(publication);
      const record = publication.taken ? publication.record : incoming.cause;
      const time = this.confirmTime(keyOf(envelope), incoming.request.variant);
      this.#system.sim.after(time, () => incoming.answer(outcome, record));
      return true;
    };
    const target = { end: this.#end, accept };
    return { target: () => target };
  }

  append(envelope: Envelope, cause: number): number {
    const publication = new Publication(envelope, cause);
    this.#accept(publication);
    return publication.taken ? publication.record : cause;
  }

  /** Nobody takes messages from a topic: it pushes them. */
  attach({ consumer }: Listener): Attachment {
    throw new Error(`${consumer.text} cannot consume from a topic`);
  }

  intercept(channel: string, interceptor: ChannelInterceptor): void {
    this.#interceptors.push({ channel, interceptor });
  }

  /** How long the service takes over a publish. */
  confirmTime(key: number, variant: number): Micros {
    return this.#stretched(key, variant, Math.round(this.#publish(this.#times.uniform(key, variant, 1))));
  }

  /** Topics keep nothing that could be put back. */
  redrive(): number {
    return 0;
  }

  /** The service takes no publishes for a while; what it has accepted it delivers all the same. */
  crash(_node: number | null, _cause: number, downFor: Micros | null): void {
    this.#up = false;
    if (downFor !== null)
      this.#system.sim.after(downFor, () => {
        this.#up = true;
      });
  }

  /** Lets a fault stretch the time that the service takes over a publish and a delivery. */
  stretch(slowdown: (key: number, variant: number, time: Micros) => Micros): void {
    this.#slowdowns.push(slowdown);
  }

  #stretched(key: number, variant: number, time: Micros): Micros {
    return this.#slowdowns.reduce((sum, slowdown) => slowdown(key, variant, sum), time);
  }

  /** Topics keep nothing, so there is nothing to count. */
  reports(): Iterable<QueueReport> {
    return [];
  }

  #accept(publication: Publication): Outcome {
    const { envelope } = publication;
    const accepted = success({ confirmed: true, id: envelope.id });
    if (publication.copy === 0 && this.#isLost(publication)) return accepted;
    const result = this.#service.publish(nameIn(envelope.channel), requestOf(publication));
    if (!result.ok) return outcomeOf(result.refusal);
    if (!publication.taken) this.#journal.repeated(publication);
    return accepted;
  }

  /** Lets faults have a message that has arrived; true where it is lost there. */
  #isLost(publication: Publication): boolean {
    const { envelope } = publication;
    let lost = false;
    let copies = 0;
    for (const { channel, interceptor } of this.#interceptors) {
      if (channel !== envelope.channel) continue;
      const effect = interceptor(envelope, this.#journal.took(publication));
      if (!effect) continue;
      for (const delay of effect.copies) {
        const copy = new Publication(envelope, effect.cause, ++copies);
        this.#system.sim.after(delay, () => this.#accept(copy));
      }
      if (!effect.drop) continue;
      lost = true;
      this.#journal.lost(publication, effect.cause);
    }
    return lost;
  }

  /** Carries a message to a queue; an answer that gets lost makes the service send it again. */
  #deliver(delivery: Delivery<Publication>, done: (reception: Reception) => void): void {
    const { message, attempt, attributes, to } = delivery;
    const { envelope, copy } = message.body;
    const { network, sim } = this.#system;
    const sqs = this.#queues();
    if (!sqs) {
      done('client error');
      return;
    }
    const key = keyOf(envelope);
    const variant = mix(envelope.variant, 7_000 + 100 * copy + attempt);
    const subject = envelope.thing?.recorded;
    const cause = message.body.at(to.subscription);
    const there = network.send(this.#end, sqs.end, 'request', key, variant, subject, cause, cause);
    if (there.refused || there.lost !== null || !sqs.up) {
      const patience = there.lost === null ? there.delay * 2 : PATIENCE;
      sim.after(patience, () => done('server error'));
      return;
    }
    const time = this.#stretched(
      key,
      variant,
      Math.round(this.#delivery(this.#times.uniform(key, variant, 2))),
    );
    sim.after(there.delay + time, () => {
      const posting = postingFor(delivery, attributes.Endpoint, there.cause);
      const outcome = sqs.send(posting);
      const back = network.send(sqs.end, this.#end, 'reply', key, variant, subject, cause, cause);
      if (back.lost === null) sim.after(back.delay, () => done(receptionOf(outcome)));
      else sim.after(PATIENCE, () => done('server error'));
    });
  }

  #bury(queue: string, delivery: Delivery<Publication>): boolean {
    const { message, to } = delivery;
    const posting = postingFor(delivery, queue, message.body.at(to.subscription));
    return this.#queues()?.send(posting).ok === true;
  }

  #queues(): Sqs | undefined {
    const sqs = this.#system.brokers.get('sqs');
    return sqs instanceof Sqs ? sqs : undefined;
  }

  #take(settings: Settings): void {
    const before = this.#settings;
    this.#settings = settings;
    this.#publish = sampler(settings.publish);
    this.#delivery = sampler(settings.delivery);
    for (const [name, topic] of Object.entries(settings.topics)) {
      if (!this.#service.has(name)) this.#service.createTopic(name, topicAttributes(name, topic));
      for (const [subscription, attributes] of subscriptionsOf(topic))
        this.#service.subscribe(name, subscription, attributes);
      for (const subscription of Object.keys(before.topics[name]?.subscriptions ?? {}))
        if (!Object.hasOwn(topic.subscriptions, subscription)) this.#service.unsubscribe(name, subscription);
    }
  }
}

const keyOf = ({ thing, id }: Envelope): number => thing?.key ?? id;

function requestOf(publication: Publication): Publish<Publication> {
  const { envelope } = publication;
  const { key, size, body, deduplicationId } = envelope;
  return {
    Message: publication,
    size,
    content: JSON.stringify(body),
    MessageAttributes: attributesOf(envelope),
    fields: body,
    luck: { key: keyOf(envelope), variant: envelope.variant },
    ...(key !== null && { MessageGroupId: key }),
    ...(deduplicationId !== null && { MessageDeduplicationId: deduplicationId }),
  };
}

/** A queue's copy: it is sent once more with each attempt whose answer was lost. */
function postingFor({ message, attempt }: Delivery<Publication>, queue: string, cause: number): Posting {
  const { body, MessageDeduplicationId } = message;
  const envelope: Envelope = {
    ...body.envelope,
    channel: `sqs/${queue}`,
    deduplicationId: queue.endsWith('.fifo') ? MessageDeduplicationId : null,
    delaySeconds: null,
  };
  const posting = new Posting(envelope, cause, { copy: body.copy * 100 + attempt - 1 });
  posting.accepted(cause);
  return posting;
}

/** A queue that refuses a message will refuse it again, unless it was only too busy. */
const receptionOf = (outcome: Outcome): Reception =>
  outcome.ok ? 'delivered' : outcome.failure.status === 429 ? 'server error' : 'client error';
