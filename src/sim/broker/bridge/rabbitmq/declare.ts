import type { Micros } from '../../../kernel/time.ts';
import type { RabbitExchange, RabbitMq, RabbitQueue } from '../../../world/schema/brokers/rabbitmq.ts';
import type { World } from '../../../world/schema/world.ts';
import { nameIn } from '../../message-broker.ts';
import type { ExchangeDeclaration } from '../../rabbitmq/exchange.ts';
import type { Field, Table } from '../../rabbitmq/message.ts';
import type { QueueDeclaration } from '../../rabbitmq/queue-settings.ts';
import type { BindingRequest } from '../../rabbitmq/requests.ts';
import { retryQueues } from './retry-queues.ts';

const MILLISECOND: Micros = 1_000;

/** All that a world declares at its RabbitMQ. */
export interface Declarations {
  readonly exchanges: ReadonlyMap<string, ExchangeDeclaration>;
  readonly queues: ReadonlyMap<string, QueueDeclaration>;
  readonly bindings: readonly BindingRequest[];
}

/** What a world's text means in the methods of AMQP. */
export function declarationsOf(world: World, rabbit: RabbitMq): Declarations {
  const queues = new Map(
    Object.entries(rabbit.queues).map(([name, queue]) => [name, queueDeclaration(name, queue)]),
  );
  for (const { name, back, delay } of retryQueues(world))
    queues.set(name, {
      queue: name,
      arguments: {
        'x-message-ttl': Math.round(delay / MILLISECOND),
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': back,
      },
    });
  const exchanges = new Map(
    Object.entries(rabbit.exchanges).map(([name, exchange]) => [name, exchangeDeclaration(name, exchange)]),
  );
  const bindings = Object.entries(rabbit.exchanges).flatMap(([from, exchange]) =>
    Object.entries(exchange.bindings).flatMap(([to, binding]) =>
      bindingRequests(from, to, queues.has(to) ? 'queue' : 'exchange', binding),
    ),
  );
  return { exchanges, queues, bindings };
}

/** A queue of a world as it is declared. */
export function queueDeclaration(
  queue: string,
  { durable, deadLetter, ...given }: RabbitQueue,
): QueueDeclaration {
  const table: Record<string, Field> = {};
  if (deadLetter !== undefined) {
    table['x-dead-letter-exchange'] = '';
    table['x-dead-letter-routing-key'] = nameIn(deadLetter);
  }
  for (const [name, value] of Object.entries(given)) if (value !== undefined) table[name] = value;
  return { queue, ...(durable !== undefined && { durable }), arguments: table };
}

function exchangeDeclaration(exchange: string, settings: RabbitExchange): ExchangeDeclaration {
  const { type, durable, internal } = settings;
  const alternate = settings['alternate-exchange'];
  return {
    exchange,
    type,
    ...(durable !== undefined && { durable }),
    ...(internal !== undefined && { internal }),
    ...(alternate !== undefined && { arguments: { 'alternate-exchange': alternate } }),
  };
}

function bindingRequests(
  from: string,
  to: string,
  toType: 'queue' | 'exchange',
  binding: RabbitExchange['bindings'][string],
): BindingRequest[] {
  const whole: { readonly key: string | readonly string[]; readonly arguments: Table } =
    typeof binding === 'string' || Array.isArray(binding) ? { key: binding, arguments: {} } : binding;
  return [whole.key]
    .flat()
    .map((routingKey) => ({ from, to, toType, routingKey, arguments: whole.arguments }));
}
