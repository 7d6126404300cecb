import type { World } from '../../../world/schema/world.ts';
import { nameIn } from '../../message-broker.ts';
import type { BrokerProblem, BrokerProduct } from '../../product.ts';
import { RabbitBroker } from '../../rabbitmq/broker.ts';
import type { Channel } from '../../rabbitmq/channel.ts';
import type { Close } from '../../rabbitmq/refusal.ts';
import { rabbitmqChannels } from './channels.ts';
import { declarationsOf } from './declare.ts';
import { RabbitMQ, versionOf } from './rabbitmq.ts';

/** RabbitMQ as a part of worlds. */
export const rabbitmqProduct: BrokerProduct = {
  ...rabbitmqChannels,
  problems,
  create(system) {
    const settings = system.world.brokers.rabbitmq;
    return settings ? new RabbitMQ(system, settings) : null;
  },
};

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
