import type { Micros } from '../../kernel/time.ts';
import { minutes } from '../../kernel/time.ts';
import type { Clock } from './clock.ts';
import { Connection } from './connection.ts';
import { afterDeath, isCycle } from './dead-letter.ts';
import type { BrokerObserver, ConnectionSink } from './events.ts';
import { Fifo } from './fifo.ts';
import type { Message, Reason } from './message.ts';
import type { Queue, QueueHost } from './queue.ts';
import type { QueueDeclaration, QueuePolicy, QueueSettings } from './queue-settings.ts';
import { Topology } from './topology.ts';
import { rulesOf, type Version, type VersionRules } from './version.ts';

/** What a broker is set to. */
export interface RabbitSettings {
  /** The server line whose rules hold. Default: the present one. */
  readonly version?: Version;
  /** `consumer_timeout`: how long a delivery may stay unsettled. Default: 30 minutes. */
  readonly consumerTimeout?: Micros;
  /** Who is told what happens inside. */
  readonly observer?: BrokerObserver;
  /** A fault: whether a queue confirms a message and forgets it. */
  readonly lose?: (queue: string, message: Message) => boolean;
}

/**
 * A RabbitMQ-like broker: a node with one virtual host, that follows the server's rules on a virtual clock.
 *
 * It takes no time and knows no network: both are the business of whoever carries what sinks are told.
 */
export class RabbitBroker implements QueueHost {
  readonly clock: Clock;
  readonly rules: VersionRules;
  readonly consumerTimeout: Micros;
  readonly observer: BrokerObserver;
  readonly topology: Topology;
  readonly #lose: ((queue: string, message: Message) => boolean) | undefined;
  readonly #connections = new Set<Connection>();
  readonly #tasks = new Fifo<() => void>();
  #busy = false;
  #alarmed = false;
  #channels = 0;

  constructor(clock: Clock, settings: RabbitSettings = {}) {
    this.clock = clock;
    this.rules = rulesOf(settings.version ?? '4');
    this.consumerTimeout = settings.consumerTimeout ?? minutes(30);
    this.observer = settings.observer ?? {};
    this.#lose = settings.lose;
    this.topology = new Topology(this);
  }

  connect(sink: ConnectionSink = {}): Connection {
    const connection = new Connection(this, sink);
    this.#connections.add(connection);
    return connection;
  }

  /** Whether a memory or disk alarm is on. */
  get alarmed(): boolean {
    return this.#alarmed;
  }

  /** Raises the alarm: a connection that publishes is read no further until it is over. */
  raiseAlarm(): void {
    this.perform(() => {
      this.#alarmed = true;
    });
  }

  clearAlarm(): void {
    this.perform(() => {
      this.#alarmed = false;
      for (const connection of this.#connections) connection.release();
    });
  }

  /** Stops the node and starts it again: connections are gone, and with them all that is not durable. */
  restart(): void {
    this.perform(() => {
      const text = "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'";
      for (const connection of [...this.#connections])
        connection.end({ scope: 'connection', code: 320, name: 'CONNECTION_FORCED', method: null, text });
      this.#alarmed = false;
      for (const queue of [...this.topology.queues()])
        if (queue.settings.durable) queue.restart();
        else this.remove(queue);
      this.topology.exchanges.restart();
    });
  }

  /** Gives a queue other limits, as a policy does. */
  govern(declaration: QueueDeclaration, policy: Partial<QueuePolicy> = {}): void {
    this.perform(() => this.topology.govern(declaration, policy));
  }

  /** Carries out a method in its turn, and then all that it has set off. */
  perform(act: () => void): void {
    if (this.#busy) {
      this.#tasks.push(act);
      return;
    }
    this.#busy = true;
    try {
      act();
      for (let task = this.#tasks.take(); task; task = this.#tasks.take()) task();
    } finally {
      this.#busy = false;
    }
  }

  defer(task: () => void): void {
    this.#tasks.push(task);
  }

  after(delay: Micros, act: () => void): number {
    return this.clock.after(delay, () => this.perform(act));
  }

  loses(queue: string, message: Message): boolean {
    return this.#lose?.(queue, message) ?? false;
  }

  /** Without a dead-letter exchange, or if there is none of that name, the message is gone. */
  bury(settings: QueueSettings, message: Message, reason: Reason): void {
    const { name: queue, deadLetterExchange: exchange, deadLetterRoutingKey: routingKey } = settings;
    const graveyard = exchange === null ? undefined : this.topology.exchanges.get(exchange);
    if (exchange === null || !graveyard) {
      this.observer.died?.(queue, message, reason, []);
      return;
    }
    const dead = afterDeath(message, { queue, reason, at: this.clock.now, exchange, routingKey }, this.rules);
    const targets = this.topology
      .route(graveyard, dead)
      .filter(({ settings: { name } }) => !isCycle(name, dead.deaths));
    const reached = targets.map((target) => target.settings.name);
    this.observer.died?.(queue, message, reason, reached);
    for (const target of targets)
      this.defer(() => {
        if (target.alive) target.publish(dead, null, null);
      });
  }

  remove(queue: Queue): number {
    if (!queue.alive) return 0;
    const messages = this.topology.remove(queue);
    this.observer.deleted?.(queue.settings.name, messages);
    for (const connection of this.#connections)
      for (const channel of connection.channels()) channel.queueGone(queue);
    return messages;
  }

  /** For connections: one has ended. */
  disconnected(connection: Connection): void {
    this.#connections.delete(connection);
    for (const queue of [...this.topology.queues()])
      if (queue.settings.owner === connection) this.remove(queue);
  }

  /** For connections: the number of a new channel. */
  nextChannel(): number {
    return ++this.#channels;
  }
}
