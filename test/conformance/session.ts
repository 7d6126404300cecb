import { RabbitBroker } from '../../src/sim/broker/rabbitmq/broker.ts';
import type { Channel } from '../../src/sim/broker/rabbitmq/channel.ts';
import type { Connection } from '../../src/sim/broker/rabbitmq/connection.ts';
import type { Delivery } from '../../src/sim/broker/rabbitmq/events.ts';
import type { Close } from '../../src/sim/broker/rabbitmq/refusal.ts';
import type { Version } from '../../src/sim/broker/rabbitmq/version.ts';
import { Simulation } from '../../src/sim/kernel/simulation.ts';
import { ms } from '../../src/sim/kernel/time.ts';
import type { BrokerCase, Expectation } from './document.ts';
import { type Event, messageView } from './view.ts';

/** A channel of a case, and what its client remembers. */
export interface Client {
  readonly name: string;
  readonly channel: Channel;
  readonly connection: string;
  /** The tag of each message's latest delivery. */
  readonly tags: Map<string, number>;
  /** Records of its publishes, the first at 0; null while it has not asked for confirms. */
  confirms: Event[] | null;
}

/** A broker with a case's connections and channels, noting all that clients are told. */
export class Session {
  readonly sim = new Simulation();
  readonly broker: RabbitBroker;
  readonly outcome: Expectation = {
    deliveries: {},
    cancels: [],
    replies: [],
    returns: [],
    confirms: [],
    errors: [],
    unordered: [],
    final: {},
  };
  readonly #times: readonly number[];
  readonly #connections = new Map<string, Connection>();
  readonly #clients = new Map<string, Client>();
  #noting = true;

  constructor({ steps, channels }: BrokerCase, version: Version) {
    this.broker = new RabbitBroker(this.sim, { version });
    this.#times = steps.map(({ at }) => at);
    this.connection('main');
    for (const name of new Set(steps.map(({ channel }) => channel)))
      this.#clients.set(name, this.#open(name, channels[name] ?? 'main'));
    for (const each of steps) if (each.do === 'consume') this.outcome.deliveries[each.consumer] ??= [];
  }

  client(name: string): Client {
    const client = this.#clients.get(name);
    if (!client) throw new Error(`no channel ${name}`);
    return client;
  }

  clients(): Iterable<Client> {
    return this.#clients.values();
  }

  connection(name: string): Connection {
    let connection = this.#connections.get(name);
    if (!connection) {
      connection = this.broker.connect({ closed: (close) => this.#error({ connection: name }, close) });
      this.#connections.set(name, connection);
    }
    return connection;
  }

  /** A channel of nobody in the case, on the connection that may use a queue. */
  observer(queue: string): Channel {
    const owner = this.broker.topology.get(queue)?.settings.owner;
    const own = [...this.#connections.values()].find((connection) => connection === owner);
    return (own ?? this.broker.connect()).openChannel({ deliver: () => {} });
  }

  /** From now on nothing is noted of what clients are told. */
  stopNoting(): void {
    this.#noting = false;
  }

  /** The time of the last step at or before now. */
  get after(): number {
    let last = 0;
    for (const at of this.#times) if (ms(at) <= this.sim.now) last = at;
    return last;
  }

  #open(name: string, connection: string): Client {
    const channel = this.connection(connection).openChannel({
      deliver: (consumer, delivery) => this.#delivered(client, consumer, delivery),
      returned: ({ replyCode, replyText, message }) => {
        const { exchange, routingKeys, body } = message;
        const routingKey = routingKeys[0];
        this.outcome.returns.push({
          after: this.after,
          channel: name,
          replyCode,
          replyText,
          exchange,
          routingKey,
          body,
        });
      },
      confirmed: (publish, accepted) => {
        const record = client.confirms?.[publish - 1];
        if (!record) throw new Error(`a confirm for publish ${publish} of ${name}, which there was none of`);
        record['after'] = this.after;
        record['outcome'] = accepted ? 'ack' : 'nack';
      },
      cancelled: (consumer) => {
        if (this.#noting) this.outcome.cancels.push({ after: this.after, consumer });
      },
      closed: (close) => this.#error({ channel: name }, close),
    });
    const client: Client = { name, channel, connection, tags: new Map(), confirms: null };
    return client;
  }

  #delivered(client: Client, consumer: string, delivery: Delivery): void {
    client.tags.set(`${delivery.message.body}`, delivery.tag);
    const { tag } = delivery;
    if (!this.#noting) return;
    this.outcome.deliveries[consumer]?.push({ after: this.after, tag, ...messageView(delivery) });
  }

  #error(place: Event, { scope, code, name, method, text }: Close): void {
    const event: Event = { after: this.after, ...place, scope, code, name, text };
    if (method !== null) event['method'] = method;
    this.outcome.errors.push(event);
  }
}
