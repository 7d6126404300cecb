import { RabbitBroker } from '../../../src/sim/broker/rabbitmq/broker.ts';
import { headersMatch } from '../../../src/sim/broker/rabbitmq/headers.ts';
import type { Table } from '../../../src/sim/broker/rabbitmq/message.ts';
import { TopicTree } from '../../../src/sim/broker/rabbitmq/topic.ts';
import { Simulation } from '../../../src/sim/kernel/simulation.ts';
import type { Checked } from '../vectors.ts';

/** Expectations of RabbitMQ's own routing tests. */
interface Document {
  readonly routingSuite: {
    readonly bindings: readonly { readonly bindingKey: string; readonly queue: string }[];
    readonly expected: Readonly<Record<string, readonly string[]>>;
  };
  readonly pairs: readonly {
    readonly bindingKey: string;
    readonly routingKey: string;
    readonly matches: boolean;
  }[];
  readonly bindingValidation: readonly { readonly bindingKey: string; readonly valid: boolean }[];
  readonly headersExchange: {
    readonly cases: readonly { readonly args: Table; readonly headers: Table; readonly matches: boolean }[];
  };
}

const binding = (key: string, destination = 'q', given: Table = {}) => ({
  source: 't',
  kind: 'queue' as const,
  destination,
  key,
  arguments: given,
});

/** Where topic and headers exchanges send a message, and which binding keys they take. */
export function topicExchange(document: unknown): readonly Checked[] {
  const { routingSuite, pairs, bindingValidation, headersExchange } = document as Document; // a file of our own
  return [
    ...routes(routingSuite),
    ...pairs.flatMap(pair),
    ...bindingValidation.map(({ bindingKey, valid }) => ({
      name: `takes the binding key "${bindingKey}"`,
      expected: valid ? [] : ['PRECONDITION_FAILED'],
      got: bindingErrors(bindingKey),
    })),
    ...headersExchange.cases.map(({ args, headers, matches }) => ({
      name: `headers ${JSON.stringify(args)} fit ${JSON.stringify(headers)}`,
      expected: matches,
      got: headersMatch(binding('', 'q', args), headers),
    })),
  ];
}

function routes({ bindings, expected }: Document['routingSuite']): Checked[] {
  const tree = new TopicTree();
  for (const { bindingKey, queue } of bindings) tree.add(binding(bindingKey, queue));
  return Object.entries(expected).map(([key, queues]) => ({
    name: `routes "${key}"`,
    expected: [...queues].sort(),
    got: [...new Set(tree.match(key).map(({ destination }) => destination))].sort(),
  }));
}

/** Whether a key fits a binding, and that it fits none once the binding is gone. */
function pair({ bindingKey, routingKey, matches }: Document['pairs'][number]): Checked[] {
  const tree = new TopicTree();
  const only = binding(bindingKey);
  const name = `"${bindingKey}" fits "${routingKey}"`;
  tree.add(only);
  const fits = tree.match(routingKey).length > 0;
  tree.remove(only);
  return [
    { name, expected: matches, got: fits },
    { name: `${name} no more once unbound`, expected: 0, got: tree.match(routingKey).length },
  ];
}

function bindingErrors(routingKey: string): string[] {
  const closes: string[] = [];
  const channel = new RabbitBroker(new Simulation())
    .connect()
    .openChannel({ deliver: () => {}, closed: ({ name }) => closes.push(name) });
  channel.declareQueue({ queue: 'q' });
  channel.bind({ from: 'amq.topic', to: 'q', routingKey });
  return closes;
}
