import { describe, expect, test } from 'vitest';
import type { Run } from '../../sim/run.ts';
import { all, QUEUE, shop } from '../../sim/testing.fixture.ts';
import { channelAt } from './channel.ts';
import { messageAt } from './message.ts';
import type { QueueView } from './queue.ts';
import { lagOf, type TopicView } from './topic.ts';

const SECOND = 1_000_000;
const recordUpTo = (run: Run, at: number) =>
  run.record.columns().time.filter((time) => time <= at).length - 1;
const seen = (run: Run, channel: string, seconds: number) =>
  channelAt(run, channel, recordUpTo(run, seconds * SECOND), seconds * SECOND);
const queue = (run: Run, channel: string, seconds: number) => seen(run, channel, seconds) as QueueView;
const topic = (run: Run, channel: string, seconds: number) => seen(run, channel, seconds) as TopicView;

const every = (interval: string, count: number) =>
  `clients: { user: { every: ${interval}, count: ${count} } }`;

/** The shop puts each order into a topic, which two workers who need 200 ms for each read. */
const LOG = `
  brokers: { kafka: { brokers: 3, topics: { jobs: { partitions: 2, replication.factor: 3, min.insync.replicas: 2 } } } }
  services:
    shop: { operations: { order: { steps: { tell: { publish: kafka/jobs, type: Ordered, key: request.order } } } } }
    worker:
      work: 200ms
      replicas: 2
      consumers:
        jobs: { from: kafka/jobs, do: handle, commit: after, auto.offset.reset: earliest, session.timeout.ms: 6000 }
      operations: { handle: { steps: { done: { fact: { handled: {} } } } } }
  run: { for: 10s, settle: 20s }
`;

/** The shop sends each order to a queue in the cloud, from which a worker gets it. */
const CLOUD = `
  brokers: { sqs: { send: 1ms, receive: 1ms, duplicates: 0, lostDeletes: 0, queues: { jobs: {} } } }
  services:
    shop: { operations: { order: { steps: { tell: { publish: sqs/jobs } } } } }
    worker: { work: 50ms, consumers: { jobs: { from: sqs/jobs, do: handle, WaitTimeSeconds: 20 } }, operations: { handle: {} } }
`;

describe('a queue', () => {
  const SLOW = [QUEUE, every('100ms', 20), 'services: { worker: { work: 1s } }'];

  test('holds what is ready apart from what is unacknowledged, and knows its consumers and their prefetch', () => {
    const run = shop(
      ...SLOW,
      'services: { worker: { replicas: 2, workers: 9, consumers: { jobs: { prefetch: 3 } } } }',
    );
    expect(queue(run, 'rabbitmq/jobs', 0.85)).toMatchObject({ ready: 3, unacked: 6, redelivered: 0 });
    expect(queue(run, 'rabbitmq/jobs', 0.85).readers).toEqual([
      { name: 'worker.jobs', replicas: 2, prefetch: 3 },
    ]);
    expect(queue(run, 'rabbitmq/jobs', 30)).toMatchObject({ ready: 0, unacked: 0 });
  });

  test('gets back what a dead consumer had, and counts that it is delivered again', () => {
    const run = shop(
      ...SLOW,
      'services: { worker: { consumers: { jobs: { prefetch: 3 } } } }',
      'chaos: { death: { crash: "worker[0]", at: 1.5s, downFor: 3s } }',
    );
    expect(queue(run, 'rabbitmq/jobs', 1.49).unacked).toBe(3);
    expect(queue(run, 'rabbitmq/jobs', 2)).toMatchObject({
      unacked: 0,
      readers: [{ name: 'worker.jobs', replicas: 0, prefetch: 3 }],
    });
    expect(queue(run, 'rabbitmq/jobs', 25).redelivered).toBeGreaterThanOrEqual(2);
  });

  const REFUSES = `services: { worker: { operations: { handle: { steps: { done: { fail: BROKEN, fact: null } } } } } }`;

  test('of dead letters knows whose they are, and its messages how they died', () => {
    const run = shop(
      QUEUE,
      every('100ms', 1),
      REFUSES,
      'brokers: { rabbitmq: { queues: { dead: {}, jobs: { deadLetter: rabbitmq/dead } } } }',
    );
    const last = all(run, 'deadLetter')[0]!;
    expect(queue(run, 'rabbitmq/jobs', 5).deadLetters).toEqual(['rabbitmq/dead']);
    expect(queue(run, 'rabbitmq/dead', 5)).toMatchObject({ ready: 1, collects: ['rabbitmq/jobs'] });
    expect(messageAt(run, last.index)).toMatchObject({
      channel: 'rabbitmq/jobs',
      deliveries: 1,
      deaths: [{ queue: 'jobs', reason: 'rejected', count: 1 }],
    });
  });

  test('that a message passes several times has one entry in x-death, with a count', () => {
    const run = shop(
      QUEUE,
      every('100ms', 1),
      REFUSES,
      `brokers: { rabbitmq: { queues: {
         jobs: { deadLetter: rabbitmq/wait }, wait: { x-message-ttl: 1000, deadLetter: rabbitmq/jobs } } } }`,
    );
    const third = all(run, 'delivery')[2]!;
    expect(messageAt(run, third.index)?.deaths).toEqual([
      { queue: 'wait', reason: 'expired', count: 2 },
      { queue: 'jobs', reason: 'rejected', count: 2 },
    ]);
  });

  test('to which a consumer published what it gave up has a message without a death: it is a new one', () => {
    const run = shop(
      QUEUE,
      every('100ms', 1),
      REFUSES,
      'brokers: { rabbitmq: { queues: { dead: {} } } }',
      'services: { worker: { consumers: { jobs: { deadLetter: rabbitmq/dead } } } }',
    );
    const arrived = all(run, 'enqueued', 'rabbitmq/dead')[0]!;
    expect(queue(run, 'rabbitmq/dead', 5).collects).toEqual(['rabbitmq/jobs']);
    expect(messageAt(run, arrived.index)).toMatchObject({ channel: 'rabbitmq/dead', deaths: [] });
  });

  test('tells of a message while its consumer works on it, and of none while nobody has any', () => {
    const run = shop(QUEUE, every('100ms', 1));
    const work = all(run, 'start', 'worker.handle')[0]!;
    expect(messageAt(run, work.index)).toMatchObject({ channel: 'rabbitmq/jobs', deliveries: 1 });
    expect(messageAt(run, all(run, 'intent')[0]!.index)).toBe(null);
  });
});

describe('a cloud queue', () => {
  test('holds what is delayed apart from what is visible and what is in flight', () => {
    const run = shop(CLOUD, every('1s', 3), 'brokers: { sqs: { queues: { jobs: { DelaySeconds: 5 } } } }');
    expect(queue(run, 'sqs/jobs', 4.9)).toMatchObject({ ready: 0, delayed: 3, unacked: 0 });
    expect(queue(run, 'sqs/jobs', 5.9)).toMatchObject({ ready: 0, delayed: 2 });
    expect(queue(run, 'sqs/jobs', 20)).toMatchObject({ ready: 0, delayed: 0, unacked: 0 });
  });

  test('counts how often a message was received', () => {
    const run = shop(
      CLOUD,
      every('1s', 1),
      'brokers: { sqs: { queues: { jobs: { VisibilityTimeout: 5 } } } }',
      'services: { worker: { work: 30s, workers: 4 } }',
      'run: { settle: 30s }',
    );
    const third = all(run, 'delivery')[2]!;
    expect(messageAt(run, third.index)?.deliveries).toBe(3);
    expect(queue(run, 'sqs/jobs', 11.5)).toMatchObject({ unacked: 1, redelivered: 2 });
  });
});

describe('a topic', () => {
  test('knows before its group has settled down that nothing is read and nothing committed', () => {
    const before = topic(shop(LOG, every('100ms', 20)), 'kafka/jobs', 1.05);
    expect(before.partitions.map(({ leader, inSync }) => [leader, inSync])).toEqual([
      [1, [1, 2, 3]],
      [2, [2, 3, 1]],
    ]);
    expect(before.groups[0]?.offsets.map(({ committed, lag, owner }) => [committed, lag, owner])).toEqual([
      [null, null, null],
      [null, null, null],
    ]);
  });

  test('knows each group’s offset, its lag, and who reads which partition', () => {
    const run = shop(LOG, every('100ms', 20));
    const during = topic(run, 'kafka/jobs', 7);
    const [group] = during.groups;
    expect(group).toMatchObject({ group: 'worker', members: ['worker[0]', 'worker[1]'], rebalancing: false });
    expect(group?.offsets.map(({ owner }) => owner)).toEqual(['worker[0]', 'worker[1]']);
    for (const [i, { highWatermark, logEnd }] of during.partitions.entries()) {
      expect(logEnd).toBe(highWatermark);
      expect(group?.offsets[i]?.lag).toBe(highWatermark - (group?.offsets[i]?.committed ?? 0));
    }
    expect(lagOf(run, 'kafka/jobs', 7 * SECOND).reduce((sum, lag) => sum + lag, 0)).toBeGreaterThan(0);
  });

  test('ends with every record committed, as the broker’s own account has it', () => {
    const run = shop(LOG, every('100ms', 20));
    const { partitions, groups } = topic(run, 'kafka/jobs', 30);
    expect(partitions.reduce((sum, { logEnd }) => sum + logEnd, 0)).toBe(20);
    expect(groups[0]?.offsets.map(({ lag }) => lag)).toEqual([0, 0]);
    expect(run.queues[0]).toMatchObject({ published: 20, acked: 20 });
  });

  test('loses a leader and a replica in sync with a broker, and gets them back', () => {
    const run = shop(
      LOG,
      every('100ms', 20),
      'chaos: { death: { crash: "kafka[1]", at: 5s, downFor: 15s } }',
    );
    const inSync = (seconds: number) => topic(run, 'kafka/jobs', seconds).partitions.map((one) => one.inSync);
    const leaders = topic(run, 'kafka/jobs', 18).partitions.map(({ leader }) => leader);
    const all = [
      [1, 2, 3],
      [2, 3, 1],
    ];
    expect(inSync(4)).toEqual(all);
    expect(inSync(18)).toEqual([
      [2, 3],
      [2, 3],
    ]);
    expect(leaders).not.toContain(1);
    expect(inSync(30)).toEqual(all);
  });

  test('has a high watermark behind its end while a follower in sync does not copy', () => {
    const run = shop(
      LOG,
      every('100ms', 80),
      'chaos: { held: { isrShrink: kafka/jobs, replicas: 1, during: 3s..20s } }',
    );
    const { highWatermark, logEnd } = topic(run, 'kafka/jobs', 6).partitions[0]!;
    expect(logEnd).toBeGreaterThan(highWatermark);
  });

  test('is read by nobody while its member is gone and the others have not divided anew', () => {
    const run = shop(
      LOG,
      every('500ms', 20),
      'chaos: { death: { crash: "worker[1]", at: 5s, downFor: 60s } }',
    );
    const left = all(run, 'memberLeft')[0]!;
    const view = channelAt(run, 'kafka/jobs', left.index, left.at) as TopicView;
    expect(view.groups[0]).toMatchObject({ members: ['worker[0]'] });
    expect(view.groups[0]?.offsets.map(({ owner }) => owner)).toEqual(['worker[0]', null]);
    expect(topic(run, 'kafka/jobs', 29).groups[0]?.offsets.map(({ owner }) => owner)).toEqual([
      'worker[0]',
      'worker[0]',
    ]);
  });
});

test('what is not there is null', () => {
  expect(seen(shop(QUEUE), 'rabbitmq/none', 1)).toBe(null);
});
