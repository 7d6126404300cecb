import type { World } from '../../../world/schema/world.ts';
import type { BrokerChannels } from '../../channels.ts';
import { nameIn } from '../../message-broker.ts';

/** Exchanges and queues of a world. */
export const rabbitmqChannels: BrokerChannels = {
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
