import { Luck } from '../../../kernel/luck.ts';
import { Simulation } from '../../../kernel/simulation.ts';
import type { World } from '../../../world/schema/world.ts';
import { productOf } from '../../message-broker.ts';
import { asSentence, type BrokerProblem, type BrokerProduct } from '../../product.ts';
import { SnsService } from '../../sns/service.ts';
import { unfitForFifo } from '../sqs/fifo-sends.ts';
import { snsChannels, topicsOf } from './channels.ts';
import { Sns } from './sns.ts';
import { subscriptionsOf, topicAttributes } from './topics.ts';

/** Amazon SNS as a part of worlds. */
export const snsProduct: BrokerProduct = {
  ...snsChannels,
  *problems(world) {
    yield* settingProblems(world);
    for (const [name, { ContentBasedDeduplication }] of topicsOf(world))
      for (const message of unfitForFifo(world, `sns/${name}`, ContentBasedDeduplication))
        yield { path: ['sns', 'topics', name], message };
  },
  create(system) {
    const settings = system.world.brokers.sns;
    return settings ? new Sns(system, settings) : null;
  },
};

/** Creates everything at a service of its own, and tells what that refuses, and which queues there are not. */
function* settingProblems(world: World): Generator<BrokerProblem> {
  const carrier = { deliver: () => {}, bury: () => false };
  const service = new SnsService<never>(new Simulation(), new Luck(''), carrier);
  const queues = world.brokers.sqs?.queues ?? {};
  for (const [name, topic] of topicsOf(world)) {
    const path = ['sns', 'topics', name];
    const created = service.createTopic(name, topicAttributes(name, topic));
    if (!created.ok) yield { path, message: asSentence(created.refusal.message) };
    for (const [subscription, attributes] of subscriptionsOf(topic)) {
      const at = [...path, 'subscriptions', subscription];
      const { Endpoint = '' } = topic.subscriptions[subscription] ?? {};
      const dead = topic.subscriptions[subscription]?.RedrivePolicy?.deadLetter;
      if (productOf(Endpoint) !== 'sqs' || !Object.hasOwn(queues, attributes.Endpoint))
        yield { path: at, message: `There is no queue ${Endpoint} that it could deliver to` };
      if (dead !== undefined && !Object.hasOwn(queues, dead))
        yield { path: at, message: `There is no queue sqs/${dead} for what it cannot deliver` };
      const subscribed = service.subscribe(name, subscription, attributes);
      if (!subscribed.ok) yield { path: at, message: asSentence(subscribed.refusal.message) };
    }
  }
}
