import type { RabbitMq } from '../../../world/schema/brokers/rabbitmq.ts';
import type { World } from '../../../world/schema/world.ts';
import type { RabbitBroker } from '../../rabbitmq/broker.ts';
import type { Channel } from '../../rabbitmq/channel.ts';
import type { QueueDeclaration } from '../../rabbitmq/queue-settings.ts';
import { type Declarations, declarationsOf } from './declare.ts';
import type { Journal } from './journal.ts';

const NOTHING: Declarations = { exchanges: new Map(), queues: new Map(), bindings: [] };

/** What no policy can change: a queue of another kind takes the place of the first one. */
const FIXED = ['x-queue-type', 'x-max-priority', 'x-single-active-consumer', 'x-expires'];

/** Declares what a world says there is, and carries out what it says otherwise later. */
export class TopologyKeeper {
  readonly #engine: RabbitBroker;
  readonly #journal: Journal;
  #declared: Declarations = NOTHING;

  constructor(engine: RabbitBroker, journal: Journal) {
    this.#engine = engine;
    this.#journal = journal;
  }

  apply(world: World, settings: RabbitMq): void {
    const before = this.#declared;
    const wanted = declarationsOf(world, settings);
    this.#declared = wanted;
    const connection = this.#engine.connect();
    const channel = connection.openChannel({ deliver: () => {} });
    for (const [name, exchange] of wanted.exchanges) {
      const known = before.exchanges.get(name);
      if (same(known, exchange)) continue;
      if (known) channel.deleteExchange(name);
      channel.declareExchange(exchange);
    }
    for (const [name, queue] of wanted.queues) {
      const known = before.queues.get(name);
      if (!known) channel.declareQueue(queue);
      else if (same(known, queue)) continue;
      else if (sameKind(known, queue)) this.#engine.govern(queue);
      else this.#replace(channel, queue);
    }
    for (const binding of before.bindings)
      if (!wanted.bindings.some((each) => same(each, binding))) channel.unbind(binding);
    // A binding that is there already changes nothing: those of what was deleted above come back.
    for (const binding of wanted.bindings) channel.bind(binding);
    for (const name of before.exchanges.keys()) if (!wanted.exchanges.has(name)) channel.deleteExchange(name);
    for (const name of before.queues.keys()) if (!wanted.queues.has(name)) channel.deleteQueue(name);
    connection.close();
  }

  /** A mistake, or its correction: an exchange loses its bindings, or has those of the world again. */
  unbind(exchange: string, away: boolean): void {
    const connection = this.#engine.connect();
    const channel = connection.openChannel({ deliver: () => {} });
    for (const binding of this.#declared.bindings) {
      if (binding.from !== exchange) continue;
      if (away) channel.unbind(binding);
      else channel.bind(binding);
    }
    connection.close();
  }

  /** As an operator does it: what waits is moved to a queue of the new kind; consumers come back by themselves. */
  #replace(channel: Channel, declaration: QueueDeclaration): void {
    const { queue } = declaration;
    const messages: { readonly body: unknown; readonly size: number; readonly persistent: boolean }[] = [];
    for (let more = true; more; )
      channel.get(queue, true, (got) => {
        if (got) messages.push(got.delivery.message);
        else more = false;
      });
    this.#journal.moved(queue, messages.length);
    channel.deleteQueue(queue);
    channel.declareQueue(declaration);
    for (const { body, size, persistent } of messages)
      channel.publish({ routingKey: queue, body, size, persistent });
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function sameKind(a: QueueDeclaration, b: QueueDeclaration): boolean {
  if ((a.durable ?? true) !== (b.durable ?? true)) return false;
  return FIXED.every((name) => a.arguments?.[name] === b.arguments?.[name]);
}
