import { Luck } from '../../../kernel/luck.ts';
import { Simulation } from '../../../kernel/simulation.ts';
import type { World } from '../../../world/schema/world.ts';
import { asSentence, type BrokerProblem, type BrokerProduct } from '../../product.ts';
import { SqsService } from '../../sqs/service.ts';
import { attributesOf } from './attributes.ts';
import { queuesOf, sqsChannels } from './channels.ts';
import { unfitForFifo } from './fifo-sends.ts';
import { Sqs } from './sqs.ts';

/** Amazon SQS as a part of worlds. */
export const sqsProduct: BrokerProduct = {
  ...sqsChannels,
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
