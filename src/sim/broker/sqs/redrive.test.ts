import { describe, expect, test } from 'vitest';
import { days, seconds } from '../../kernel/time.ts';
import type { GivenAttributes } from './attributes.ts';
import { codeOf, must, type TestQueue, TestService } from './client.fixture.ts';

/** A queue whose messages move after so many receives, and its dead-letter queue. */
function redriving(more: GivenAttributes & { maxReceiveCount?: number; dead?: GivenAttributes } = {}) {
  const { maxReceiveCount = 2, dead: deadAttributes, ...attributes } = more;
  const service = new TestService();
  const fifo = attributes.FifoQueue === true;
  const name = fifo ? 'dead.fifo' : 'dead';
  const dead = service.create(name, { FifoQueue: fifo, ...deadAttributes });
  const queue = service.create(fifo ? 'q.fifo' : 'q', {
    VisibilityTimeout: 1,
    RedrivePolicy: { deadLetterTargetArn: name, maxReceiveCount },
    ...(fifo ? { ContentBasedDeduplication: true } : {}),
    ...attributes,
  });
  /** Receives without deleting, over and over. */
  const fail = (times: number): void => {
    for (let i = 0; i < times; i++) {
      queue.receive();
      service.passSeconds(1);
    }
  };
  return { service, queue, dead, fail };
}

const onlyMessage = (queue: TestQueue) => queue.receive()[0]!.message;

describe('moving to the dead-letter queue', () => {
  test('a message moves when its receive count would exceed maxReceiveCount, and not before', () => {
    const { service, queue, dead, fail } = redriving({ maxReceiveCount: 3 });
    queue.send(['m1']);
    fail(3);
    expect([queue.counts, dead.counts]).toEqual([
      [1, 0, 0],
      [0, 0, 0],
    ]);
    expect(queue.bodies()).toEqual([]);
    expect(service.told.at(-1)).toBe('m1 to dead');
    expect(dead.bodies()).toEqual(['m1']);
  });

  test('the moved message keeps its id and says where it came from', () => {
    const { queue, dead, fail } = redriving();
    const { MessageId } = must(queue.endpoint.sendMessage(queue.message('m1')));
    fail(3);
    expect(onlyMessage(dead)).toMatchObject({ MessageId, DeadLetterQueueSourceArn: 'q' });
  });

  test('standard: the age is kept, so a retention no longer than that of the queue loses the message early', () => {
    const { service, queue, dead, fail } = redriving({ dead: { MessageRetentionPeriod: 345_600 } });
    queue.send(['m1']);
    service.sim.run(days(1));
    fail(3);
    expect(dead.counts).toEqual([1, 0, 0]);
    service.sim.run(days(4) - 1);
    expect(dead.counts).toEqual([1, 0, 0]);
    service.sim.run(days(4));
    expect(dead.counts).toEqual([0, 0, 0]);
  });

  test('FIFO: the age begins anew', () => {
    const { service, queue, dead, fail } = redriving({ FifoQueue: true });
    queue.send(['m1'], { MessageGroupId: 'g' });
    service.sim.run(days(1));
    fail(3);
    service.sim.run(days(5));
    expect(dead.counts).toEqual([1, 0, 0]);
    service.sim.run(days(5) + seconds(3));
    expect(dead.counts).toEqual([0, 0, 0]);
  });

  test('FIFO: the deduplication id is replaced by the message id', () => {
    const { queue, dead, fail } = redriving({ FifoQueue: true });
    queue.send(['m1'], { MessageGroupId: 'g', MessageDeduplicationId: 'mine' });
    fail(3);
    const { MessageId, MessageDeduplicationId } = onlyMessage(dead);
    expect(MessageDeduplicationId).toBe(MessageId);
  });

  test('a dead-letter queue of the other type, a missing one, or one that does not allow it takes nothing', () => {
    const service = new TestService();
    service.create('dead.fifo', { FifoQueue: true });
    service.create('closed', { RedriveAllowPolicy: { redrivePermission: 'denyAll' } });
    for (const target of ['dead.fifo', 'nowhere', 'closed']) {
      const RedrivePolicy = { deadLetterTargetArn: target, maxReceiveCount: 1 };
      const queue = service.create(`to ${target === 'closed' ? target : 'x'}`, {
        VisibilityTimeout: 1,
        RedrivePolicy,
      });
      expect(service.sqs.redriveProblem(queue.endpoint.queue.name)).toBeTypeOf('string');
      queue.send(['m1']);
      queue.receive();
      service.passSeconds(1);
      expect(queue.bodies(), 'it is received for ever').toEqual(['m1']);
    }
  });

  test('those who wait at the dead-letter queue are served', () => {
    const { service, queue, dead, fail } = redriving();
    const got: string[] = [];
    dead.endpoint.receiveMessage({ WaitTimeSeconds: 20 }, (result) =>
      got.push(...must(result).map(({ message }) => message.body)),
    );
    queue.send(['m1']);
    fail(3);
    expect(got).toEqual(['m1']);
    service.passSeconds(1);
  });
});

describe('moving back', () => {
  test('a move task brings the messages back oldest first, at the rate that it is given', () => {
    const { service, queue, dead, fail } = redriving();
    queue.send(['m1', 'm2', 'm3']);
    fail(3);
    must(service.sqs.startMessageMoveTask({ SourceArn: 'dead', MaxNumberOfMessagesPerSecond: 1 }));
    service.passSeconds(2);
    expect([queue.counts[0], dead.counts[0]]).toEqual([2, 1]);
    expect(service.told.filter((line) => line.includes('back'))).toEqual(['m1 back to q', 'm2 back to q']);
    service.passSeconds(2);
    expect(service.sqs.moveTask('dead')).toMatchObject({
      Status: 'COMPLETED',
      ApproximateNumberOfMessagesMoved: 3,
    });
  });

  test('what comes back counts as new: another id, a new age, no receives', () => {
    const { service, queue, fail } = redriving();
    const { MessageId } = must(queue.endpoint.sendMessage(queue.message('m1')));
    fail(3);
    must(service.sqs.startMessageMoveTask({ SourceArn: 'dead' }));
    service.passSeconds(1);
    const [back] = queue.receive();
    expect(back!.ApproximateReceiveCount).toBe(1);
    expect(back!.message.MessageId).not.toBe(MessageId);
    expect(back!.message.SentTimestamp).toBeGreaterThan(0);
  });

  test('what comes back is interleaved with new messages', () => {
    const { service, queue, fail } = redriving();
    queue.send(['old1', 'old2']);
    fail(3);
    must(service.sqs.startMessageMoveTask({ SourceArn: 'dead', MaxNumberOfMessagesPerSecond: 1 }));
    service.passSeconds(1.5);
    queue.send(['new']);
    service.passSeconds(1);
    expect(queue.drain()).toEqual(['old1', 'new', 'old2']);
  });

  test('a poison message that is moved back unmended dies again', () => {
    const { service, queue, dead, fail } = redriving();
    queue.send(['poison']);
    fail(3);
    must(service.sqs.startMessageMoveTask({ SourceArn: 'dead' }));
    service.passSeconds(1);
    fail(3);
    expect(dead.bodies()).toEqual(['poison']);
  });

  test('only a dead-letter queue has move tasks, one at a time, and one can be cancelled', () => {
    const { service, queue, fail } = redriving();
    queue.send(['m1', 'm2', 'm3']);
    fail(3);
    const start = (SourceArn: string, rate = 1): string =>
      codeOf(service.sqs.startMessageMoveTask({ SourceArn, MaxNumberOfMessagesPerSecond: rate }));
    expect([start('q'), start('nowhere'), start('dead', 501), start('dead'), start('dead')]).toEqual([
      'UnsupportedOperation',
      'ResourceNotFoundException',
      'InvalidParameterValue',
      'ok',
      'UnsupportedOperation',
    ]);
    service.passSeconds(1);
    expect(must(service.sqs.cancelMessageMoveTask('dead'))).toBe(1);
    service.passSeconds(5);
    expect(queue.counts[0]).toBe(1);
  });
});
