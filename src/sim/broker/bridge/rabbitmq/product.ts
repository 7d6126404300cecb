import type { World } from '../../../world/schema/world.ts';
import { nameIn } from '../../message-broker.ts';
import type { BrokerProblem, BrokerProduct } from '../../product.ts';
import { RabbitBroker } from '../../rabbitmq/broker.ts';
import type { Channel } from '../../rabbitmq/channel.ts';
import type { Close } from '../../rabbitmq/refusal.ts';
import { declarationsOf } from './declare.ts';
import { RabbitMQ, versionOf } from './rabbitmq.ts';

/** RabbitMQ as a part of worlds. */
export const rabbitmqProduct: BrokerProduct = {
  name: 'rabbitmq',
  channels: ({ brokers }) => [
    ...new Set([
      ...Object.keys(brokers.rabbitmq?.exchanges ?? {}),
      ...Object.keys(brokers.rabbitmq?.queues ?? {}),
    ]),
  ],
  sources: ({ brokers }) => Object.keys(brokers.rabbitmq?.queues ?? {}),
  behind,
  deadLetters(world, source) {
    const queue = world.brokers.rabbitmq?.queues[source];
    if (!queue) return [];
    if (queue.deadLetter !== undefined) return [nameIn(queue.deadLetter)];
    const exchange = queue['x-dead-letter-exchange'];
    if (exchange === undefined) return [];
    return behind(world, exchange === '' ? (queue['x-dead-letter-routing-key'] ?? source) : exchange);
  },
  parts: ({ brokers }) => Object.keys(brokers.rabbitmq?.queues ?? {}).length,
  problems,
  create(system) {
    const settings = system.world.brokers.rabbitmq;
    return settings ? new RabbitMQ(system, settings) : null;
  },
};

/** Follows bindings, alternates and dead letters, whatever their keys: where a message may turn up. */
function behind({ brokers }: World, channel: string): readonly string[] {
  const { exchanges = {}, queues = {} } = brokers.rabbitmq ?? {};
  const reached = new Set<string>();
  const seen = new Set<string>();
  const open = [channel];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const exchange = Object.hasOwn(exchanges, name) ? exchanges[name] : undefined;
    if (exchange) {
      open.push(...Object.keys(exchange.bindings));
      const alternate = exchange['alternate-exchange'];
      if (alternate !== undefined) open.push(alternate);
    } else if (Object.hasOwn(queues, name)) reached.add(name);
  }
  return [...reached];
}

/** Declares everything at a broker of its own, and tells what that refuses. */
function problems(world: World): BrokerProblem[] {
  const rabbit = world.brokers.rabbitmq;
  if (!rabbit) return [];
  const found: BrokerProblem[] = [];
  const { exchanges, queues, bindings } = declarationsOf(world, rabbit);
  const engine = new RabbitBroker(
    { now: 0, after: () => 0, cancel: () => true },
    { version: versionOf(rabbit.version) },
  );
  const attempt = (path: readonly string[], act: (channel: Channel) => void): void => {
    const closed = ({ text }: Close) => found.push({ path: ['rabbitmq', ...path], message: text });
    act(engine.connect({ closed }).openChannel({ deliver: () => {}, closed }));
  };
  for (const [name, queue] of queues)
    if (Object.hasOwn(rabbit.queues, name))
      attempt(['queues', name], (channel) => channel.declareQueue(queue));
  for (const [name, exchange] of exchanges)
    attempt(['exchanges', name], (channel) => channel.declareExchange(exchange));
  const places = [...queues.keys(), ...exchanges.keys()];
  for (const binding of bindings) {
    const path = ['exchanges', binding.from, 'bindings', binding.to];
    if (places.includes(binding.to)) attempt(path, (channel) => channel.bind(binding));
    else found.push(unknown(path, binding.to, places));
  }
  for (const [name, { deadLetter }] of Object.entries(rabbit.queues))
    if (deadLetter !== undefined && !queues.has(nameIn(deadLetter)))
      found.push(unknown(['queues', name, 'deadLetter'], deadLetter, [...queues.keys()].map(inProduct)));
  return found;
}

const inProduct = (name: string): string => `rabbitmq/${name}`;

const unknown = (path: readonly string[], name: string, known: readonly string[]): BrokerProblem => ({
  path: ['rabbitmq', ...path],
  message: `there is no queue ${name}`,
  missing: { what: 'queue', name, known },
});
