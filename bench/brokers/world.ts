import { parse } from 'yaml';
import { type World, worldSchema } from '../../src/sim/world/schema/world.ts';

/** Products whose cost for a message is measured. */
export const PRODUCTS = ['rabbitmq', 'kafka', 'sqs'] as const;
export type Product = (typeof PRODUCTS)[number];

/** Messages that one request publishes, so that requests are a small part of the work. */
const BATCH = 50;

/** A channel `jobs` of each product, and how a worker takes messages from it. */
const CHANNELS: Readonly<Record<Product, { readonly broker: string; readonly consumer: string }>> = {
  rabbitmq: { broker: 'queues: { jobs: {} }', consumer: 'prefetch: 100' },
  kafka: {
    broker: 'brokers: 3, topics: { jobs: { partitions: 4, replication.factor: 3, min.insync.replicas: 2 } }',
    consumer: 'auto.offset.reset: earliest, commit: batch',
  },
  sqs: { broker: 'queues: { jobs: {} }', consumer: 'MaxNumberOfMessages: 10, WaitTimeSeconds: 20' },
};

/** A shop that publishes so many messages, some 500 a second, and a worker that takes each and does nothing with it. */
export function brokerWorld(product: Product, messages: number): World {
  const { broker, consumer } = CHANNELS[product];
  const requests = Math.ceil(messages / BATCH);
  return worldSchema.parse(
    parse(`
      entities: { order: {} }
      run: { for: ${Math.ceil(requests / 10) + 5}s, settle: 60s }
      brokers: { ${product}: { ${broker} } }
      clients:
        shopper: { every: 100ms, count: ${requests}, entity: order, steps: { buy: { call: shop.place } } }
      services:
        shop:
          workers: 1000
          operations:
            place:
              steps:
                tell: { publish: ${product}/jobs, key: each, forEach: range(${BATCH}), concurrency: ${BATCH} }
        worker:
          replicas: 2
          workers: 64
          consumers: { jobs: { from: ${product}/jobs, do: handle, ${consumer} } }
          operations: { handle: {} }
    `),
  );
}
