import type { Destination, Incoming } from '../../../calls/send.ts';
import type { Host } from '../../../flow/host.ts';
import { type Sampler, sampler } from '../../../kernel/distribution.ts';
import type { Stream } from '../../../kernel/luck.ts';
import type { Micros } from '../../../kernel/time.ts';
import type { End } from '../../../net/network.ts';
import { failed, type Outcome, success } from '../../../outcome.ts';
import type { QueueReport } from '../../../run.ts';
import type { System } from '../../../system.ts';
import type { Sqs as Settings } from '../../../world/schema/brokers/sqs.ts';
import type { World } from '../../../world/schema/world.ts';
import type { Envelope } from '../../envelope.ts';
import {
  type Attachment,
  attachedTo,
  type ChannelInterceptor,
  type Listener,
  type MessageBroker,
  nameIn,
} from '../../message-broker.ts';
import type { QueueEndpoint } from '../../sqs/endpoint.ts';
import { SqsService } from '../../sqs/service.ts';
import { attributesOf } from './attributes.ts';
import { Journal } from './journal.ts';
import { Poller } from './poller.ts';
import { keyOf, Posting } from './posting.ts';
import { outcomeOf, requestOf } from './sending.ts';

/** Amazon SQS in a running world: the service's rules, behind a network and an API that takes time. */
export class Sqs implements MessageBroker {
  readonly product = 'sqs';
  readonly system: System;
  readonly end: End;
  readonly service: SqsService<Posting>;
  readonly journal: Journal;
  readonly #times: Stream;
  readonly #interceptors: { readonly name: string; readonly interceptor: ChannelInterceptor }[] = [];
  readonly #slowdowns: ((key: number, variant: number, time: Micros) => Micros)[] = [];
  /** False while it cannot be reached. */
  up = true;
  #send: Sampler;
  #receive: Sampler;

  constructor(system: System, settings: Settings) {
    this.system = system;
    this.end = system.brokers.end(this.product);
    this.#times = system.luck.stream(this.product);
    this.#send = sampler(settings.send);
    this.#receive = sampler(settings.receive);
    this.journal = new Journal(system, (queue) => this.#find(queue)?.queue.counts);
    this.service = new SqsService(system.sim, system.luck, { observer: this.journal });
    this.#take(settings);
  }

  apply(world: World): void {
    if (world.brokers.sqs) this.#take(world.brokers.sqs);
  }

  destination(_host: Host, envelope: Envelope, appended: (record: number) => void): Destination {
    const accept = (incoming: Incoming): boolean => {
      if (!this.up) return false;
      const posting = new Posting(envelope, incoming.cause, { appended });
      const outcome = this.send(posting);
      const record = posting.record < 0 ? incoming.cause : posting.record;
      const time = this.confirmTime(keyOf(envelope), incoming.request.variant);
      this.system.sim.after(time, () => incoming.answer(outcome, record));
      return true;
    };
    const target = { end: this.end, accept };
    return { target: () => target };
  }

  append(envelope: Envelope, cause: number): number {
    const posting = new Posting(envelope, cause);
    this.send(posting);
    return posting.record < 0 ? cause : posting.record;
  }

  /** Puts a message into its queue, as of its arrival at the service. */
  send(posting: Posting): Outcome {
    const queue = nameIn(posting.envelope.channel);
    const accepted = success({ confirmed: true, id: posting.envelope.id });
    if (posting.copy === 0 && this.#isLost(queue, posting)) return accepted;
    const endpoint = this.#find(queue);
    if (!endpoint) return failed('QueueDoesNotExist', 400);
    const { cause } = posting;
    const result = this.journal.because({ cause, span: cause }, () =>
      endpoint.sendMessage(requestOf(posting)),
    );
    return result.ok ? accepted : outcomeOf(result.refusal);
  }

  attach(listener: Listener): Attachment {
    return attachedTo(
      listener.channels.flatMap((channel) => {
        const endpoint = this.#find(nameIn(channel));
        return endpoint ? [new Poller(this, listener, endpoint)] : [];
      }),
    );
  }

  intercept(channel: string, interceptor: ChannelInterceptor): void {
    this.#interceptors.push({ name: nameIn(channel), interceptor });
  }

  /** How long the service takes over a send, a delete or a change. */
  confirmTime(key: number, variant: number): Micros {
    return this.#stretched(key, variant, Math.round(this.#send(this.#times.uniform(key, variant, 1))));
  }

  /** How long it takes over a receive, once there is something to answer. */
  receiveTime(key: number, variant: number): Micros {
    return this.#stretched(key, variant, Math.round(this.#receive(this.#times.uniform(key, variant, 2))));
  }

  #stretched(key: number, variant: number, time: Micros): Micros {
    return this.#slowdowns.reduce((sum, slowdown) => slowdown(key, variant, sum), time);
  }

  reports(): Iterable<QueueReport> {
    return this.journal.reports();
  }

  /** Puts what lies in a dead-letter queue back to where it came from; how many messages that are. */
  redrive(source: string, cause: number): number {
    const queue = nameIn(source);
    const waiting = this.#find(queue)?.queue.counts.visible ?? 0;
    const started = this.journal.because({ cause, span: cause }, () =>
      this.service.startMessageMoveTask({ SourceArn: queue }),
    );
    return started.ok ? waiting : 0;
  }

  /** The service cannot be reached for a while. It loses nothing: what it has accepted is in several data centres. */
  crash(_node: number | null, _cause: number, downFor: Micros | null): void {
    this.up = false;
    if (downFor !== null)
      this.system.sim.after(downFor, () => {
        this.up = true;
      });
  }

  /** Lets a fault stretch the time that the service takes over what it is asked. */
  stretch(slowdown: (key: number, variant: number, time: Micros) => Micros): void {
    this.#slowdowns.push(slowdown);
  }

  /** Lets faults have a message that has arrived; true where it is lost there. */
  #isLost(queue: string, posting: Posting): boolean {
    let lost = false;
    let copies = 0;
    for (const { name, interceptor } of this.#interceptors) {
      if (name !== queue) continue;
      const effect = interceptor(posting.envelope, this.journal.took(posting));
      if (!effect) continue;
      for (const delay of effect.copies) {
        const copy = new Posting(posting.envelope, effect.cause, { copy: ++copies });
        this.system.sim.after(delay, () => this.send(copy));
      }
      if (!effect.drop) continue;
      lost = true;
      this.journal.dropped(queue, posting, effect.cause);
    }
    return lost;
  }

  #take({ queues, duplicates, lostDeletes, send, receive }: Settings): void {
    this.#send = sampler(send);
    this.#receive = sampler(receive);
    this.service.strays.imperfections = {
      ...this.service.strays.imperfections,
      duplicatesPpm: duplicates,
      lostDeletesPpm: lostDeletes,
    };
    for (const [name, queue] of Object.entries(queues)) {
      const attributes = attributesOf(name, queue);
      if (this.#find(name)) this.service.setQueueAttributes(name, attributes);
      else this.service.createQueue(name, attributes);
      this.journal.nameOf(name); // every queue has its account, used or not
    }
  }

  #find(queue: string): QueueEndpoint<Posting> | undefined {
    const found = this.service.queue(queue);
    return found.ok ? found.value : undefined;
  }
}
