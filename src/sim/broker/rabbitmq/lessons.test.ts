import { describe, expect, test } from 'vitest';
import { settle, TestBroker } from './client.fixture.ts';

const six = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6'];

describe('what a user of the broker must see', () => {
  test('unbounded prefetch: one slow consumer hoards the queue while the others idle', () => {
    const world = new TestBroker();
    const [slow, idle] = [world.client(), world.client()];
    world.queue('q');
    world.send('q', six);
    slow.channel.consume({ queue: 'q', consumer: 'slow' });
    idle.channel.consume({ queue: 'q', consumer: 'idle' });
    expect([slow.got.length, idle.got.length]).toEqual([6, 0]);
  });

  test('prefetch 1: fair, but the next message comes only after each ack', () => {
    const world = new TestBroker();
    const clients = [world.client(), world.client()];
    world.queue('q');
    world.send('q', six);
    for (const [i, { channel }] of clients.entries()) {
      channel.qos(1);
      channel.consume({ queue: 'q', consumer: `c${i}` });
    }
    expect(clients.map(({ got }) => got)).toEqual([['c0 m1'], ['c1 m2']]);
    settle(clients[1]!, 'ack', 'm2');
    expect(clients.map(({ got }) => got.length)).toEqual([1, 2]);
  });

  test('drop-head loses the oldest without any error; reject-publish tells the publisher', () => {
    for (const [overflow, kept, told] of [
      ['drop-head', ['m3'], ['ack 1', 'ack 2', 'ack 3']],
      ['reject-publish', ['m1'], ['ack 1', 'nack 2', 'nack 3']],
    ] as const) {
      const world = new TestBroker();
      world.queue('q', { 'x-max-length': 1, 'x-overflow': overflow });
      world.main.channel.confirmSelect();
      world.send('q', ['m1', 'm2', 'm3']);
      expect(world.main.told).toEqual(told);
      expect(world.bodies('q')).toEqual(kept);
    }
  });

  test('a typo in a topic binding: published, confirmed, gone', () => {
    const world = new TestBroker();
    const { channel, told } = world.main;
    world.queue('q');
    channel.bind({ from: 'amq.topic', to: 'q', routingKey: 'order.placd' });
    channel.confirmSelect();
    channel.publish({ exchange: 'amq.topic', routingKey: 'order.placed', body: 'm1', size: 2 });
    expect(told).toEqual(['ack 1']);
    expect(world.bodies('q')).toEqual([]);
  });

  test('with mandatory the unroutable message comes back before its confirm', () => {
    const world = new TestBroker();
    world.main.channel.confirmSelect();
    world.send('nowhere', ['m1'], { mandatory: true });
    expect(world.main.told).toEqual(['returned 312 m1', 'ack 1']);
  });

  test('a single active consumer keeps order and fails over; an exclusive one leaves nobody behind it', () => {
    const world = new TestBroker();
    const [a, b] = [world.client(), world.client()];
    world.queue('q', { 'x-single-active-consumer': true });
    for (const [name, { channel }] of [
      ['a', a],
      ['b', b],
    ] as const)
      channel.consume({ queue: 'q', consumer: name });
    world.send('q', ['m1', 'm2']);
    a.channel.close();
    expect([a.got, b.got]).toEqual([
      ['a m1', 'a m2'],
      ['b m1 again', 'b m2 again'],
    ]);

    const [c, d] = [world.client(), world.client()];
    world.queue('e');
    c.channel.consume({ queue: 'e', consumer: 'c', exclusive: true });
    d.channel.consume({ queue: 'e', consumer: 'd' });
    expect(d.told).toEqual(['closed 403 ACCESS_REFUSED']);
  });

  test('under sustained high priority traffic low priorities wait for ever', () => {
    for (const given of [{ 'x-max-priority': 4 }, { 'x-queue-type': 'quorum' }]) {
      const world = new TestBroker();
      const worker = world.client();
      world.queue('q', given);
      world.send('q', ['low'], { priority: 1 });
      world.send('q', ['h0'], { priority: 9 });
      worker.channel.qos(1);
      worker.channel.consume({ queue: 'q', consumer: 'w' });
      for (let i = 1; i < 50; i++) {
        world.send('q', [`h${i}`], { priority: 9 });
        settle(worker, 'ack', `h${i - 1}`);
      }
      expect(worker.got).not.toContain('w low');
    }
  });

  test('a dead-letter exchange nobody has declared drops messages silently', () => {
    const world = new TestBroker();
    const worker = world.client();
    world.queue('q', { 'x-dead-letter-exchange': 'forgotten' });
    world.send('q', ['m1']);
    worker.channel.consume({ queue: 'q', consumer: 'w' });
    settle(worker, 'reject', 'm1');
    expect([worker.told, world.main.told]).toEqual([[], []]);
    expect(world.bodies('q')).toEqual([]);
  });

  test('a poison message on a classic queue comes back for ever', () => {
    const world = new TestBroker();
    const worker = world.client();
    world.queue('q');
    world.send('q', ['poison']);
    worker.channel.consume({ queue: 'q', consumer: 'w' });
    for (let i = 0; i < 100; i++) settle(worker, 'reject', 'poison', true);
    expect(worker.got).toHaveLength(101);
  });

  test('a quorum queue gives up after 20 rejections, but never on nack', () => {
    for (const [how, deliveries] of [
      ['reject', 21],
      ['nack', 101],
    ] as const) {
      const world = new TestBroker();
      const worker = world.client();
      world.queue('dead');
      world.queue('q', {
        'x-queue-type': 'quorum',
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': 'dead',
      });
      world.send('q', ['poison']);
      worker.channel.consume({ queue: 'q', consumer: 'w' });
      for (let i = 0; i < 100 && worker.got.length === i + 1; i++) settle(worker, how, 'poison', true);
      expect(worker.got).toHaveLength(deliveries);
      const dead = world.drain('dead');
      expect(dead.map(({ deaths }) => deaths[0]?.reason)).toEqual(how === 'reject' ? ['delivery_limit'] : []);
    }
  });

  test('auto ack: a crash loses what was handed over', () => {
    const world = new TestBroker();
    const connection = world.connect();
    const worker = world.client(connection);
    world.queue('q');
    world.send('q', ['m1', 'm2']);
    worker.channel.consume({ queue: 'q', consumer: 'w', noAck: true });
    connection.close();
    expect(world.bodies('q')).toEqual([]);
  });

  test('a retry loop with a waiting queue goes on, and counts its rounds', () => {
    const world = new TestBroker();
    const worker = world.client();
    world.queue('work', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'wait' });
    world.queue('wait', {
      'x-message-ttl': 100,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'work',
    });
    worker.channel.consume({ queue: 'work', consumer: 'w' });
    world.send('work', ['m1']);
    for (let round = 0; round < 3; round++) {
      settle(worker, 'reject', 'm1');
      world.passMs(150);
    }
    worker.channel.close();
    const [message] = world.drain('work');
    expect(message?.deaths.map(({ queue, reason, count }) => [queue, reason, count])).toEqual([
      ['wait', 'expired', 3],
      ['work', 'rejected', 3],
    ]);
    expect(message?.firstDeath).toEqual({ queue: 'work', reason: 'rejected', exchange: '' });
  });
});
