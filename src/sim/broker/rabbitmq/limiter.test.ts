import { expect, test } from 'vitest';
import { settle, TestBroker } from './client.fixture.ts';

/** A worker with a shared limit, consuming from two queues. */
function sharedLimit(limit: number, { noAck = false } = {}) {
  const world = new TestBroker();
  const worker = world.client();
  world.queue('q');
  world.queue('r');
  worker.channel.qos(limit, true);
  worker.channel.consume({ queue: 'q', consumer: 'a' });
  worker.channel.consume({ queue: 'r', consumer: 'b', noAck });
  return { world, worker };
}

test('a shared limit counts what all consumers of the channel have out, whatever their queues', () => {
  const { world, worker } = sharedLimit(2);
  world.send('q', ['m1']);
  world.send('r', ['n1', 'n2']);
  expect(worker.got).toEqual(['a m1', 'b n1']);
  settle(worker, 'ack', 'm1');
  expect(worker.got).toEqual(['a m1', 'b n1', 'b n2']);
});

test('a full shared limit holds back a consumer that does not even acknowledge', () => {
  const { world, worker } = sharedLimit(1, { noAck: true });
  world.send('r', ['n1', 'n2']);
  expect(worker.got).toEqual(['b n1', 'b n2']);
  world.send('q', ['m1']);
  world.send('r', ['n3']);
  expect(worker.got).toEqual(['b n1', 'b n2', 'a m1']);
  settle(worker, 'ack', 'm1');
  expect(worker.got).toEqual(['b n1', 'b n2', 'a m1', 'b n3']);
});

test('what basic.get fetches is neither limited nor, once settled, room for others', () => {
  const { world, worker } = sharedLimit(1);
  world.queue('s');
  world.send('s', ['g1']);
  world.send('q', ['m1', 'm2']);
  let tag = 0;
  worker.channel.get('s', false, (got) => {
    tag = got?.delivery.tag ?? 0;
  });
  expect(tag).toBe(2);
  worker.channel.ack(tag);
  expect(worker.got).toEqual(['a m1']);
});

test('a shared limit that comes later counts what is out already, and a higher one lets more through', () => {
  const world = new TestBroker();
  const worker = world.client();
  world.queue('q');
  world.send('q', ['m1', 'm2']);
  worker.channel.consume({ queue: 'q', consumer: 'a' });
  worker.channel.qos(2, true);
  world.send('q', ['m3', 'm4']);
  expect(worker.got).toHaveLength(2);
  worker.channel.qos(3, true);
  expect(worker.got).toEqual(['a m1', 'a m2', 'a m3']);
});

test('a limit for each consumer ends the shared one', () => {
  const { world, worker } = sharedLimit(1);
  world.send('q', ['m1', 'm2', 'm3']);
  expect(worker.got).toHaveLength(1);
  worker.channel.qos(1);
  expect(worker.got).toHaveLength(3);
});

test('both limits hold at once if the shared one comes second', () => {
  const world = new TestBroker();
  const worker = world.client();
  world.queue('q');
  worker.channel.qos(2);
  worker.channel.qos(3, true);
  for (const consumer of ['a', 'b']) worker.channel.consume({ queue: 'q', consumer });
  world.send('q', ['m1', 'm2', 'm3', 'm4']);
  expect(worker.got).toEqual(['a m1', 'b m2', 'a m3']);
});

test('messages that come back make room, but not before they are back in their queue', () => {
  const { world, worker } = sharedLimit(1);
  world.send('q', ['m1', 'm2']);
  settle(worker, 'nack', 'm1', true);
  expect(worker.got).toEqual(['a m1', 'a m1 again']);
});
