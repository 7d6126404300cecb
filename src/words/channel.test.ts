import { expect, test } from 'vitest';
import type { Run } from '../sim/run.ts';
import { all, QUEUE, shop } from '../sim/testing.fixture.ts';
import { channelLines } from './channel.ts';

/** What is told of a channel at a time, or at a record. */
function told(run: Run, channel: string, seconds: number, record?: number): string[] {
  const at = seconds * 1_000_000;
  const upTo = record ?? run.record.columns().time.filter((time) => time <= at).length - 1;
  return channelLines(run, channel, upTo, at).map(({ name, text, tone }) =>
    `${name}: ${text}${tone === undefined ? '' : ` (${tone})`}`.trim(),
  );
}

test('a queue is told in the words of RabbitMQ’s own tools', () => {
  const run = shop(
    QUEUE,
    'services: { worker: { consumers: { jobs: { prefetch: 5 } }, operations: { handle: { steps: { done: { fail: BROKEN, fact: null } } } } } }',
    'brokers: { rabbitmq: { queues: { dead: {}, jobs: { deadLetter: rabbitmq/dead } } } }',
  );
  const [died] = all(run, 'deadLetter');
  expect(told(run, 'rabbitmq/jobs', died!.at / 1_000_000, died!.index)).toEqual([
    'ready: 0',
    'unacked: 0',
    'redelivered: 0',
    'worker.jobs: 1 consumer, prefetch 5',
    'dead go to: rabbitmq/dead',
    'message 1: delivered 1 time',
    'x-death: jobs, rejected, 1 time',
  ]);
  expect(told(run, 'rabbitmq/dead', 10)).toEqual([
    'ready: 1 (bad)',
    'unacked: 0',
    'redelivered: 0',
    'takes dead of: rabbitmq/jobs',
    'message 1: delivered 0 times',
    'x-death: jobs, rejected, 1 time',
  ]);
});

test('what a consumer that conflates has passed over is told of its queue', () => {
  const run = shop(
    QUEUE,
    'clients: { user: { every: 10ms, count: 5 } }',
    'services: { worker: { workers: 1, consumers: { jobs: { conflate: "\'all\'" } } } }',
  );
  expect(told(run, 'rabbitmq/jobs', 0.045)).toContain('conflated: 2 by worker.jobs');
  expect(told(run, 'rabbitmq/jobs', 10)).toContain('conflated: 3 by worker.jobs');
});

test('a cloud queue is told in the words of SQS', () => {
  const run = shop(`
    brokers: { sqs: { queues: { jobs: { DelaySeconds: 2 } } } }
    services:
      shop: { operations: { order: { steps: { tell: { publish: sqs/jobs } } } } }
      worker: { replicas: 2, consumers: { jobs: { from: sqs/jobs, do: handle } }, operations: { handle: {} } }
  `);
  expect(told(run, 'sqs/jobs', 1)).toEqual([
    'visible: 0',
    'in flight: 0',
    'delayed: 1',
    'redelivered: 0',
    'worker.jobs: 2 consumers',
  ]);
});

test('a topic is told by partition, then its groups with who reads what and how far behind it is', () => {
  const run = shop(`
    brokers: { kafka: { brokers: 3, topics: { jobs: { partitions: 2, replication.factor: 3 } } } }
    services:
      shop: { operations: { order: { steps: { tell: { publish: kafka/jobs, key: request.order } } } } }
      worker:
        consumers: { jobs: { from: kafka/jobs, do: handle, commit: after, auto.offset.reset: earliest } }
        operations: { handle: {} }
    run: { for: 10s, settle: 10s }
    chaos: { death: { crash: "kafka[3]", at: 2s, downFor: 60s } }
  `);
  expect(told(run, 'kafka/jobs', 1)).toContain('worker: group, 1 member, rebalancing (warn)');
  const lines = told(run, 'kafka/jobs', 20);
  expect(lines).toHaveLength(7);
  expect(lines[0]).toBe('[0]: leader 1, ISR 1 2 of 3 (warn)');
  expect(lines[1]).toMatch(/^: high watermark [01], end [01]$/);
  expect(lines[4]).toBe('worker: group, 1 member');
  expect(lines.slice(5).toSorted()).toEqual([
    expect.stringMatching(/^\[0\]: .*worker\[0\]/),
    expect.stringMatching(/^\[1\]: .*worker\[0\]/),
  ]);
  expect(lines.slice(5).join()).toContain('at 1, lag 0, worker[0]');
});
