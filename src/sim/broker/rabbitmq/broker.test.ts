import { describe, expect, test } from 'vitest';
import { Simulation } from '../../kernel/simulation.ts';
import { minutes, seconds } from '../../kernel/time.ts';
import { RabbitBroker } from './broker.ts';
import { settle, TestBroker } from './client.fixture.ts';

describe('a restart of the node', () => {
  /** One message of each persistence in queues of each kind, then a restart. */
  function afterRestart(): TestBroker {
    const world = new TestBroker({ version: '3.10' });
    const { channel } = world.main;
    for (const [queue, durable, type] of [
      ['durable', true, 'classic'],
      ['transient', false, 'classic'],
      ['quorum', true, 'quorum'],
    ] as const) {
      channel.declareQueue({ queue, durable, arguments: { 'x-queue-type': type } });
      world.send(queue, ['persistent'], { persistent: true });
      world.send(queue, ['fleeting']);
    }
    channel.declareExchange({ exchange: 'stays', type: 'fanout' });
    channel.declareExchange({ exchange: 'goes', type: 'fanout', durable: false });
    channel.bind({ from: 'stays', to: 'durable', routingKey: '' });
    world.broker.restart();
    return world;
  }

  test('keeps durable queues with their persistent messages; quorum queues keep every message', () => {
    const world = afterRestart();
    expect(world.bodies('durable')).toEqual(['persistent']);
    expect(world.bodies('quorum')).toEqual(['persistent', 'fleeting']);
    expect(world.broker.topology.get('transient')).toBeUndefined();
  });

  test('keeps durable exchanges with their bindings', () => {
    const world = afterRestart();
    const { channel, told } = world.client(world.connect());
    channel.publish({ exchange: 'stays', routingKey: '', body: 'after', size: 5 });
    expect(world.bodies('durable')).toEqual(['persistent', 'after']);
    channel.checkExchange('goes');
    expect(told).toEqual(['closed 404 NOT_FOUND']);
  });

  test('closes every connection, and gives back what was out as redelivered, in its place', () => {
    const world = new TestBroker();
    const worker = world.client();
    world.queue('q');
    world.send('q', ['m1', 'm2', 'm3'], { persistent: true });
    worker.channel.qos(2);
    worker.channel.consume({ queue: 'q', consumer: 'w' });
    world.broker.restart();
    expect(world.told).toEqual(['closed 320 CONNECTION_FORCED']);
    expect(world.take('q').map(({ message, redelivered }) => [message.body, redelivered])).toEqual([
      ['m1', true],
      ['m2', true],
      ['m3', false],
    ]);
  });

  test('does not make up for the time: what has expired is gone, what has not goes on waiting', () => {
    const world = new TestBroker();
    world.queue('q');
    world.send('q', ['m1'], { persistent: true, expiration: '100' });
    world.passMs(60);
    world.broker.restart();
    world.passMs(30);
    expect(world.broker.topology.get('q')?.count().messages).toBe(1);
    world.passMs(20);
    expect(world.broker.topology.get('q')?.count().messages).toBe(0);
  });
});

describe('a memory alarm', () => {
  test('holds up a connection from its next publish on, and others not at all', () => {
    const world = new TestBroker();
    const consuming = world.client(world.connect());
    world.queue('q');
    consuming.channel.consume({ queue: 'q', consumer: 'w' });
    world.broker.raiseAlarm();
    world.send('q', ['m1', 'm2', 'm3']);
    expect(world.told).toEqual(['blocked']);
    expect(consuming.got).toEqual(['w m1']);
    settle(consuming, 'ack', 'm1');
    world.broker.clearAlarm();
    expect(world.told).toEqual(['blocked', 'unblocked']);
    expect(consuming.got).toEqual(['w m1', 'w m2', 'w m3']);
  });

  test('holds up acks too, if they come on a connection that publishes', () => {
    const world = new TestBroker();
    const worker = world.client();
    world.queue('q');
    worker.channel.qos(1);
    worker.channel.consume({ queue: 'q', consumer: 'w' });
    world.send('q', ['m1', 'm2']);
    world.broker.raiseAlarm();
    world.send('q', ['m3']);
    settle(worker, 'ack', 'm1');
    expect(worker.got).toEqual(['w m1']);
    world.broker.clearAlarm();
    expect(worker.got).toEqual(['w m1', 'w m2']);
  });
});

describe('a delivery that is not settled in time', () => {
  const consumerTimeout = minutes(30);

  test('closes its channel on the older line, at the next look once a minute, on any queue', () => {
    const world = new TestBroker({ version: '3.10', consumerTimeout });
    const worker = world.client();
    world.queue('q');
    world.pass(seconds(10));
    world.send('q', ['m1']);
    worker.channel.consume({ queue: 'q', consumer: 'w' });
    world.pass(minutes(30));
    expect(worker.told).toEqual([]);
    world.pass(seconds(50));
    expect(worker.told).toEqual(['closed 406 PRECONDITION_FAILED']);
    expect(world.bodies('q')).toEqual(['m1']);
  });

  test('cancels the consumer of a quorum queue on the newer line, and counts no failure', () => {
    const world = new TestBroker({ consumerTimeout });
    const worker = world.client();
    world.queue('q', { 'x-queue-type': 'quorum', 'x-consumer-timeout': 60_000 });
    world.queue('c');
    world.send('q', ['m1']);
    world.send('c', ['n1']);
    worker.channel.consume({ queue: 'c', consumer: 'classic' });
    worker.channel.consume({ queue: 'q', consumer: 'w' });
    world.pass(minutes(61));
    expect(worker.told).toEqual(['cancelled w']);
    expect(worker.channel.open).toBe(true);
    expect(world.take('q').map(({ redelivered, deliveryCount }) => [redelivered, deliveryCount])).toEqual([
      [true, 0],
    ]);
  });

  test('does nothing to one that was settled', () => {
    const world = new TestBroker({ version: '3.10', consumerTimeout });
    const worker = world.client();
    world.queue('q');
    world.send('q', ['m1', 'm2']);
    worker.channel.consume({ queue: 'q', consumer: 'w' });
    settle(worker, 'ack', 'm1');
    settle(worker, 'ack', 'm2');
    world.pass(minutes(90));
    expect(worker.told).toEqual([]);
  });
});

describe('errors', () => {
  test('close the channel where the fault is its own, and give back what it had', () => {
    const world = new TestBroker();
    const worker = world.client();
    world.queue('q');
    world.send('q', ['m1']);
    worker.channel.consume({ queue: 'q', consumer: 'w' });
    worker.channel.ack(99);
    expect(worker.told).toEqual(['closed 406 PRECONDITION_FAILED']);
    expect([worker.channel.open, world.main.channel.open]).toEqual([false, true]);
    expect(world.bodies('q')).toEqual(['m1']);
  });

  test.each([
    ['reusing a consumer tag', 530, 'NOT_ALLOWED'],
    ['an unknown exchange type', 503, 'COMMAND_INVALID'],
    ['recovering without requeue', 540, 'NOT_IMPLEMENTED'],
    ['a shared limit on a quorum queue', 540, 'NOT_IMPLEMENTED'],
    ['a name too long for a frame', 502, 'SYNTAX_ERROR'],
    ['a transient queue for all, on the newer line', 541, 'INTERNAL_ERROR'],
  ] as const)('%s closes the whole connection with %i %s', (what, code, name) => {
    const world = new TestBroker();
    const { channel } = world.client();
    world.queue('q', { 'x-queue-type': 'quorum' });
    const faults: Readonly<Record<typeof what, () => void>> = {
      'reusing a consumer tag': () => {
        channel.consume({ queue: 'q', consumer: 'w' });
        channel.consume({ queue: 'q', consumer: 'w' });
      },
      'an unknown exchange type': () => channel.declareExchange({ exchange: 'x', type: 'x-random' }),
      'recovering without requeue': () => channel.recover(false),
      'a shared limit on a quorum queue': () => {
        channel.qos(5, true);
        channel.consume({ queue: 'q', consumer: 'w' });
      },
      'a name too long for a frame': () => channel.declareQueue({ queue: 'ü'.repeat(128) }),
      'a transient queue for all, on the newer line': () =>
        channel.declareQueue({ queue: 't', durable: false }),
    };
    faults[what]();
    expect(world.told).toEqual([`closed ${code} ${name}`]);
    expect([channel.open, world.main.channel.open]).toEqual([false, false]);
  });

  test.each([
    ['a queue with the server’s prefix', 403],
    ['an exchange with the server’s prefix', 403],
    ['a binding of the default exchange', 403],
    ['a publish to an internal exchange', 403],
    ['a lifetime below nothing', 406],
    ['a routing key without a dead-letter exchange', 406],
    ['an argument of another queue type', 406],
    ['a body above the limit', 406],
    ['a header CC that is no list', 406],
  ] as const)('%s closes the channel with %i', (what, code) => {
    const world = new TestBroker();
    const { channel, told } = world.client();
    world.queue('q');
    channel.declareExchange({ exchange: 'inner', type: 'fanout', internal: true });
    const declare = (given: Record<string, string | number>) =>
      channel.declareQueue({ queue: 'other', arguments: given });
    const faults: Readonly<Record<typeof what, () => void>> = {
      'a queue with the server’s prefix': () => channel.declareQueue({ queue: 'amq.mine' }),
      'an exchange with the server’s prefix': () =>
        channel.declareExchange({ exchange: 'amq.mine', type: 'fanout' }),
      'a binding of the default exchange': () => channel.bind({ from: '', to: 'q', routingKey: 'k' }),
      'a publish to an internal exchange': () =>
        channel.publish({ exchange: 'inner', routingKey: '', body: 'm', size: 1 }),
      'a lifetime below nothing': () => declare({ 'x-message-ttl': -1 }),
      'a routing key without a dead-letter exchange': () => declare({ 'x-dead-letter-routing-key': 'k' }),
      'an argument of another queue type': () => declare({ 'x-delivery-limit': 3 }),
      'a body above the limit': () => channel.publish({ routingKey: 'q', body: 'm', size: 20_000_000 }),
      'a header CC that is no list': () =>
        channel.publish({ routingKey: 'q', body: 'm', size: 1, headers: { CC: 'q2' } }),
    };
    faults[what]();
    expect(told.map((line) => line.split(' ')[1])).toEqual([`${code}`]);
    expect(world.main.channel.open).toBe(true);
  });
});

describe('a client that acts on what it is told', () => {
  test('may use its channel from there: it is done once the broker is at rest', () => {
    const broker = new RabbitBroker(new Simulation());
    const seen: unknown[] = [];
    const channel = broker.connect().openChannel({
      deliver: (_consumer, { tag, message }) => {
        seen.push(message.body);
        channel.ack(tag);
        if (seen.length < 4) channel.publish({ routingKey: 'q', body: seen.length, size: 1 });
      },
    });
    channel.declareQueue({ queue: 'q' });
    channel.qos(1);
    channel.consume({ queue: 'q', consumer: 'w' });
    channel.publish({ routingKey: 'q', body: 0, size: 1 });
    expect(seen).toEqual([0, 1, 2, 3]);
  });
});

describe('routing', () => {
  test('sends copies to the queues that CC and BCC name, and hides BCC', () => {
    const world = new TestBroker();
    for (const queue of ['q', 'cc', 'bcc']) world.queue(queue);
    world.send('q', ['m1'], { headers: { CC: ['cc', 'q'], BCC: ['bcc'], other: 1 } });
    for (const queue of ['q', 'cc', 'bcc'])
      expect(world.drain(queue)).toMatchObject([{ body: 'm1', headers: { CC: ['cc', 'q'], other: 1 } }]);
  });

  test('looks again after a binding has changed, although routes are remembered', () => {
    const world = new TestBroker();
    const { channel } = world.main;
    world.queue('q');
    const publish = () =>
      channel.publish({ exchange: 'amq.topic', routingKey: 'a.b', body: 'm', size: 1, mandatory: true });
    publish();
    channel.bind({ from: 'amq.topic', to: 'q', routingKey: 'a.*' });
    publish();
    channel.unbind({ from: 'amq.topic', to: 'q', routingKey: 'a.*' });
    publish();
    expect(world.main.told).toEqual(['returned 312 m', 'returned 312 m']);
    expect(world.bodies('q')).toEqual(['m']);
  });

  test('an auto-delete exchange goes when the queue at the end of its last binding goes, and so do those behind it', () => {
    const world = new TestBroker();
    const { channel } = world.main;
    world.queue('q');
    for (const exchange of ['first', 'second'])
      channel.declareExchange({ exchange, type: 'fanout', autoDelete: true });
    channel.bind({ from: 'first', to: 'second', toType: 'exchange', routingKey: '' });
    channel.bind({ from: 'second', to: 'q', routingKey: '' });
    channel.deleteQueue('q');
    expect(['first', 'second'].map((name) => world.broker.topology.exchanges.get(name))).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('gives a queue without a name one of its own, which an empty name then means', () => {
    const world = new TestBroker();
    const { channel, got } = world.main;
    let name = '';
    channel.declareQueue({ queue: '', exclusive: true }, (given) => {
      name = given;
    });
    channel.consume({ queue: '', consumer: 'w' });
    world.send(name, ['m1']);
    expect(name).toMatch(/^amq\.gen-/);
    expect(got).toEqual(['w m1']);
  });
});

describe('whoever keeps a record', () => {
  test('is told what happens inside, and can count a queue without touching it', () => {
    const told: string[] = [];
    const world = new TestBroker({
      observer: {
        enqueued: (queue, { body }) => told.push(`${body} into ${queue}`),
        refused: (queue, { body }) => told.push(`${body} refused by ${queue}`),
        requeued: (queue, { body }, failures) => told.push(`${body} back in ${queue}, ${failures} failed`),
        died: (queue, { body }, reason, reached) =>
          told.push(`${body} ${reason} in ${queue}, to ${reached.join() || 'nowhere'}`),
        deleted: (queue, messages) => told.push(`${queue} deleted with ${messages}`),
      },
    });
    const worker = world.client();
    world.queue('dead', { 'x-max-length': 1, 'x-overflow': 'reject-publish' });
    world.queue('q', {
      'x-queue-type': 'quorum',
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'dead',
    });
    world.passMs(5);
    world.send('q', ['m1', 'm2']);
    worker.channel.qos(1);
    worker.channel.consume({ queue: 'q', consumer: 'w' });
    const q = world.broker.topology.get('q')!;
    expect([q.ready, q.out, q.oldest]).toEqual([1, 1, 5_000]);
    settle(worker, 'reject', 'm1', true);
    settle(worker, 'reject', 'm1');
    settle(worker, 'reject', 'm2');
    world.main.channel.deleteQueue('dead');
    expect(told).toEqual([
      'm1 into q',
      'm2 into q',
      'm1 back in q, 1 failed',
      'm1 rejected in q, to dead',
      'm1 into dead',
      'm2 rejected in q, to dead',
      'm2 refused by dead',
      'dead deleted with 1',
    ]);
    expect([q.ready, q.out, q.oldest]).toEqual([0, 0, undefined]);
  });
});
