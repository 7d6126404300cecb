import { describe, expect, test } from 'vitest';
import { codeOf, must, TestService } from './client.fixture.ts';

describe('message groups', () => {
  test('while one message of a group is in flight the rest of the group waits, and other groups do not', () => {
    const queue = new TestService().fifo();
    queue.send(['a1', 'a2'], { MessageGroupId: 'a' });
    queue.send(['b1'], { MessageGroupId: 'b' });
    const one = { MaxNumberOfMessages: 1 };
    const [a1] = queue.receive(one);
    expect([a1!.message.body, queue.bodies(one), queue.bodies(one)]).toEqual(['a1', ['b1'], []]);
    queue.delete(a1!);
    expect(queue.bodies()).toEqual(['a2']);
  });

  test('one receive takes as many messages of a group as it can, in their order', () => {
    const queue = new TestService().fifo();
    for (const body of ['a1', 'b1', 'a2', 'b2']) queue.send([body], { MessageGroupId: body[0]! });
    expect(queue.bodies({ MaxNumberOfMessages: 3 })).toEqual(['a1', 'a2', 'b1']);
  });

  test('a message that comes back is the first of its group again', () => {
    const service = new TestService();
    const queue = service.fifo({ VisibilityTimeout: 5 });
    queue.send(['a1', 'a2', 'a3'], { MessageGroupId: 'a' });
    const [, a2] = queue.receive({ MaxNumberOfMessages: 2 });
    queue.delete(a2!);
    service.passSeconds(5);
    expect(queue.bodies()).toEqual(['a1', 'a3']);
  });

  test('a message that is given back waits as long as another one of its group is in flight', () => {
    const service = new TestService();
    const queue = service.fifo();
    queue.send(['a1', 'a2'], { MessageGroupId: 'a' });
    const [a1, a2] = queue.receive();
    must(queue.endpoint.changeMessageVisibility({ ReceiptHandle: a1!.ReceiptHandle, VisibilityTimeout: 0 }));
    expect(queue.bodies()).toEqual([]);
    queue.delete(a2!);
    expect(queue.bodies()).toEqual(['a1']);
  });

  test('a FIFO queue has no strays', () => {
    const imperfections = { duplicatesPpm: 1_000_000, lostDeletesPpm: 1_000_000 };
    const service = new TestService({ imperfections });
    const queue = service.fifo();
    queue.send(['a1'], { MessageGroupId: 'a' });
    expect(queue.drain()).toEqual(['a1']);
    service.passSeconds(60);
    expect(queue.counts).toEqual([0, 0, 0]);
  });

  test('a message that cannot be processed blocks its group until it moves to the dead-letter queue', () => {
    const service = new TestService();
    const dead = service.create('dead.fifo', { FifoQueue: true });
    const queue = service.fifo({
      VisibilityTimeout: 1,
      RedrivePolicy: { deadLetterTargetArn: 'dead.fifo', maxReceiveCount: 3 },
    });
    queue.send(['bad', 'good'], { MessageGroupId: 'a' });
    const tries: string[] = [];
    for (let i = 0; i < 4; i++) {
      tries.push(queue.bodies({ MaxNumberOfMessages: 1 }).join());
      service.passSeconds(1);
    }
    expect(tries).toEqual(['bad', 'bad', 'bad', 'good']);
    expect(dead.bodies()).toEqual(['bad']);
  });

  test('a dead-letter queue breaks the order: what came later is processed first', () => {
    const service = new TestService();
    service.create('dead.fifo', { FifoQueue: true });
    const queue = service.fifo({
      VisibilityTimeout: 1,
      RedrivePolicy: { deadLetterTargetArn: 'dead.fifo', maxReceiveCount: 1 },
    });
    queue.send(['open', 'close'], { MessageGroupId: 'account' });
    queue.receive({ MaxNumberOfMessages: 1 });
    service.passSeconds(1);
    const order = queue.drain();
    must(service.sqs.startMessageMoveTask({ SourceArn: 'dead.fifo' }));
    service.passSeconds(1);
    expect([...order, ...queue.drain()]).toEqual(['close', 'open']);
  });

  test('a delayed message holds its group back, so that the order stays', () => {
    const service = new TestService();
    const queue = service.fifo({ DelaySeconds: 10 });
    queue.send(['a1'], { MessageGroupId: 'a' });
    must(service.sqs.setQueueAttributes('q.fifo', { DelaySeconds: 0 }));
    queue.send(['a2'], { MessageGroupId: 'a' });
    expect(queue.bodies()).toEqual([]);
    service.passSeconds(10);
    expect(queue.bodies()).toEqual(['a1', 'a2']);
  });

  test('an expired receipt handle deletes nothing and says so', () => {
    const service = new TestService();
    const queue = service.fifo({ VisibilityTimeout: 1 });
    queue.send(['a1'], { MessageGroupId: 'a' });
    const [{ ReceiptHandle } = { ReceiptHandle: '' }] = queue.receive();
    service.passSeconds(1);
    expect(codeOf(queue.endpoint.deleteMessage(ReceiptHandle))).toBe('InvalidParameterValue');
    expect(queue.bodies()).toEqual(['a1']);
  });
});

describe('deduplication', () => {
  const twice = (gap: number, { deleteFirst = false } = {}) => {
    const service = new TestService();
    const queue = service.fifo();
    const send = () =>
      must(
        queue.endpoint.sendMessage(
          queue.message('m', { MessageGroupId: 'g', MessageDeduplicationId: 'order-17' }),
        ),
      );
    const first = send();
    if (deleteFirst) queue.drain();
    service.passSeconds(gap);
    const second = send();
    return { first, second, left: queue.counts[0] };
  };

  test('a repeated id inside 5 minutes is accepted, gets the same answer, and is not enqueued', () => {
    const { first, second, left } = twice(299);
    expect([second, left]).toEqual([first, 1]);
  });

  test('the id is remembered after its message was deleted', () => {
    expect(twice(299, { deleteFirst: true }).left).toBe(0);
  });

  test('after 5 minutes it is a duplicate', () => {
    const { first, second, left } = twice(300, { deleteFirst: true });
    expect([second.MessageId === first.MessageId, left]).toEqual([false, 1]);
  });

  test('a repeat does not make the 5 minutes begin again', () => {
    const service = new TestService();
    const queue = service.fifo();
    const more = { MessageGroupId: 'g', MessageDeduplicationId: 'id' };
    for (const gap of [0, 200, 200]) {
      service.passSeconds(gap);
      queue.send(['m'], more);
    }
    expect(service.told).toEqual(['sent m', 'deduplicated m', 'sent m']);
  });

  test('by content it compares bodies and not attributes', () => {
    const queue = new TestService().fifo();
    const group = { MessageGroupId: 'g' };
    queue.send(['same'], { ...group, MessageAttributes: { try: 1 } });
    queue.send(['same'], { ...group, MessageAttributes: { try: 2 } });
    queue.send(['other'], group);
    expect(queue.counts[0]).toBe(2);
  });

  test('by content two genuine orders with one body count as one', () => {
    const queue = new TestService().fifo();
    queue.send(['{"sku":"mug","qty":1}'], { MessageGroupId: 'ada' });
    queue.send(['{"sku":"mug","qty":1}'], { MessageGroupId: 'bob' });
    expect(queue.counts[0]).toBe(1);
  });

  test('DeduplicationScope messageGroup: an id must be unique in its group only', () => {
    const queue = new TestService().fifo({ DeduplicationScope: 'messageGroup' });
    queue.send(['same'], { MessageGroupId: 'ada' });
    queue.send(['same'], { MessageGroupId: 'bob' });
    queue.send(['same'], { MessageGroupId: 'bob' });
    expect(queue.counts[0]).toBe(2);
  });

  test('without ContentBasedDeduplication a message needs an id, and always a group', () => {
    const queue = new TestService().fifo({ ContentBasedDeduplication: false });
    const send = (more: object): string => codeOf(queue.endpoint.sendMessage(queue.message('m', more)));
    expect([
      send({}),
      send({ MessageGroupId: 'g' }),
      send({ MessageGroupId: 'g', MessageDeduplicationId: 'id', DelaySeconds: 1 }),
      send({ MessageGroupId: 'g', MessageDeduplicationId: 'id' }),
    ]).toEqual(['MissingParameter', 'InvalidParameterValue', 'InvalidParameterValue', 'ok']);
  });
});

describe('throughput', () => {
  const burst = (attributes: object, group: (i: number) => string): number => {
    const queue = new TestService().fifo(attributes);
    let accepted = 0;
    for (let i = 0; i < 400; i++)
      if (queue.endpoint.sendMessage(queue.message(`m${i}`, { MessageGroupId: group(i) })).ok) accepted++;
    return accepted;
  };

  test('a FIFO queue takes 300 calls a second of each action; one more is throttled', () => {
    expect(burst({}, (i) => `${i}`)).toBe(300);
  });

  test('in batches of ten that is 3000 messages a second', () => {
    const service = new TestService();
    const queue = service.fifo();
    let accepted = 0;
    for (let call = 0; call < 400; call++) {
      const entries = Array.from({ length: 10 }, (_, i) => ({
        Id: `${i}`,
        ...queue.message(`m${call}-${i}`, { MessageGroupId: 'g' }),
      }));
      for (const { result } of must(queue.endpoint.sendMessageBatch(entries))) if (result.ok) accepted++;
    }
    expect(accepted).toBe(3_000);
    expect(service.told.at(-1)).toBe('SendMessageBatch ThrottlingException');
  });

  test('the calls are there again a second later', () => {
    const service = new TestService();
    const queue = service.fifo();
    const send = (count: number): number => {
      let accepted = 0;
      for (let i = 0; i < count; i++)
        if (queue.endpoint.sendMessage(queue.message(`m${service.sim.now}-${i}`, { MessageGroupId: 'g' })).ok)
          accepted++;
      return accepted;
    };
    send(300);
    service.passSeconds(1);
    expect(send(400)).toBe(300);
  });

  test('in high throughput mode each message group has calls of its own', () => {
    const high = { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' } as const;
    expect([burst(high, (i) => `${i % 2}`), burst(high, () => 'hot')]).toEqual([400, 300]);
  });
});
