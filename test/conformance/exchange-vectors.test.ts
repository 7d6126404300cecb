import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RabbitBroker } from '../../src/sim/broker/rabbitmq/broker.ts';
import { headersMatch } from '../../src/sim/broker/rabbitmq/headers.ts';
import type { Table } from '../../src/sim/broker/rabbitmq/message.ts';
import { TopicTree } from '../../src/sim/broker/rabbitmq/topic.ts';
import { Simulation } from '../../src/sim/kernel/simulation.ts';

/** Expectations of RabbitMQ's own routing tests. */
interface Vectors {
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

const file = new URL('vectors/topic-exchange.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors; // a file of our own

const binding = (key: string, destination = 'q', given: Table = {}) => ({
  source: 't',
  kind: 'queue' as const,
  destination,
  key,
  arguments: given,
});

describe('a topic exchange', () => {
  const tree = new TopicTree();
  for (const { bindingKey, queue } of vectors.routingSuite.bindings) tree.add(binding(bindingKey, queue));

  test.each(Object.entries(vectors.routingSuite.expected))(
    'routes "%s" as the server does',
    (key, queues) => {
      const reached = new Set(tree.match(key).map(({ destination }) => destination));
      expect([...reached].sort()).toEqual([...queues].sort());
    },
  );

  test.each(vectors.pairs)(
    '"$bindingKey" fits "$routingKey": $matches',
    ({ bindingKey, routingKey, matches }) => {
      const one = new TopicTree();
      const only = binding(bindingKey);
      one.add(only);
      expect(one.match(routingKey).length > 0).toBe(matches);
      one.remove(only);
      expect(one.match(routingKey)).toEqual([]);
    },
  );

  test.each(vectors.bindingValidation)(
    'takes the binding key "$bindingKey": $valid',
    ({ bindingKey, valid }) => {
      const closes: string[] = [];
      const channel = new RabbitBroker(new Simulation())
        .connect()
        .openChannel({ deliver: () => {}, closed: ({ name }) => closes.push(name) });
      channel.declareQueue({ queue: 'q' });
      channel.bind({ from: 'amq.topic', to: 'q', routingKey: bindingKey });
      expect(closes).toEqual(valid ? [] : ['PRECONDITION_FAILED']);
    },
  );
});

describe('a headers exchange', () => {
  test.each(vectors.headersExchange.cases)('$args fits $headers: $matches', ({ args, headers, matches }) => {
    expect(headersMatch(binding('', 'q', args), headers)).toBe(matches);
  });
});
