import type { Binding } from './binding.ts';
import { ClassicQueue } from './classic-queue.ts';
import type { Exchange } from './exchange.ts';
import { checkName, checkNotDefault, ExchangeGraph } from './exchange-graph.ts';
import type { Message } from './message.ts';
import { checkShort } from './names.ts';
import type { Queue, QueueCount, QueueHost } from './queue.ts';
import {
  checkAccess,
  checkEquivalence,
  policyOf,
  type QueueDeclaration,
  type QueuePolicy,
  queueSettings,
} from './queue-settings.ts';
import { QuorumQueue } from './quorum-queue.ts';
import { missing } from './refusal.ts';

/** The queues and exchanges of a broker: who may declare, find and delete them. */
export class Topology {
  readonly exchanges: ExchangeGraph;
  readonly #host: QueueHost;
  readonly #queues = new Map<string, Queue>();
  #named = 0;

  constructor(host: QueueHost) {
    this.#host = host;
    this.exchanges = new ExchangeGraph(host.rules.hashWords);
  }

  queues(): Iterable<Queue> {
    return this.#queues.values();
  }

  get(name: string): Queue | undefined {
    return this.#queues.get(name);
  }

  /** The queue of that name for one connection, or a refusal. */
  find(name: string, connection: object): Queue {
    const queue = this.#queues.get(name);
    if (!queue) throw missing('queue', name);
    checkAccess(queue.settings, connection);
    return queue;
  }

  /** Declares a queue, or checks that it is what the declaration says; an empty name asks for a new one. */
  declare(declaration: QueueDeclaration, connection: object): { name: string; count: QueueCount } {
    checkShort('queue name', declaration.queue);
    const name = declaration.queue === '' ? `amq.gen-${++this.#named}` : declaration.queue;
    const known = this.#queues.get(name);
    if (known) {
      checkEquivalence(known.settings, declaration, connection, this.#host.rules);
      return { name, count: known.count() };
    }
    if (declaration.queue !== '') checkName('queue', name);
    const settings = queueSettings({ ...declaration, queue: name }, connection, this.#host.rules);
    const queue =
      settings.type === 'quorum'
        ? new QuorumQueue(settings, this.#host)
        : new ClassicQueue(settings, this.#host);
    this.#queues.set(name, queue);
    return { name, count: { messages: 0, consumers: 0 } };
  }

  /** Sets for a queue what a policy may set: what the policy says, else what the declaration does. */
  govern(declaration: QueueDeclaration, policy: Partial<QueuePolicy>): void {
    const settings = queueSettings(declaration, this, this.#host.rules);
    this.#queues.get(declaration.queue)?.govern({ ...policyOf(settings), ...policy });
  }

  bind(binding: Binding, connection: object): void {
    this.#checkEnds(binding);
    this.exchanges.find(binding.source);
    if (binding.kind === 'queue') this.find(binding.destination, connection);
    this.exchanges.bind(binding);
  }

  unbind(binding: Binding, connection: object): void {
    this.#checkEnds(binding);
    const queue = binding.kind === 'queue' ? this.#queues.get(binding.destination) : undefined;
    if (queue) checkAccess(queue.settings, connection);
    this.exchanges.unbind(binding);
  }

  /** Takes a queue away, with the bindings that lead to it; how many messages were waiting in it. */
  remove(queue: Queue): number {
    const { name } = queue.settings;
    this.#queues.delete(name);
    this.exchanges.dropDestination('queue', name);
    return queue.end();
  }

  /** The queues a message reaches by an exchange, in the order of their names. */
  route(exchange: Exchange, message: Message): Queue[] {
    const reached: Queue[] = [];
    for (const name of this.exchanges.route(exchange, message)) {
      const queue = this.#queues.get(name);
      if (queue) reached.push(queue);
    }
    return reached;
  }

  #checkEnds({ source, kind, destination, key }: Binding): void {
    checkShort('routing key', key);
    checkNotDefault(source);
    if (kind === 'exchange') checkNotDefault(destination);
  }
}
