import { Luck } from '../../../kernel/luck.ts';
import { Simulation } from '../../../kernel/simulation.ts';
import type { World } from '../../../world/schema/world.ts';
import { asSentence, type BrokerProblem, type BrokerProduct } from '../../product.ts';
import { SqsService } from '../../sqs/service.ts';
import { attributesOf } from './attributes.ts';
import { unfitForFifo } from './fifo-sends.ts';
import { Sqs } from './sqs.ts';

const queuesOf = ({ brokers }: World) => Object.entries(brokers.sqs?.queues ?? {});

/** Amazon SQS as a part of worlds. */
export const sqsProduct: BrokerProduct = {
  name: 'sqs',
  channels: (world) => queuesOf(world).map(([name]) => name),
  sources: (world) => queuesOf(world).map(([name]) => name),
  behind: (_world, channel) => [channel],
  deadLetters({ brokers }, source) {
    const target = brokers.sqs?.queues[source]?.RedrivePolicy?.deadLetter;
    return target === undefined ? [] : [target];
  },
  parts: (world) => queuesOf(world).length,
  *problems(world) {
    yield* settingProblems(world);
    for (const [name, { ContentBasedDeduplication }] of queuesOf(world))
      for (const message of unfitForFifo(world, `sqs/${name}`, ContentBasedDeduplication))
        yield { path: ['sqs', 'queues', name], message };
  },
  create(system) {
    const settings = system.world.brokers.sqs;
    return settings ? new Sqs(system, settings) : null;
  },
};

/** Creates everything at a service of its own, and tells what that refuses. */
function* settingProblems(world: World): Generator<BrokerProblem> {
  const service = new SqsService<never>(new Simulation(), new Luck(''));
  for (const [name, queue] of queuesOf(world)) {
    const created = service.createQueue(name, attributesOf(name, queue));
    if (!created.ok) yield { path: ['sqs', 'queues', name], message: asSentence(created.refusal.message) };
  }
  for (const [name] of queuesOf(world)) {
    const message = service.redriveProblem(name);
    if (message !== undefined)
      yield { path: ['sqs', 'queues', name, 'RedrivePolicy'], message: asSentence(message) };
  }
}
