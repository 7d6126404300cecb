import { describe, expect, test } from 'vitest';
import { SAFE, TestKafka } from '../kafka.fixture.ts';
import { producerSettings } from './settings.ts';

const SECOND = 1_000;
const PARTITION = { topic: 'orders', partition: 0 };

describe('settings that contradict each other', () => {
  test('idempotence goes silently off beside acks=1, unless it was asked for', () => {
    expect(producerSettings({})['enable.idempotence']).toBe(true);
    expect(producerSettings({ acks: 1 })['enable.idempotence']).toBe(false);
    expect(() => producerSettings({ acks: 1, 'enable.idempotence': true })).toThrow('Must set acks to all');
    expect(() => producerSettings({ acks: 1, 'transactional.id': 't' })).toThrow('Must set acks to all');
  });

  test('more than 5 requests in flight, or no retries, rule idempotence out', () => {
    expect(producerSettings({ retries: 0 })['enable.idempotence']).toBe(false);
    expect(() =>
      producerSettings({ 'enable.idempotence': true, 'max.in.flight.requests.per.connection': 6 }),
    ).toThrow('at most 5');
    expect(() => producerSettings({ 'enable.idempotence': false, 'transactional.id': 't' })).toThrow(
      'without also enabling idempotence',
    );
  });

  test('delivery.timeout.ms must cover linger.ms and request.timeout.ms; as a default it is raised', () => {
    expect(() => producerSettings({ 'delivery.timeout.ms': 30_000 })).toThrow('delivery.timeout.ms');
    expect(producerSettings({ 'request.timeout.ms': 150_000 })['delivery.timeout.ms']).toBe(150_005);
  });
});

describe('acks', () => {
  test('acks=0 with the broker dying: success is reported for what is on its way, and nothing is stored', () => {
    const world = new TestKafka();
    const app = world.producer({ acks: 0, 'linger.ms': 0 });
    app.send('a');
    world.pass(20);
    app.send('b');
    world.cluster.crash(world.leaderOf());
    world.pass(100);
    expect(app.told).toEqual(['a -> 0@-1', 'b -> 0@-1']);
    world.pass(12 * SECOND);
    expect(world.committed()).toEqual(['a']);
  });

  test('acks=0, when the client has heard that the broker is gone: what follows waits for the next leader', () => {
    const world = new TestKafka();
    const app = world.producer({ acks: 0 });
    app.send('a');
    world.pass(20);
    world.cluster.crash(world.leaderOf());
    world.pass(1_000);
    app.send('b');
    world.pass(100);
    expect(app.told).toEqual(['a -> 0@-1']);
    world.pass(15 * SECOND);
    expect(app.told).toEqual(['a -> 0@-1', 'b -> 0@-1']);
    expect(world.committed()).toEqual(['a', 'b']);
  });

  test('acks=0, when another leads: the refusal closes the connection, and what follows goes there', () => {
    const world = new TestKafka();
    const app = world.producer({ acks: 0 });
    app.send('a');
    world.pass(20);
    world.cluster.shutDown(world.leaderOf());
    world.pass(5 * SECOND);
    app.send('b');
    world.pass(SECOND);
    app.send('c');
    world.pass(2 * SECOND);
    expect(world.committed().at(-1)).toBe('c');
  });

  test('acks=all, two of three brokers down: writes fail until delivery.timeout.ms, what is committed can be read', () => {
    const world = new TestKafka();
    const app = world.producer();
    app.send('a');
    world.pass(700);
    for (const id of world.followersOf()) world.cluster.shutDown(id);
    world.pass(5 * SECOND);
    app.send('b');
    world.pass(119 * SECOND);
    expect(app.told).toEqual(['a -> 0@0']);
    expect(world.seen.some((text) => text.endsWith('NOT_ENOUGH_REPLICAS'))).toBe(true);
    world.pass(2 * SECOND);
    expect(app.told).toEqual(['a -> 0@0', 'b: TimeoutException']);
    expect(world.committed()).toEqual(['a']);
  });

  /** The ISR shrinks while a record waits for it; the rules from before KIP-966. */
  function shrinkBelow(idempotent: boolean) {
    const world = new TestKafka({
      settings: { 'replica.lag.time.max.ms': 2_000, 'eligible.leader.replicas.version': 0 },
    });
    const app = world.producer({ 'enable.idempotence': idempotent });
    const followers = world.followersOf();
    for (const id of followers) world.cluster.holdReplica(PARTITION, id, true);
    world.pass(600);
    app.send('a');
    world.pass(3_500);
    return { world, app, followers };
  }

  test('NOT_ENOUGH_REPLICAS_AFTER_APPEND: the record is in the log, and its retry is a duplicate without idempotence', () => {
    const { world, app, followers } = shrinkBelow(false);
    expect(world.log(world.leaderOf())).toEqual(['a']);
    for (const id of followers) world.cluster.holdReplica(PARTITION, id, false);
    world.pass(10 * SECOND);
    expect(app.acknowledged).toEqual(['a']);
    expect(world.committed()).toEqual(['a', 'a']);
  });

  test('with idempotence the retry is acknowledged, and not appended again', () => {
    const { world, app, followers } = shrinkBelow(true);
    for (const id of followers) world.cluster.holdReplica(PARTITION, id, false);
    world.pass(10 * SECOND);
    expect(app.told).toEqual(['a -> 0@0']);
    expect(world.committed()).toEqual(['a']);
    expect(world.seen).toContain('orders-0 deduplicated');
  });
});

describe('retries', () => {
  /** The first batch does not reach its leader, the second does. */
  function firstLost(idempotent: boolean) {
    const world = new TestKafka();
    const app = world.producer({
      'enable.idempotence': idempotent,
      'linger.ms': 0,
      'request.timeout.ms': 1_000,
      'delivery.timeout.ms': 20_000,
    });
    app.send('0');
    world.pass(50);
    const leader = world.leaderOf();
    world.wire.cutWay('app', `broker-${leader}`);
    app.send('a');
    world.pass(2);
    world.wire.heal();
    app.send('b');
    world.pass(5 * SECOND);
    return { world, app };
  }

  test('idempotence off and more than one in flight: a batch that is sent again swaps places with the next', () => {
    const { world, app } = firstLost(false);
    expect(app.acknowledged.length).toBe(3);
    expect(world.committed()).toEqual(['0', 'b', 'a']);
  });

  test('idempotence on: order is kept, since the broker refuses what is out of sequence', () => {
    const { world, app } = firstLost(true);
    expect(app.acknowledged).toEqual(['0', 'a', 'b']);
    expect(world.committed()).toEqual(['0', 'a', 'b']);
    expect(world.seen.some((text) => text.endsWith('OUT_OF_ORDER_SEQUENCE_NUMBER'))).toBe(true);
  });

  test('max.in.flight.requests.per.connection=1 keeps order without idempotence', () => {
    const world = new TestKafka();
    const app = world.producer({
      'enable.idempotence': false,
      'max.in.flight.requests.per.connection': 1,
      'linger.ms': 0,
      'request.timeout.ms': 1_000,
      'delivery.timeout.ms': 20_000,
    });
    const leader = world.leaderOf();
    app.send('0');
    world.pass(50);
    world.wire.cutWay('app', `broker-${leader}`);
    app.send('a');
    world.pass(2);
    world.wire.heal();
    app.send('b');
    world.pass(5 * SECOND);
    expect(world.committed()).toEqual(['0', 'a', 'b']);
  });

  /** The answer to the first try is lost. */
  function answerLost(idempotent: boolean) {
    const world = new TestKafka();
    const app = world.producer({
      'enable.idempotence': idempotent,
      'request.timeout.ms': 1_000,
      'delivery.timeout.ms': 20_000,
    });
    app.send('0');
    world.pass(50);
    app.send('a');
    world.wire.cutWay(`broker-${world.leaderOf()}`, 'app');
    world.pass(500);
    world.wire.heal();
    world.pass(5 * SECOND);
    return { world, app };
  }

  test('a lost answer: without idempotence the record is there twice', () => {
    const { world, app } = answerLost(false);
    expect(app.acknowledged).toEqual(['0', 'a']);
    expect(world.committed()).toEqual(['0', 'a', 'a']);
  });

  test('a lost answer: with idempotence it is there once', () => {
    const { world, app } = answerLost(true);
    expect(app.told).toEqual(['0 -> 0@0', 'a -> 0@1']);
    expect(world.committed()).toEqual(['0', 'a']);
  });

  test('delivery.timeout.ms over: an error, although the record may be in the log', () => {
    const world = new TestKafka();
    const app = world.producer({ 'request.timeout.ms': 1_000, 'delivery.timeout.ms': 3_000 });
    app.send('0');
    world.pass(50);
    app.send('a');
    world.wire.cutWay(`broker-${world.leaderOf()}`, 'app');
    world.pass(4 * SECOND);
    expect(app.told).toEqual(['0 -> 0@0', 'a: TimeoutException?']);
    expect(world.committed()).toEqual(['0', 'a']);
    world.wire.heal();
    app.send('b');
    world.pass(5 * SECOND);
    expect(world.committed()).toEqual(['0', 'a', 'b']);
  });

  test('a producer finds the new leader by itself, once its metadata is renewed', () => {
    const world = new TestKafka();
    const app = world.producer();
    app.send('a');
    world.pass(50);
    world.cluster.crash(world.leaderOf());
    app.send('b');
    world.pass(12 * SECOND);
    expect(app.acknowledged).toEqual(['a', 'b']);
    expect(world.committed()).toEqual(['a', 'b']);
  });

  test('a producer that restarts without a transactional.id has a new producer id: what it sends again is new', () => {
    const world = new TestKafka();
    const app = world.producer();
    app.send('a');
    world.pass(50);
    app.producer.kill();
    const again = world.producer();
    again.send('a');
    world.pass(50);
    expect(world.committed()).toEqual(['a', 'a']);
  });
});

describe('sizes', () => {
  test('a record above max.request.size is refused at once, and not tried again', () => {
    const world = new TestKafka();
    const app = world.producer();
    app.send('a', { size: 2_000_000 });
    expect(app.told).toEqual(['a: RecordTooLargeException']);
  });

  test('a batch above max.message.bytes is refused by the broker', () => {
    const world = new TestKafka({ topics: { orders: { ...SAFE, 'max.message.bytes': 1_000 } } });
    const app = world.producer();
    app.send('a', { size: 2_000 });
    world.pass(100);
    app.send('b', { size: 10 });
    world.pass(100);
    expect(app.told).toEqual(['a: MESSAGE_TOO_LARGE', 'b -> 0@0']);
  });

  test('a full buffer holds up the caller for max.block.ms, then send fails', () => {
    const world = new TestKafka();
    const app = world.producer({ 'buffer.memory': 32_768, 'batch.size': 16_384, 'max.block.ms': 5_000 });
    app.send('0');
    world.pass(50);
    world.wire.cut('app', `broker-${world.leaderOf()}`);
    for (const value of ['a', 'b', 'c']) app.send(value, { size: 16_000 });
    expect(app.accepted).toEqual(['0', 'a', 'b']);
    world.pass(6 * SECOND);
    expect(app.told).toEqual(['0 -> 0@0', 'c: TimeoutException']);
  });

  test('memory comes back with the answer, and who waited for it goes on', () => {
    const world = new TestKafka();
    const app = world.producer({ 'buffer.memory': 32_768 });
    for (const value of ['a', 'b', 'c', 'd', 'e']) app.send(value, { size: 16_000 });
    world.pass(100);
    expect(app.acknowledged).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(app.producer.freeMemory).toBe(32_768);
  });

  test('records wait linger.ms for company; a full batch does not', () => {
    const world = new TestKafka();
    const app = world.producer({ 'linger.ms': 50 });
    app.send('0');
    world.pass(100);
    app.send('a');
    world.pass(20);
    app.send('b');
    world.pass(25);
    expect(app.told.length).toBe(1);
    world.pass(20);
    expect(app.told.length).toBe(3);
    app.send('c', { size: 16_400 });
    world.pass(20);
    expect(app.told.length).toBe(4);
  });
});

describe('partitions', () => {
  const spread = { orders: { ...SAFE, partitions: 6 } };

  test('a key always goes to the same partition, until partitions are added', () => {
    const world = new TestKafka({ topics: spread });
    const app = world.producer();
    for (const value of ['a', 'b']) app.send(value, { key: 'order-1' });
    world.pass(50);
    expect(app.told).toEqual(['a -> 4@0', 'b -> 4@1']);
    world.cluster.addPartitions('orders', 8);
    world.pass(301 * SECOND); // metadata.max.age.ms
    app.send('c', { key: 'order-1' });
    world.pass(50);
    expect(app.told.at(-1)).toBe('c -> 6@0');
  });

  test('records without a key stick to one partition until batch.size bytes went there', () => {
    const world = new TestKafka({ topics: spread });
    const app = world.producer({ 'batch.size': 1_000 });
    for (let i = 0; i < 40; i++) app.send(`${i}`, { size: 100 });
    world.pass(100);
    const used = app.told.map((text) => Number(/-> (\d)/.exec(text)?.[1]));
    const runs = used.filter((partition, i) => partition !== used[i - 1]).length;
    expect(used.length).toBe(40);
    expect(runs).toBeLessThanOrEqual(8);
    expect(new Set(used).size).toBeGreaterThan(1);
  });

  test('partitioner.ignore.keys sends records with a key wherever the producer is', () => {
    const world = new TestKafka({ topics: spread });
    const app = world.producer({ 'partitioner.ignore.keys': true });
    for (let i = 0; i < 20; i++) app.send(`${i}`, { key: `order-${i}` });
    world.pass(50);
    expect(new Set(app.told.map((text) => text.split(' -> ')[1]?.split('@')[0])).size).toBe(1);
  });

  test('skewed keys make one hot partition', () => {
    const world = new TestKafka({ topics: spread });
    const app = world.producer();
    for (let i = 0; i < 100; i++) app.send(`${i}`, { key: i % 10 === 0 ? `order-${i}` : 'order-1' });
    world.pass(100);
    const ends = [0, 1, 2, 3, 4, 5].map((partition) => world.committed(partition).length);
    expect(ends[4]).toBeGreaterThanOrEqual(90);
  });
});
