import type { Binding } from './binding.ts';
import type { Connection } from './connection.ts';
import { DeliveryWatch } from './delivery-watch.ts';
import type { ChannelSink, Delivery } from './events.ts';
import type { ExchangeDeclaration } from './exchange.ts';
import { Limiter } from './limiter.ts';
import type { Entry } from './message.ts';
import { checkShort } from './names.ts';
import { Publisher } from './publisher.ts';
import type { Publish } from './publishing.ts';
import type { Queue, QueueCount, QueueUser, Subscription, Unacked } from './queue.ts';
import type { QueueDeclaration } from './queue-settings.ts';
import { type Close, called, missing, Refusal } from './refusal.ts';
import type { BindingRequest, Consume, DeleteCondition, GetAnswer } from './requests.ts';
import { settle } from './settling.ts';
import { UnackedTable } from './unacked.ts';

/**
 * A client's session with the broker: its consumers, deliveries and confirms.
 *
 * Methods answer through their callback, at once unless the broker is busy or holds the connection up. One
 * that is refused does not answer: the channel, or its connection, is closed instead.
 */
export class Channel implements QueueUser {
  readonly number: number;
  readonly limiter = new Limiter();
  readonly #connection: Connection;
  readonly #sink: ChannelSink;
  readonly #publisher: Publisher;
  readonly #unacked = new UnackedTable();
  readonly #consumers = new Map<string, Queue>();
  /** Queues that know this channel. */
  readonly #queues = new Set<Queue>();
  readonly #watch: DeliveryWatch;
  #open = true;
  #tags = 0;
  #prefetch = 0;
  /** What an empty queue name stands for. */
  #lastDeclared = '';

  constructor(connection: Connection, number: number, sink: ChannelSink) {
    this.number = number;
    this.#connection = connection;
    this.#sink = sink;
    this.#publisher = new Publisher(connection, this, sink);
    this.#watch = new DeliveryWatch(connection.broker, this.#unacked, (late) => this.#overdue(late));
  }

  get open(): boolean {
    return this.#open;
  }

  publish(publish: Publish): void {
    this.#do('basic.publish', () => {
      const queues = this.#publisher.publish(publish);
      for (const queue of queues) if (queue.settings.type === 'quorum') this.#queues.add(queue);
      this.#connection.published();
    });
  }

  confirmSelect(): void {
    this.#do('confirm.select', () => this.#publisher.confirmSelect());
  }

  /** Limits what each later consumer has out, or with `global` all of this channel together; 0: no limit. */
  qos(prefetch: number, global = false): void {
    this.#do('basic.qos', () => {
      const wasActive = this.limiter.active;
      if (!global) this.#prefetch = prefetch;
      // A limit for each consumer takes the place of a shared one that was there before it.
      if (!global || prefetch === 0) this.limiter.lift();
      else this.limiter.limit(prefetch, this.#unacked.size);
      if (this.limiter.active !== wasActive)
        for (const queue of new Set(this.#consumers.values())) queue.limitChanged(this);
    });
  }

  consume(consume: Consume): void {
    this.#do('basic.consume', () => this.#consume(consume));
  }

  cancel(consumer: string): void {
    this.#do('basic.cancel', () => {
      const queue = this.#consumers.get(consumer);
      this.#consumers.delete(consumer);
      queue?.cancel(this, consumer);
    });
  }

  /** Tag 0 with `multiple`: all that are out. */
  ack(tag: number, multiple = false): void {
    this.#do('basic.ack', () => settle(this, this.#unacked.take(tag, multiple), 'ack', false));
  }

  nack(tag: number, requeue: boolean, multiple = false): void {
    this.#do('basic.nack', () => settle(this, this.#unacked.take(tag, multiple), 'nack', requeue));
  }

  reject(tag: number, requeue: boolean): void {
    this.#do('basic.reject', () => settle(this, this.#unacked.take(tag, false), 'reject', requeue));
  }

  /** Puts everything back that is out; the server knows no other way to recover. */
  recover(requeue: boolean): void {
    this.#do('basic.recover', () => {
      if (!requeue) throw new Refusal('NOT_IMPLEMENTED', 'requeue=false');
      settle(this, this.#unacked.takeAll(), 'nack', true);
    });
  }

  get(queue: string, noAck: boolean, answer: (got: GetAnswer | null) => void): void {
    this.#do('basic.get', () => answer(this.#get(queue, noAck)));
  }

  declareQueue(declaration: QueueDeclaration, answer?: (name: string, count: QueueCount) => void): void {
    this.#do('queue.declare', () => {
      const { name, count } = this.#topology.declare(declaration, this.#connection);
      this.#lastDeclared = name;
      answer?.(name, count);
    });
  }

  /** Passive declare: counts, if there is such a queue. */
  checkQueue(name: string, answer?: (count: QueueCount) => void): void {
    this.#do('queue.declare', () => {
      const count = this.#find(name).count();
      answer?.(count);
    });
  }

  purgeQueue(name: string, answer?: (messages: number) => void): void {
    this.#do('queue.purge', () => {
      const messages = this.#find(name).purge();
      answer?.(messages);
    });
  }

  deleteQueue(name: string, condition: DeleteCondition = {}, answer?: (messages: number) => void): void {
    this.#do('queue.delete', () => {
      const { ifUnused = false, ifEmpty = false } = condition;
      const known = this.#topology.get(this.#named(name));
      const queue = known && this.#find(name);
      queue?.checkDelete(ifUnused, ifEmpty);
      const messages = queue ? this.#connection.broker.remove(queue) : 0;
      answer?.(messages);
    });
  }

  declareExchange(declaration: ExchangeDeclaration): void {
    this.#do('exchange.declare', () => this.#topology.exchanges.declare(declaration));
  }

  /** Passive declare. */
  checkExchange(name: string): void {
    this.#do('exchange.declare', () => this.#topology.exchanges.check(name));
  }

  deleteExchange(name: string, ifUnused = false): void {
    this.#do('exchange.delete', () => this.#topology.exchanges.delete(name, ifUnused));
  }

  bind(request: BindingRequest): void {
    const method = request.toType === 'exchange' ? 'exchange.bind' : 'queue.bind';
    this.#do(method, () => this.#topology.bind(this.#binding(request), this.#connection));
  }

  unbind(request: BindingRequest): void {
    const method = request.toType === 'exchange' ? 'exchange.unbind' : 'queue.unbind';
    this.#do(method, () => this.#topology.unbind(this.#binding(request), this.#connection));
  }

  close(): void {
    this.#do('channel.close', () => this.end());
  }

  /** For queues: gives a message to one of the consumers. */
  hand(queue: Queue, entry: Entry, { tag, noAck }: Subscription, acquisition: object | null): void {
    const delivery = this.#delivery(queue, entry);
    if (!noAck) this.#note(delivery.tag, queue, entry, tag, acquisition);
    this.#sink.deliver(tag, delivery);
  }

  /** For the broker: a queue is gone, and with it the consumers it had here. */
  queueGone(queue: Queue): void {
    this.#queues.delete(queue);
    const gone = [...this.#consumers].filter(([, from]) => from === queue).map(([tag]) => tag);
    for (const tag of gone.sort((a, b) => (a < b ? -1 : 1))) {
      this.#consumers.delete(tag);
      this.#sink.cancelled?.(tag);
    }
  }

  /** For the connection: ends the channel, and gives back what it has; with `close` its client is told. */
  end(close?: Close): void {
    if (!this.#open) return;
    this.#open = false;
    this.#watch.stop();
    this.#connection.forget(this);
    const out = this.#unacked.takeAll();
    for (const queue of this.#queues)
      if (queue.alive)
        queue.channelEnded(
          this,
          out.filter((each) => each.queue === queue),
        );
    if (close) this.#sink.closed?.(close);
  }

  get #topology() {
    return this.#connection.broker.topology;
  }

  #do(method: string, act: () => void): void {
    if (!this.#open) return;
    this.#connection.perform(() => {
      if (!this.#open) return;
      try {
        act();
      } catch (thrown) {
        if (!(thrown instanceof Refusal)) throw thrown;
        this.#refuse(thrown, method);
      }
    });
  }

  #refuse({ scope, code, name, message: text }: Refusal, method: string | null): void {
    const close = { scope, code, name, method, text };
    if (scope === 'channel') this.end(close);
    else this.#connection.end(close);
  }

  #named(name: string): string {
    if (name !== '') return name;
    if (this.#lastDeclared === '') throw missing('queue', '');
    return this.#lastDeclared;
  }

  #find(name: string): Queue {
    return this.#topology.find(this.#named(name), this.#connection);
  }

  #consume({ queue: name, consumer: tag, ...request }: Consume): void {
    checkShort('consumer tag', tag);
    if (this.#consumers.has(tag)) throw new Refusal('NOT_ALLOWED', `attempt to reuse consumer tag '${tag}'`);
    const queue = this.#find(name);
    const { noAck = false, exclusive = false, arguments: given = {} } = request;
    const priority = given['x-priority'] ?? 0;
    if (typeof priority !== 'number' || !Number.isInteger(priority))
      throw new Refusal(
        'PRECONDITION_FAILED',
        `invalid arg 'x-priority' for ${called('queue', queue.settings.name)}: unacceptable_type`,
      );
    this.#queues.add(queue);
    this.#consumers.set(tag, queue);
    const prefetch = this.#prefetch;
    try {
      queue.consume({ channel: this, tag, noAck, exclusive, priority, prefetch, arguments: given });
    } catch (refusal) {
      this.#consumers.delete(tag);
      throw refusal;
    }
  }

  #get(name: string, noAck: boolean): GetAnswer | null {
    const queue = this.#find(name);
    const fetched = queue.get(this, noAck, this.#tags + 1);
    if (!fetched) return null;
    const { entry, acquisition, remaining } = fetched;
    const delivery = this.#delivery(queue, entry);
    if (!noAck) {
      this.#queues.add(queue);
      this.#note(delivery.tag, queue, entry, null, acquisition);
    }
    return { delivery, remaining };
  }

  #delivery({ settings }: Queue, entry: Entry): Delivery {
    const { message, redelivered, failures: deliveryCount } = entry;
    const acquiredCount = entry.acquired++;
    return { tag: ++this.#tags, redelivered, deliveryCount, acquiredCount, queue: settings.name, message };
  }

  #note(tag: number, queue: Queue, entry: Entry, consumer: string | null, acquisition: object | null): void {
    const since = this.#connection.broker.clock.now;
    const unacked = { tag, queue, entry, consumer, acquisition, since };
    this.#unacked.add(unacked);
    this.#watch.delivered(unacked);
  }

  #binding({ from, to, toType = 'queue', routingKey, arguments: given = {} }: BindingRequest): Binding {
    const destination = toType === 'queue' ? this.#named(to) : to;
    return { source: from, kind: toType, destination, key: routingKey, arguments: given };
  }

  /** A delivery was not settled in time. */
  #overdue({ queue, consumer, tag }: Unacked): void {
    if (this.#connection.broker.rules.timeoutClosesChannel) {
      const why = `delivery acknowledgement on channel ${this.number} timed out`;
      this.#refuse(new Refusal('PRECONDITION_FAILED', why), null);
      return;
    }
    const same = (each: Unacked): boolean => each.queue === queue && each.consumer === consumer;
    const late = this.#unacked.takeWhere(consumer === null ? (each) => each.tag === tag : same);
    if (consumer !== null && this.#consumers.delete(consumer)) {
      queue.cancel(this, consumer);
      this.#sink.cancelled?.(consumer);
    }
    settle(this, late, 'nack', true);
  }
}
