import { describe, expect, test } from 'vitest';
import { type TestConsumer, TestKafka } from '../kafka.fixture.ts';
import type { ConsumerConfig } from './settings.ts';

const SECOND = 1_000;
const PARTITION = { topic: 'orders', partition: 0 };
const UNCLEAN = {
  'replication.factor': 3,
  'min.insync.replicas': 1,
  'unclean.leader.election.enable': true,
} as const;

const ALL = ['a', 'x1', 'x2', 'x3', 'x4', 'x5'];

const join = (reader: TestConsumer): TestConsumer => reader.run();

/**
 * A consumer reads `a` and records that only their leader has, up to x5. That one dies, and a broker leads that has `a`
 * alone; there `after` is written, before the consumer goes on.
 */
function truncated(
  after: readonly string[],
  config: ConsumerConfig = {},
  begin: (reader: TestConsumer) => TestConsumer = join,
  reads: readonly string[] = ALL,
) {
  const world = new TestKafka({
    topics: { orders: UNCLEAN },
    settings: { 'replica.lag.time.max.ms': 1_000 },
  });
  const app = world.producer({ 'linger.ms': 0, 'enable.idempotence': false });
  app.send('a');
  world.pass(SECOND);
  for (const id of world.followersOf()) world.cluster.holdReplica(PARTITION, id, true);
  world.pass(3 * SECOND);
  for (const value of ALL.slice(1)) app.send(value);
  world.pass(SECOND);
  const reader = world.consumer({ 'auto.offset.reset': 'earliest', ...config });
  begin(reader);
  world.pass(8 * SECOND);
  expect(reader.got).toEqual(reads);
  reader.consumer.pause([PARTITION]);
  const leader = world.leaderOf();
  world.cluster.crash(leader);
  world.pass(12 * SECOND);
  for (const id of [1, 2, 3]) world.cluster.holdReplica(PARTITION, id, false);
  for (const value of after) app.send(value);
  world.pass(2 * SECOND);
  return { world, reader };
}

describe('a consumer that has read what the new leader does not have', () => {
  test('goes back to where the logs part, and misses nothing of what was written there', () => {
    const after = ['b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8'];
    const { world, reader } = truncated(after);
    reader.consumer.resume([PARTITION]);
    world.pass(3 * SECOND);
    expect(reader.got.slice(6)).toEqual(after);
    expect(world.seen).toContain('reader had read orders-0 up to 6, which parts at 1');
  });

  test('does not read again what both have, whatever auto.offset.reset says', () => {
    const { world, reader } = truncated(['b1']);
    reader.consumer.resume([PARTITION]);
    world.pass(3 * SECOND);
    expect(reader.got.slice(6)).toEqual(['b1']);
  });

  test('drops what it had fetched and not yet given', () => {
    const slow = (reader: TestConsumer): TestConsumer => {
      reader.takes = 2 * SECOND;
      return reader.run();
    };
    const config = { 'max.poll.records': 3, 'metadata.max.age.ms': 5_000 };
    const { world, reader } = truncated(['b1', 'b2'], config, slow, ['a', 'x1']);
    reader.consumer.resume([PARTITION]);
    world.pass(20 * SECOND);
    expect(reader.got).toEqual(['a', 'x1', 'x2', 'b1', 'b2']);
  });

  test('is told so, where auto.offset.reset is none', () => {
    const alone = (reader: TestConsumer): TestConsumer => {
      reader.consumer.assign([PARTITION]);
      reader.consumer.seek(PARTITION, 0);
      return reader.loop();
    };
    const { world, reader } = truncated(['b1'], { 'group.id': null, 'auto.offset.reset': 'none' }, alone);
    reader.consumer.resume([PARTITION]);
    world.pass(3 * SECOND);
    expect(reader.told).toEqual(['LogTruncationException']);
  });

  test('finds out from a committed offset, too, since that says whose record came before it', () => {
    const after = ['b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7'];
    const { world, reader } = truncated([], { 'auto.commit.interval.ms': 500 });
    reader.kill();
    const app = world.producer({}, 'second-app');
    for (const value of after) app.send(value);
    world.pass(60 * SECOND);
    const next = world.consumer({ 'auto.offset.reset': 'latest' }, 'next').run();
    world.pass(8 * SECOND);
    expect(next.got).toEqual(after);
  });
});

test('a consumer that began at the end of a log goes back as well, where another is the truth by then', () => {
  const world = new TestKafka({
    topics: { orders: UNCLEAN },
    settings: { 'replica.lag.time.max.ms': 1_000 },
  });
  const app = world.producer({ 'linger.ms': 0, 'enable.idempotence': false });
  app.send('a');
  world.pass(SECOND);
  for (const id of world.followersOf()) world.cluster.holdReplica(PARTITION, id, true);
  world.pass(3 * SECOND);
  for (const value of ALL.slice(1)) app.send(value);
  world.pass(SECOND);
  const reader = world.consumer({ 'auto.offset.reset': 'latest' }).run();
  world.pass(8 * SECOND);
  reader.consumer.pause([PARTITION]);
  world.cluster.crash(world.leaderOf());
  world.pass(12 * SECOND);
  for (const value of ['b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7']) app.send(value);
  world.pass(2 * SECOND);
  reader.consumer.resume([PARTITION]);
  world.pass(3 * SECOND);
  expect(reader.got).toEqual(['b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7']);
});

test('a clean change of leaders sends no consumer back', () => {
  const world = new TestKafka();
  const app = world.producer();
  const reader = world.consumer({ 'auto.offset.reset': 'earliest' }).run();
  for (let i = 0; i < 30; i++) {
    app.send(`${i}`);
    world.pass(200);
    if (i === 20) world.cluster.shutDown(world.leaderOf());
  }
  world.pass(20 * SECOND);
  expect(reader.got).toEqual(Array.from({ length: 30 }, (_, i) => `${i}`));
  expect(world.seen.filter((text) => text.includes('parts at'))).toEqual([]);
});
