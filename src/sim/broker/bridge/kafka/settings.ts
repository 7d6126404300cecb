import type { Kafka } from '../../../world/schema/brokers/kafka.ts';
import type { World } from '../../../world/schema/world.ts';
import type { BrokerSettings } from '../../kafka/settings.ts';

/** The same without what is not said. */
type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what a document does not say, so that Kafka's defaults hold. */
export const definedOf = <T extends object>(given: T): Defined<T> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>; // the same keys

/** What a world says of all brokers. */
export function brokerSettings(kafka: Kafka): Partial<BrokerSettings> {
  const { brokers: _, topics: __, producer: ___, quotas: ____, write: _____, ...rest } = kafka;
  return definedOf(rest);
}

/** How one service produces: as the world says for all, but for what it says itself. */
export function producerOf(
  { brokers, services, externals, clients }: World,
  owner: string,
): Kafka['producer'] {
  const calls = (services[owner] ?? externals[owner] ?? clients[owner])?.calls;
  return { ...brokers.kafka?.producer, ...definedOf(calls?.['kafka']?.producer ?? {}) };
}

/** What a caller learns of a record that was not delivered. */
export function failureOf(error: string): { readonly reason: string; readonly status: number } {
  if (error === 'TimeoutException' || error === 'REQUEST_TIMED_OUT')
    return { reason: 'timeout', status: 504 };
  if (error === 'RecordTooLargeException' || error === 'MESSAGE_TOO_LARGE')
    return { reason: 'too-large', status: 413 };
  if (error === 'NETWORK_EXCEPTION') return { reason: 'reset', status: 503 };
  return { reason: 'rejected', status: 503 };
}
