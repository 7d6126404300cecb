import type { Kafka } from '../../../world/schema/brokers/kafka.ts';
import type { Consumer } from '../../../world/schema/service.ts';
import type { World } from '../../../world/schema/world.ts';
import { consumerSettings } from '../../kafka/consumer/settings.ts';
import { ConfigException } from '../../kafka/errors.ts';
import { producerSettings } from '../../kafka/producer/settings.ts';
import { topicSettings } from '../../kafka/settings.ts';
import { productOf } from '../../message-broker.ts';
import type { BrokerProblem, BrokerProduct } from '../../product.ts';
import { kafkaChannels } from './channels.ts';
import { KafkaBroker } from './kafka-broker.ts';
import { commitsOf } from './reader-settings.ts';
import { definedOf, producerOf } from './settings.ts';

/** Kafka as a part of worlds. */
export const kafkaProduct: BrokerProduct = {
  ...kafkaChannels,
  problems,
  create(system) {
    const settings = system.world.brokers.kafka;
    return settings ? new KafkaBroker(system, settings) : null;
  },
};

/** What Kafka's clients and brokers would refuse with a `ConfigException`. */
function* problems(world: World): Generator<BrokerProblem> {
  const { kafka } = world.brokers;
  if (!kafka) return;
  const producer = refused(() => producerSettings(definedOf(kafka.producer)));
  if (producer !== null) yield { path: ['kafka', 'producer'], message: producer };
  for (const [name, topic] of Object.entries(kafka.topics)) {
    const message = refused(() => topicSettings(definedOf(topic), kafka.brokers));
    if (message !== null) yield { path: ['kafka', 'topics', name], message };
  }
  for (const owner of Object.keys(world.services)) {
    const own =
      producer === null ? refused(() => producerSettings(definedOf(producerOf(world, owner)))) : null;
    if (own !== null) yield { path: ['kafka', 'producer'], message: `${owner}: ${own}` };
  }
  for (const [owner, { consumers }] of Object.entries(world.services))
    for (const [name, consumer] of Object.entries(consumers)) {
      if (![consumer.from].flat().some((channel) => productOf(channel) === 'kafka')) continue;
      const { 'heartbeat.interval.ms': heartbeat = 3_000, 'session.timeout.ms': session = 45_000 } = consumer;
      const message = refused(() =>
        consumerSettings({ 'heartbeat.interval.ms': heartbeat, 'session.timeout.ms': session }),
      );
      if (message !== null) yield { path: ['kafka'], message: `${owner}.${name}: ${message}` };
      yield* transactionProblems(producerOf(world, owner), consumer, `${owner}.${name}`);
      if (
        consumer.conflate !== null &&
        consumer['transactional.id'] === undefined &&
        commitsOf({ settings: consumer }) !== 'after'
      )
        yield {
          path: ['kafka'],
          message: `${owner}.${name}: a consumer that conflates reads on while records wait, and commits those that are done; write commit: after`,
        };
      if (consumer.retry && 'delays' in consumer.retry)
        yield {
          path: ['kafka'],
          message: `${owner}.${name}: a log has no place where single records wait; write retry: { inPlace: … }, or publish to a topic of its own`,
        };
    }
}

/** A consumer that works in transactions commits its offsets in them, record by record. */
function* transactionProblems(
  producer: Kafka['producer'],
  consumer: Consumer,
  name: string,
): Generator<BrokerProblem> {
  const id = consumer['transactional.id'];
  if (id === undefined) return;
  const message = refused(() => producerSettings({ ...definedOf(producer), 'transactional.id': id }));
  if (message !== null) yield { path: ['kafka', 'producer'], message: `${name}: ${message}` };
  const other = (['commit', 'enable.auto.commit', 'aggregate', 'resequence', 'conflate'] as const).find(
    (setting) => consumer[setting] !== undefined && consumer[setting] !== null && consumer[setting] !== false,
  );
  if (other !== undefined || consumer.ack !== 'manual')
    yield {
      path: ['kafka'],
      message: `${name}: with a transactional.id each record's offset is committed in its transaction, so \`${other ?? 'ack'}\` has no say in it; take it away`,
    };
}

function refused(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof ConfigException) return error.message;
    throw error;
  }
}
