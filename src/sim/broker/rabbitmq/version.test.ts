import { describe, expect, test } from 'vitest';
import { settle, TestBroker } from './client.fixture.ts';
import type { Version } from './version.ts';

const quorum = { 'x-queue-type': 'quorum' };

/** A worker with room for one, on a quorum queue with three messages. */
function threeWaiting(version: Version, given = {}) {
  const world = new TestBroker({ version });
  const worker = world.client();
  world.queue('q', { ...quorum, ...given });
  world.send('q', ['m1', 'm2', 'm3']);
  worker.channel.qos(1);
  worker.channel.consume({ queue: 'q', consumer: 'w' });
  return { world, worker };
}

describe('where the server lines differ', () => {
  test('a requeued message of a quorum queue goes to the end on 3.10, and comes next on 4', () => {
    for (const [version, second] of [
      ['3.10', 'w m2'],
      ['4', 'w m1 again'],
    ] as const) {
      const { worker } = threeWaiting(version);
      settle(worker, 'nack', 'm1', true);
      expect(worker.got[1]).toBe(second);
    }
  });

  test('a nack counts as an assignment, but as a failure on 3.10 only', () => {
    for (const [version, failures] of [
      ['3.10', 1],
      ['4', 0],
    ] as const) {
      const { world, worker } = threeWaiting(version, { 'x-delivery-limit': 5 });
      worker.channel.cancel('w');
      settle(worker, 'nack', 'm1', true);
      const [first] = world.take('q');
      expect([first?.deliveryCount, first?.acquiredCount]).toEqual([failures, 1]);
    }
  });

  test('with a delivery limit it comes next on 3.10, too', () => {
    const { worker } = threeWaiting('3.10', { 'x-delivery-limit': 5 });
    settle(worker, 'nack', 'm1', true);
    expect(worker.got[1]).toBe('w m1 again');
  });

  test('a message over the delivery limit gives its consumer one too many on 3.10 only', () => {
    for (const [version, out] of [
      ['3.10', ['w m1', 'w m2', 'w m3']],
      ['4', ['w m1', 'w m2']],
    ] as const) {
      const { worker } = threeWaiting(version, { 'x-delivery-limit': 0 });
      settle(worker, 'reject', 'm1', true);
      expect(worker.got).toEqual(out);
    }
  });

  test('quorum queues know priorities on 4: 32 levels, 4 for a message without one', () => {
    for (const [version, order] of [
      ['3.10', ['plain', 'high', 'low', 'highest']],
      ['4', ['highest', 'high', 'plain', 'low']],
    ] as const) {
      const world = new TestBroker({ version });
      world.queue('q', quorum);
      world.send('q', ['plain']);
      for (const [body, priority] of [
        ['high', 5],
        ['low', 3],
        ['highest', 200],
      ] as const)
        world.send('q', [body], { priority });
      expect(world.bodies('q')).toEqual(order);
    }
  });

  test('older deaths keep their order on 4, and the last one is told', () => {
    for (const [version, order, last] of [
      ['3.10', ['q3', 'q1', 'q2'], null],
      ['4', ['q3', 'q2', 'q1'], { queue: 'q3', reason: 'maxlen', exchange: '' }],
    ] as const) {
      const world = new TestBroker({ version });
      const dead = (key: string) => ({ 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': key });
      world.queue('q4');
      for (const n of [3, 2, 1]) world.queue(`q${n}`, { 'x-max-length': 0, ...dead(`q${n + 1}`) });
      world.send('q1', ['m1']);
      const [message] = world.drain('q4');
      expect(message?.deaths.map(({ queue }) => queue)).toEqual(order);
      expect(message?.lastDeath).toEqual(last);
    }
  });

  test('a declaration without a type equals one with classic on 4 only', () => {
    for (const [version, told] of [
      ['3.10', ['closed 406 PRECONDITION_FAILED']],
      ['4', []],
    ] as const) {
      const world = new TestBroker({ version });
      world.queue('q');
      world.queue('q', { 'x-queue-type': 'classic' });
      expect(world.main.told).toEqual(told);
    }
  });

  test('the active consumer of a quorum queue makes way for a higher priority on 4, once it is done', () => {
    for (const [version, second] of [
      ['3.10', 'low m2'],
      ['4', 'high m2'],
    ] as const) {
      const world = new TestBroker({ version });
      const [low, high] = [world.client(), world.client()];
      world.queue('q', { ...quorum, 'x-single-active-consumer': true });
      low.channel.qos(1);
      low.channel.consume({ queue: 'q', consumer: 'low' });
      world.send('q', ['m1', 'm2']);
      high.channel.consume({ queue: 'q', consumer: 'high', arguments: { 'x-priority': 5 } });
      expect([...low.got, ...high.got]).toEqual(['low m1']);
      settle(low, 'ack', 'm1');
      expect([...low.got, ...high.got]).toEqual(['low m1', second]);
    }
  });
});

describe('leases', () => {
  test('a classic queue expires to the millisecond, a quorum queue at its leader’s next look', () => {
    const world = new TestBroker();
    world.queue('classic', { 'x-expires': 1_000 });
    world.queue('quorum', { ...quorum, 'x-expires': 1_000 });
    const there = () => ['classic', 'quorum'].map((name) => world.broker.topology.get(name) !== undefined);
    world.passMs(999);
    expect(there()).toEqual([true, true]);
    world.passMs(1);
    expect(there()).toEqual([false, true]);
    world.passMs(4_000);
    expect(there()).toEqual([false, false]);
  });

  test('a quorum queue that is consumed from does not expire', () => {
    const world = new TestBroker();
    const worker = world.client();
    world.queue('q', { ...quorum, 'x-expires': 1_000 });
    worker.channel.consume({ queue: 'q', consumer: 'w' });
    world.passMs(60_000);
    worker.channel.cancel('w');
    expect(world.broker.topology.get('q')?.alive).toBe(true);
    world.passMs(10_000);
    expect(world.broker.topology.get('q')).toBeUndefined();
  });
});
