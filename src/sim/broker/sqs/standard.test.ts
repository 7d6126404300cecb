import { describe, expect, test } from 'vitest';
import { hours, minutes, seconds } from '../../kernel/time.ts';
import { codeOf, must, TestService } from './client.fixture.ts';

describe('the visibility timeout', () => {
  test('a receive hides the message for 30 seconds unless told otherwise, and raises its receive count', () => {
    const service = new TestService();
    const queue = service.create('q');
    queue.send(['m1']);
    const [first] = queue.receive();
    expect([first!.ApproximateReceiveCount, queue.counts]).toEqual([1, [0, 1, 0]]);
    service.passSeconds(29.999_999);
    expect(queue.bodies()).toEqual([]);
    service.passSeconds(0.000_001);
    const [second] = queue.receive();
    expect([second!.message.body, second!.ApproximateReceiveCount]).toEqual(['m1', 2]);
    expect(second!.ApproximateFirstReceiveTimestamp).toBe(0);
  });

  test('a handler slower than the timeout: two workers have one message', () => {
    const service = new TestService();
    const queue = service.create('q', { VisibilityTimeout: 10 });
    queue.send(['m1']);
    const atFirst = queue.bodies();
    service.passSeconds(12); // of 40 that the work takes
    expect([atFirst, queue.bodies()]).toEqual([['m1'], ['m1']]);
  });

  test('of several who receive one gets a message: a queue has no fan-out, and no replay once it is deleted', () => {
    const service = new TestService();
    const queue = service.create('q');
    queue.send(['m1']);
    const [{ ReceiptHandle } = { ReceiptHandle: '' }] = queue.receive();
    expect([queue.bodies(), queue.bodies()]).toEqual([[], []]);
    must(queue.endpoint.deleteMessage(ReceiptHandle));
    service.passSeconds(60);
    expect(queue.bodies()).toEqual([]);
  });

  test('a receive may set a timeout of its own', () => {
    const service = new TestService();
    const queue = service.create('q');
    queue.send(['m1']);
    queue.receive({ VisibilityTimeout: 2 });
    service.passSeconds(2);
    expect(queue.bodies()).toEqual(['m1']);
  });

  test('ChangeMessageVisibility starts the timeout again from now, and 0 gives the message back', () => {
    const service = new TestService();
    const queue = service.create('q');
    queue.send(['m1']);
    const [{ ReceiptHandle } = { ReceiptHandle: '' }] = queue.receive();
    service.passSeconds(20);
    must(queue.endpoint.changeMessageVisibility({ ReceiptHandle, VisibilityTimeout: 30 }));
    service.passSeconds(29);
    expect(queue.counts).toEqual([0, 1, 0]);
    must(queue.endpoint.changeMessageVisibility({ ReceiptHandle, VisibilityTimeout: 0 }));
    expect(queue.counts).toEqual([1, 0, 0]);
    expect(service.told).toEqual(['sent m1', 'received m1', 'extended m1', 'released m1']);
  });

  test('no extension reaches beyond 12 hours after the receive', () => {
    const service = new TestService();
    const queue = service.create('q');
    queue.send(['m1']);
    const [{ ReceiptHandle } = { ReceiptHandle: '' }] = queue.receive({ VisibilityTimeout: 43_200 });
    service.passSeconds(60);
    const change = (VisibilityTimeout: number): string =>
      codeOf(queue.endpoint.changeMessageVisibility({ ReceiptHandle, VisibilityTimeout }));
    expect([change(43_200), change(43_140)]).toEqual(['InvalidParameterValue', 'ok']);
    service.sim.run(hours(12) - 1);
    expect(queue.counts).toEqual([0, 1, 0]);
    service.sim.run(hours(12));
    expect(queue.counts).toEqual([1, 0, 0]);
  });

  test('the visibility of a message that is not in flight, or in another hand, cannot be changed', () => {
    const service = new TestService();
    const queue = service.create('q', { VisibilityTimeout: 5 });
    queue.send(['m1']);
    const [{ ReceiptHandle } = { ReceiptHandle: '' }] = queue.receive();
    const change = (): string =>
      codeOf(queue.endpoint.changeMessageVisibility({ ReceiptHandle, VisibilityTimeout: 9 }));
    service.passSeconds(5);
    expect(change()).toBe('MessageNotInflight');
    queue.receive();
    expect(change()).toBe('InvalidParameterValue');
  });
});

describe('deleting', () => {
  test('a message that is deleted in time does not come back', () => {
    const service = new TestService();
    const queue = service.create('q');
    queue.send(['m1']);
    for (const received of queue.receive()) queue.delete(received);
    service.passSeconds(60);
    expect([queue.bodies(), queue.counts]).toEqual([[], [0, 0, 0]]);
  });

  test('a delete by an old receipt handle succeeds, and the message stays', () => {
    const service = new TestService();
    const queue = service.create('q', { VisibilityTimeout: 5 });
    queue.send(['m1']);
    const [old] = queue.receive();
    service.passSeconds(5);
    queue.receive();
    expect(codeOf(queue.endpoint.deleteMessage(old!.ReceiptHandle))).toBe('ok');
    service.passSeconds(5);
    expect(queue.bodies()).toEqual(['m1']);
    expect(service.told).toContain('kept m1');
  });

  test('the latest handle deletes a message even after its timeout, as long as nobody else received it', () => {
    const service = new TestService();
    const queue = service.create('q', { VisibilityTimeout: 5 });
    queue.send(['m1']);
    const [late] = queue.receive();
    service.passSeconds(6);
    queue.delete(late!);
    expect([queue.bodies(), queue.counts]).toEqual([[], [0, 0, 0]]);
  });

  test('deleting twice is no error; a handle of another queue is', () => {
    const service = new TestService();
    const [queue, other] = [service.create('q'), service.create('other')];
    queue.send(['m1']);
    const [received] = queue.receive();
    queue.delete(received!);
    const again = queue.endpoint.deleteMessage(received!.ReceiptHandle);
    const elsewhere = other.endpoint.deleteMessage(received!.ReceiptHandle);
    expect([again, elsewhere].map(codeOf)).toEqual(['ok', 'ReceiptHandleIsInvalid']);
  });
});

describe('delay, retention, size', () => {
  test('a delayed message is hidden first; its own delay beats that of the queue, also with 0', () => {
    const service = new TestService();
    const queue = service.create('q', { DelaySeconds: 10 });
    queue.send(['later']);
    queue.send(['now'], { DelaySeconds: 0 });
    expect(queue.counts).toEqual([1, 0, 1]);
    expect(queue.bodies()).toEqual(['now']);
    service.passSeconds(10);
    expect(queue.bodies()).toEqual(['later']);
  });

  test('what nobody deletes is gone after the retention period, counted from when it was sent', () => {
    const service = new TestService();
    const queue = service.create('q', { MessageRetentionPeriod: 60 });
    queue.send(['m1']);
    service.passSeconds(45);
    queue.receive();
    service.passSeconds(15);
    expect([service.told.at(-1), queue.counts]).toEqual(['expired m1', [0, 0, 0]]);
  });

  test('a shorter retention period holds for messages that are there already', () => {
    const service = new TestService();
    const queue = service.create('q');
    queue.send(['m1']);
    service.passSeconds(100);
    must(service.sqs.setQueueAttributes('q', { MessageRetentionPeriod: 60 }));
    service.passSeconds(0);
    expect(queue.counts).toEqual([0, 0, 0]);
  });

  test('a message is refused above the maximum size, which is 1 MiB unless told otherwise', () => {
    const queue = new TestService().create('q');
    const send = (size: number): string => codeOf(queue.endpoint.sendMessage(queue.message('m', { size })));
    expect([send(1_048_576), send(1_048_577), send(0)]).toEqual([
      'ok',
      'InvalidParameterValue',
      'MissingParameter',
    ]);
  });
});

describe('short and long polling', () => {
  test('a short poll asks some of the servers, and can find nothing although a message is there', () => {
    let missed = 0;
    for (let i = 0; i < 200; i++) {
      const service = new TestService({
        seed: `run ${i}`,
        imperfections: { servers: { all: 8, sampled: 6 } },
      });
      const queue = service.create('q');
      queue.send(['m1']);
      if (queue.bodies().length === 0) missed++;
      expect(queue.drain({ WaitTimeSeconds: 1 }).length, 'a long poll finds it').toBeLessThanOrEqual(1);
    }
    expect(missed / 200).toBeGreaterThan(0.15);
    expect(missed / 200).toBeLessThan(0.35);
  });

  test('a long poll asks all servers: it never misses a message that is there', () => {
    for (let i = 0; i < 100; i++) {
      const service = new TestService({
        seed: `run ${i}`,
        imperfections: { servers: { all: 8, sampled: 1 } },
      });
      const queue = service.create('q');
      queue.send(['m1']);
      expect(queue.bodies({ WaitTimeSeconds: 1 })).toEqual(['m1']);
    }
  });

  test('a long poll waits for the first message and answers with it, or with nothing when its time is up', () => {
    const service = new TestService();
    const queue = service.create('q', { ReceiveMessageWaitTimeSeconds: 20 });
    const answers: [number, number][] = [];
    const poll = (): void => {
      queue.endpoint.receiveMessage({}, (result) => answers.push([service.sim.now, must(result).length]));
    };
    poll();
    service.passSeconds(3);
    queue.send(['m1']);
    poll();
    service.passSeconds(30);
    expect(answers).toEqual([
      [seconds(3), 1],
      [seconds(23), 0],
    ]);
  });

  test('those who wait are served in turn, one message each', () => {
    const service = new TestService();
    const queue = service.create('q');
    const got: string[] = [];
    for (const name of ['a', 'b'])
      queue.endpoint.receiveMessage({ WaitTimeSeconds: 20 }, (result) =>
        got.push(`${name} ${must(result).map(({ message }) => message.body)}`),
      );
    queue.send(['m1', 'm2', 'm3']);
    expect([got, queue.counts]).toEqual([
      ['a m1', 'b m2'],
      [1, 2, 0],
    ]);
  });

  test('one receive gives 1 message unless told otherwise, and at most 10', () => {
    const queue = new TestService().create('q');
    queue.send(Array.from({ length: 30 }, (_, i) => `m${i}`));
    let one = 0;
    queue.endpoint.receiveMessage({}, (result) => {
      one = must(result).length;
    });
    expect([one, queue.receive().length]).toEqual([1, 10]);
    queue.endpoint.receiveMessage({ MaxNumberOfMessages: 11 }, (result) => {
      expect(codeOf(result)).toBe('InvalidParameterValue');
    });
  });
});

describe('too many in flight', () => {
  const full = (fifo: boolean) => {
    const service = new TestService({ inFlightLimit: 2 });
    const queue = fifo ? service.fifo() : service.create('q');
    queue.send(['m1', 'm2', 'm3'], fifo ? { MessageGroupId: 'g' } : {});
    queue.receive();
    let told: string | undefined;
    const ask = (WaitTimeSeconds: number): string | undefined => {
      told = undefined;
      queue.endpoint.receiveMessage({ WaitTimeSeconds }, (result) => {
        told = result.ok ? `${result.value.length} messages` : codeOf(result);
      });
      return told;
    };
    return { service, queue, ask, last: () => told };
  };

  test('the limit is 120000; a short poll of a standard queue is told OverLimit, a long poll waits', () => {
    const { service, queue, ask, last } = full(false);
    expect(new TestService().sqs.inFlightLimit).toBe(120_000);
    expect([queue.counts, ask(0), ask(20)]).toEqual([[1, 2, 0], 'OverLimit', undefined]);
    service.passSeconds(20);
    expect(last()).toBe('0 messages');
  });

  test('a FIFO queue gives nothing, and no error', () => {
    expect(full(true).ask(0)).toBe('0 messages');
  });
});

describe('at least once, loosely ordered', () => {
  test('a message comes twice without any timeout when a server did not hear of the receive', () => {
    const service = new TestService({ imperfections: { duplicatesPpm: 1_000_000 } });
    const queue = service.create('q');
    queue.send(['m1']);
    const [first] = queue.receive();
    service.passSeconds(10); // of 30 that it is hidden
    const [second] = queue.receive();
    expect(second!.message.MessageId).toBe(first!.message.MessageId);
    expect([second!.ApproximateReceiveCount, second!.copy === first!.copy]).toEqual([1, false]);
  });

  test('a delete that does not reach a server does not stick', () => {
    const service = new TestService({ imperfections: { lostDeletesPpm: 1_000_000 } });
    const queue = service.create('q');
    queue.send(['m1']);
    queue.delete(queue.receive()[0]!);
    expect(queue.counts).toEqual([0, 0, 0]);
    service.passSeconds(10);
    expect(queue.bodies()).toEqual(['m1']);
  });

  test('a copy that came twice is as likely as any other to come once more', () => {
    const service = new TestService({ imperfections: { duplicatesPpm: 500_000 } });
    const queue = service.create('q');
    queue.send(Array.from({ length: 300 }, (_, i) => `m${i}`));
    let received = 0;
    for (let i = 0; i < 30; i++) {
      received += queue.drain().length;
      service.passSeconds(10);
    }
    expect(received / 300).toBeGreaterThan(1.7);
    expect(received / 300).toBeLessThan(2.3);
  });

  test('both are rare unless told otherwise, and are the same for one message in every design', () => {
    const strays = (seed: string): number => {
      const service = new TestService({ seed, imperfections: { duplicatesPpm: 20_000 } });
      const queue = service.create('q');
      queue.send(Array.from({ length: 2_000 }, (_, i) => `m${i}`));
      queue.drain();
      service.passSeconds(10);
      return service.told.filter((line) => line.startsWith('strayed')).length;
    };
    expect(strays('any')).toBe(strays('any'));
    expect(strays('any')).toBeGreaterThan(20);
    expect(strays('any')).toBeLessThan(65);
  });

  test('order is kept roughly: with a backlog the messages come almost, but not quite, as they were sent', () => {
    const service = new TestService({ imperfections: { servers: { all: 8, sampled: 6 } } });
    const queue = service.create('q');
    const sent = Array.from({ length: 400 }, (_, i) => `${i}`);
    queue.send(sent);
    const got = queue.drain({ WaitTimeSeconds: 1 });
    const away = got.map((body, place) => Math.abs(Number(body) - place));
    expect(got).not.toEqual(sent);
    expect([...got].sort((a, b) => Number(a) - Number(b))).toEqual(sent);
    expect(Math.max(...away)).toBeLessThan(200);
  });

  test('a message that has come back three times goes behind the others', () => {
    const service = new TestService();
    const queue = service.create('q', { VisibilityTimeout: 1 });
    queue.send(['bad', 'good']);
    const first: string[] = [];
    for (let i = 0; i < 4; i++) {
      first.push(...queue.bodies({ MaxNumberOfMessages: 1 }));
      service.passSeconds(1);
    }
    expect(first).toEqual(['bad', 'bad', 'bad', 'good']);
  });
});

describe('what the API refuses', () => {
  test('attributes outside their ranges', () => {
    const { sqs } = new TestService();
    const create = (attributes: Parameters<typeof sqs.createQueue>[1], name = 'q'): string =>
      codeOf(sqs.createQueue(name, attributes));
    expect([
      create({ VisibilityTimeout: 43_201 }),
      create({ MessageRetentionPeriod: 59 }),
      create({ DelaySeconds: 901 }),
      create({ ReceiveMessageWaitTimeSeconds: 21 }),
      create({ MaximumMessageSize: 1_023 }),
      create({ RedrivePolicy: { deadLetterTargetArn: 'd', maxReceiveCount: 0 } }),
      create({ ContentBasedDeduplication: true }),
      create({ FifoQueue: true }),
      create({}, 'q.fifo'),
      create({ FifoQueue: true, FifoThroughputLimit: 'perMessageGroupId' }, 'q.fifo'),
    ]).toEqual(Array.from({ length: 10 }, () => 'InvalidAttributeValue'));
    expect(create({})).toBe('ok');
  });

  test('a batch that is empty, too long, too large, or ambiguous', () => {
    const queue = new TestService().create('q');
    const entry = (Id: string, size = 1) => ({ Id, ...queue.message('m', { size }) });
    const send = (entries: ReturnType<typeof entry>[]): string =>
      codeOf(queue.endpoint.sendMessageBatch(entries));
    const eleven = Array.from({ length: 11 }, (_, i) => entry(`${i}`));
    expect([
      send([]),
      send(eleven),
      send([entry('a'), entry('a')]),
      send([entry('a', 600_000), entry('b', 600_000)]),
      send(eleven.slice(1)),
    ]).toEqual([
      'EmptyBatchRequest',
      'TooManyEntriesInBatchRequest',
      'BatchEntryIdsNotDistinct',
      'BatchRequestTooLong',
      'ok',
    ]);
  });

  test('single entries of a batch: each has an answer of its own', () => {
    const queue = new TestService().create('q', { MaximumMessageSize: 1_024 });
    const result = must(
      queue.endpoint.sendMessageBatch([
        { Id: 'a', ...queue.message('m') },
        { Id: 'b', ...queue.message('m', { size: 1_025 }) },
      ]),
    );
    expect(result.map(({ Id, result }) => `${Id} ${codeOf(result)}`)).toEqual([
      'a ok',
      'b InvalidParameterValue',
    ]);
  });

  test('a queue that does not exist', () => {
    expect(codeOf(new TestService().sqs.queue('nowhere'))).toBe('QueueDoesNotExist');
  });

  test('a second purge within a minute', () => {
    const service = new TestService();
    const queue = service.create('q');
    queue.send(['m1', 'm2', 'm3']);
    queue.receive({ MaxNumberOfMessages: 1 });
    const purge = (): string => codeOf(queue.endpoint.purgeQueue());
    expect([purge(), queue.counts, purge()]).toEqual(['ok', [0, 0, 0], 'PurgeQueueInProgress']);
    service.sim.run(minutes(1));
    expect(purge()).toBe('ok');
  });
});
