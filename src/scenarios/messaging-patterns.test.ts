import { describe, expect, test } from 'vitest';
import { all, count, details, facts, QUEUE, shop, times } from '../sim/testing.fixture.ts';
import { narrate, worthFollowing } from './narrate.ts';
import { patterned } from './patterned.fixture.ts';
import { whyNot } from './why.ts';

describe('a claim check', () => {
  /** Orders are told to a queue in the cloud, with a scan of 5 MiB in each message. */
  const SCANS = `
    brokers:
      sqs: { queues: { dead: {}, jobs: { RedrivePolicy: { maxReceiveCount: 1, deadLetter: dead }, VisibilityTimeout: 5 } } }
    services:
      shop: { operations: { order: { steps: { tell: { publish: sqs/jobs, type: Ordered, size: 5MiB } } } } }
      worker:
        consumers: { jobs: { from: sqs/jobs, do: handle, WaitTimeSeconds: 20 } }
        operations: { handle: { steps: { done: { fact: { handled: {} } } } } }
    run: { for: 30s, settle: 60s }
  `;
  const CLAIM = {
    step: 'shop.order.tell',
    sending: ['check-in', 'tell'],
    to: 'worker.handle',
    handling: ['check-out', 'done'],
  };

  test('lets through what the broker refuses as too large, and the payload is there', () => {
    expect(facts(shop(SCANS), 'handled')).toEqual([]);
    expect(details(shop(SCANS), 'apiRefused')[0]).toBe('SendMessage: InvalidParameterValue');
    const run = patterned('claim-check', CLAIM, [SCANS]);
    expect(facts(run, 'handled')).toHaveLength(1);
    expect(all(run, 'read')[0]).toMatchObject({ place: 'payloads.db/payloads', value: 1 });
  });

  test('whose store keeps less long than the message waits holds a claim to nothing', () => {
    const late = 'brokers: { sqs: { queues: { jobs: { DelaySeconds: 20 } } } }';
    const kept = patterned('claim-check', { ...CLAIM, keep: '60s' }, [SCANS], [late]);
    const gone = patterned('claim-check', { ...CLAIM, keep: '10s' }, [SCANS], [late]);
    expect([facts(kept, 'handled').length, facts(gone, 'handled').length]).toEqual([1, 0]);
    expect(details(gone, 'callFailed')).toContain('PAYLOAD_GONE');
  });
});

describe('an aggregator', () => {
  const PARTS = `
    services:
      shop:
        operations:
          order:
            steps:
              tell: { publish: rabbitmq/jobs, body: { order: request.order, of: '2' } }
              again: { publish: rabbitmq/jobs, body: { order: request.order, of: '2' } }
  `;

  test('makes one piece of work of what belongs together, and keeps it with the broker until then', () => {
    const run = patterned('aggregator', { consumer: 'worker.jobs', size: 'request.of' }, [QUEUE, PARTS]);
    expect(facts(run, 'handled')).toHaveLength(1);
    expect(count(run, 'delivery')).toBe(2);
  });

  test('that loses what it had in memory is told, and is why the work was never done', () => {
    const run = patterned(
      'aggregator',
      { consumer: 'worker.jobs', size: 3, hold: 'memory' },
      [QUEUE, PARTS],
      ['chaos: { death: { crash: "worker[0]", at: 500ms, downFor: 1s } }'],
    );
    expect(narrate(run, all(run, 'forgotten')[0]!.index)).toMatch(
      /^Message 1 for order-1 is gone with the memory of worker\.jobs: its process ended/,
    );
    expect(whyNot(run, 'order-1')?.text).toMatch(/^Worker\.jobs held the message in memory only/i);
    expect(worthFollowing(run)[0]).toEqual({ subject: 'order-1', why: 'its message was lost in memory' });
  });
});

describe('a resequencer', () => {
  const OVERTAKEN = `
    services:
      shop:
        operations:
          order:
            steps:
              tell: { publish: rabbitmq/jobs, body: { order: request.order, version: '2' } }
              pause: { wait: 300ms }
              again: { publish: rabbitmq/jobs, body: { order: request.order, version: '1' } }
  `;

  test('holds a message until the one before it has come', () => {
    const run = patterned('resequencer', { consumer: 'worker.jobs', sequence: 'request.version' }, [
      QUEUE,
      OVERTAKEN,
    ]);
    expect(details(run, 'held')).toEqual(['1 is missing']);
    expect(facts(run, 'handled')).toHaveLength(2);
    expect(times(run, 'released')[0]).toBeGreaterThan(300);
  });
});

describe('conflation', () => {
  const BURST = 'clients: { user: { every: 10ms, count: 5 } }';
  const ONE = 'services: { worker: { workers: 1 } }';

  test('stores the last of what came in a burst, and is why the others were never stored', () => {
    const run = patterned('conflation', { consumer: 'worker.jobs', key: "'all'" }, [QUEUE, BURST, ONE]);
    expect(all(run, 'fact').map(({ subject }) => subject)).toEqual(['order-1', 'order-5']);
    const [first] = all(run, 'conflated');
    expect(narrate(run, first!.index)).toMatch(
      /^Worker\.jobs passed message 2 for order-2 over: it has a newer one for all \(event \d+\)/,
    );
    expect(whyNot(run, 'order-2')?.text).toMatch(
      /^Worker\.jobs passed the message over, since it had a newer one for all/i,
    );
  });
});
