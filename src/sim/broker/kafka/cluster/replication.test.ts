import { describe, expect, test } from 'vitest';
import { SAFE, TestKafka } from '../kafka.fixture.ts';

const SECOND = 1_000;

describe('replication', () => {
  test('a record is committed when every in-sync replica has it, and followers learn of that with their next fetch', () => {
    const world = new TestKafka();
    const app = world.producer();
    app.send('a');
    world.pass(30);
    expect(app.told).toEqual(['a -> 0@0']);
    for (const id of [1, 2, 3]) expect(world.log(id)).toEqual(['a']);
    world.pass(600);
    for (const id of [1, 2, 3]) expect(world.replica(id).highWatermark).toBe(1);
  });

  test('consumers see only what is committed: a record that a slow follower lacks is not read yet', () => {
    const world = new TestKafka();
    const app = world.producer({ acks: 1 });
    for (const id of world.followersOf())
      world.cluster.holdReplica({ topic: 'orders', partition: 0 }, id, true);
    world.pass(600);
    app.send('a');
    world.pass(100);
    expect(app.told).toEqual(['a -> 0@0']);
    expect(world.committed()).toEqual([]);
  });

  test('a follower that is not caught up for replica.lag.time.max.ms leaves the ISR, and comes back when it is', () => {
    const world = new TestKafka();
    const app = world.producer();
    const [slow = 0] = world.followersOf();
    world.cluster.holdReplica({ topic: 'orders', partition: 0 }, slow, true);
    world.pass(600);
    app.send('a');
    world.pass(29 * SECOND);
    expect(app.told).toEqual([]);
    world.pass(20 * SECOND);
    expect(app.acknowledged).toEqual(['a']);
    expect(world.cluster.state({ topic: 'orders', partition: 0 }).isr).not.toContain(slow);
    world.cluster.holdReplica({ topic: 'orders', partition: 0 }, slow, false);
    world.pass(SECOND);
    expect(world.cluster.state({ topic: 'orders', partition: 0 }).isr).toContain(slow);
    expect(world.log(slow)).toEqual(['a']);
  });

  test('a slow disk makes a follower lag', () => {
    const world = new TestKafka();
    const app = world.producer();
    const [slow = 0] = world.followersOf();
    world.cluster.slowDisk(slow, 1_000_000); // 50 s a batch
    world.pass(600);
    app.send('a');
    world.pass(48 * SECOND);
    expect(world.cluster.state({ topic: 'orders', partition: 0 }).isr).not.toContain(slow);
    world.pass(10 * SECOND);
    expect(world.cluster.state({ topic: 'orders', partition: 0 }).isr).toContain(slow);
  });

  test('a disk that is well again is quick at once, however much is still to be written', () => {
    const world = new TestKafka();
    const app = world.producer({ acks: 1, 'linger.ms': 0, 'enable.idempotence': false });
    const [slow = 0] = world.followersOf();
    world.cluster.holdReplica({ topic: 'orders', partition: 0 }, slow, true);
    for (let n = 0; n < 100; n++) {
      app.send(`${n}`);
      world.pass(10);
    }
    world.cluster.slowDisk(slow, 100_000); // 5 s a batch
    world.cluster.holdReplica({ topic: 'orders', partition: 0 }, slow, false);
    world.pass(7 * SECOND);
    expect(world.log(slow).length).toBeLessThan(10);
    world.cluster.slowDisk(slow, 1);
    world.pass(4 * SECOND);
    expect(world.log(slow)).toHaveLength(100);
  });

  test('offsets begin at 0 in each partition, and order holds inside a partition only', () => {
    const world = new TestKafka({ topics: { orders: { ...SAFE, partitions: 2 } } });
    const app = world.producer();
    for (const value of ['a', 'b', 'c']) app.send(value, { partition: 0 });
    app.send('d', { partition: 1 });
    world.pass(50);
    expect(app.told.sort()).toEqual(['a -> 0@0', 'b -> 0@1', 'c -> 0@2', 'd -> 1@0']);
    expect(world.committed(0)).toEqual(['a', 'b', 'c']);
  });
});

describe('the loss of a leader', () => {
  test('is noticed when its session with the controller is over; then an in-sync replica leads', () => {
    const world = new TestKafka();
    const before = world.leaderOf();
    world.cluster.crash(before);
    world.pass(6 * SECOND);
    expect(world.leaderOf()).toBe(before);
    world.pass(4 * SECOND);
    expect(world.leaderOf()).not.toBe(before);
    expect(world.seen.at(-1)).toMatch(/leader \d epoch 1 clean/);
  });

  test('a clean shutdown moves its leaderships away first, so that nobody waits', () => {
    const world = new TestKafka();
    const before = world.leaderOf();
    const app = world.producer();
    app.send('a');
    world.pass(50);
    world.cluster.shutDown(before);
    world.pass(2_500);
    expect(world.cluster.broker(before).up).toBe(false);
    app.send('b');
    world.pass(500);
    expect(app.acknowledged).toEqual(['a', 'b']);
  });

  test('acks=1: an acknowledged record that was not replicated is gone after failover', () => {
    const world = new TestKafka();
    const leader = world.leaderOf();
    const app = world.producer({ acks: 1 });
    app.send('a');
    world.pass(700);
    for (const id of world.followersOf()) world.wire.cut(`broker-${leader}`, `broker-${id}`);
    app.send('b');
    world.pass(20);
    expect(app.acknowledged).toEqual(['a', 'b']);
    world.cluster.crash(leader);
    world.wire.heal();
    world.pass(12 * SECOND);
    expect(world.committed()).toEqual(['a']);
    world.cluster.start(leader);
    world.pass(2 * SECOND);
    expect(world.seen.filter((text) => text.includes('truncated'))).toEqual([
      `orders-0 truncated on ${leader} to 1: b`,
    ]);
    expect(world.log(leader)).toEqual(['a']);
    expect(world.cluster.state({ topic: 'orders', partition: 0 }).isr).toContain(leader);
  });

  test('acks=all: what was acknowledged is there after failover', () => {
    const world = new TestKafka();
    const app = world.producer();
    for (const value of ['a', 'b', 'c']) app.send(value);
    world.pass(40);
    world.cluster.crash(world.leaderOf());
    world.pass(12 * SECOND);
    expect(app.acknowledged).toEqual(['a', 'b', 'c']);
    expect(world.committed()).toEqual(['a', 'b', 'c']);
  });

  test('a leader that the controller cannot reach goes on, but commits nothing; what it took with acks=1 is lost', () => {
    const world = new TestKafka();
    const old = world.leaderOf();
    const app = world.producer({ acks: 1 });
    app.send('a');
    world.pass(700);
    world.wire.cut(`broker-${old}`, 'controller');
    for (const id of world.followersOf()) world.wire.cut(`broker-${old}`, `broker-${id}`);
    world.pass(12 * SECOND);
    expect(world.leaderOf()).not.toBe(old);
    app.send('b');
    world.pass(50);
    expect(app.acknowledged).toEqual(['a', 'b']);
    expect(world.replica(old).highWatermark).toBe(1);
    world.wire.heal();
    world.pass(40 * SECOND);
    expect(world.committed()).toEqual(['a']);
    expect(world.log(old)).toEqual(['a']);
  });

  /** The followers are out of sync and lack `b`; then the leader dies. */
  function withoutInSync(unclean: boolean) {
    const world = new TestKafka({
      topics: {
        orders: {
          'replication.factor': 3,
          'min.insync.replicas': 1,
          'unclean.leader.election.enable': unclean,
        },
      },
      settings: { 'replica.lag.time.max.ms': 2_000 },
    });
    const leader = world.leaderOf();
    const app = world.producer();
    app.send('a');
    world.pass(700);
    for (const id of world.followersOf())
      world.cluster.holdReplica({ topic: 'orders', partition: 0 }, id, true);
    world.pass(600);
    app.send('b');
    world.pass(5 * SECOND);
    for (const id of world.followersOf())
      world.cluster.holdReplica({ topic: 'orders', partition: 0 }, id, false);
    world.wire.cut(`broker-${leader}`, 'broker-1');
    world.wire.cut(`broker-${leader}`, 'broker-2');
    world.wire.cut(`broker-${leader}`, 'broker-3');
    world.cluster.crash(leader);
    world.wire.heal();
    return { world, app, leader };
  }

  test('acks=all with the leader alone in the ISR and min.insync.replicas 1: accepted, and lost with that leader', () => {
    const { world, app, leader } = withoutInSync(true);
    expect(app.acknowledged).toEqual(['a', 'b']);
    world.pass(12 * SECOND);
    expect(world.seen.join('\n')).toMatch(/leader \d epoch 1 unclean/);
    expect(world.committed()).toEqual(['a']);
    world.cluster.start(leader);
    world.pass(2 * SECOND);
    expect(world.seen.some((text) => text === `orders-0 truncated on ${leader} to 1: b`)).toBe(true);
  });

  test('without unclean election the partition waits for its last in-sync replica, and loses nothing', () => {
    const { world, leader } = withoutInSync(false);
    world.pass(12 * SECOND);
    expect(world.leaderOf()).toBe(-1);
    world.cluster.start(leader);
    world.pass(2 * SECOND);
    expect(world.leaderOf()).toBe(leader);
    expect(world.committed()).toEqual(['a', 'b']);
  });

  test('an eligible leader replica may lead once the ISR is empty: it has all that is committed', () => {
    const world = new TestKafka();
    const app = world.producer();
    app.send('a');
    world.pass(700);
    const [first = 0, second = 0] = world.followersOf();
    world.cluster.shutDown(first);
    world.pass(3 * SECOND);
    const leader = world.leaderOf();
    world.cluster.crash(second);
    world.pass(12 * SECOND);
    expect(world.cluster.state({ topic: 'orders', partition: 0 })).toMatchObject({
      isr: [leader],
      elr: [second],
    });
    world.cluster.crash(leader);
    world.pass(12 * SECOND);
    expect(world.cluster.state({ topic: 'orders', partition: 0 })).toMatchObject({ leader: -1, isr: [] });
    expect(new Set(world.cluster.state({ topic: 'orders', partition: 0 }).elr)).toEqual(
      new Set([leader, second]),
    );
  });

  test('the preferred replica leads again at the next look of auto.leader.rebalance', () => {
    const world = new TestKafka();
    const preferred = world.leaderOf();
    world.cluster.crash(preferred);
    world.pass(12 * SECOND);
    world.cluster.start(preferred);
    world.pass(5 * SECOND);
    expect(world.leaderOf()).not.toBe(preferred);
    world.pass(300 * SECOND);
    expect(world.leaderOf()).toBe(preferred);
    expect(world.seen.at(-1)).toMatch(/preferred/);
  });
});
