import { describe, expect, test } from 'vitest';
import { SAFE, TestKafka } from '../kafka.fixture.ts';
import { consumerSettings } from './settings.ts';

const SECOND = 1_000;
const PARTITION = { topic: 'orders', partition: 0 };

/** A world in which `values` are in partition 0, and are committed. */
function holding(values: readonly string[]) {
  const world = new TestKafka({ topics: { orders: SAFE } });
  const app = world.producer();
  for (const value of values) app.send(value);
  world.pass(100);
  return { world, app };
}

describe('where a consumer begins', () => {
  test('without a committed offset, latest skips what was there before it joined', () => {
    const { world, app } = holding(['old']);
    const reader = world.consumer().run();
    world.pass(5 * SECOND);
    app.send('new');
    world.pass(SECOND);
    expect(reader.got).toEqual(['new']);
  });

  test('without a committed offset, earliest reads everything', () => {
    const { world } = holding(['a', 'b']);
    const reader = world.consumer({ 'auto.offset.reset': 'earliest' }).run();
    world.pass(5 * SECOND);
    expect(reader.got).toEqual(['a', 'b']);
  });

  test('without a committed offset, none is an error', () => {
    const { world } = holding(['a']);
    const reader = world.consumer({ 'auto.offset.reset': 'none' }).run();
    world.pass(5 * SECOND);
    expect(reader.told).toContain('NoOffsetForPartitionException');
    expect(reader.got).toEqual([]);
  });

  test('a committed offset is the next one to read', () => {
    const { world } = holding(['a', 'b', 'c']);
    world.cluster.groupsOn(1).find('g');
    world.pass(500);
    const coordinator = [...world.cluster.groups.values()].find(
      (each) => typeof each.fetchOffsets('g', [], false) !== 'string',
    );
    coordinator?.resetOffsets('g', [{ ...PARTITION, offset: 2 }], () => {});
    world.pass(100);
    const reader = world.consumer().run();
    world.pass(5 * SECOND);
    expect(reader.got).toEqual(['c']);
  });

  test('without a group it reads what it is assigned', () => {
    const { world } = holding(['a', 'b']);
    const reader = world.consumer({ 'group.id': null, 'auto.offset.reset': 'earliest' });
    reader.consumer.assign([PARTITION]);
    reader.loop();
    world.pass(SECOND);
    expect(reader.got).toEqual(['a', 'b']);
  });
});

describe('polls', () => {
  test('max.poll.records bounds what one poll gives, not what is fetched', () => {
    const { world } = holding(['a', 'b', 'c', 'd', 'e']);
    const reader = world.consumer({
      'group.id': null,
      'auto.offset.reset': 'earliest',
      'max.poll.records': 2,
    });
    reader.consumer.assign([PARTITION]);
    const sizes: number[] = [];
    const poll = (): void =>
      reader.consumer.poll(100_000, (records) => {
        sizes.push(records.length);
        if (sizes.length < 3) poll();
      });
    poll();
    world.pass(100);
    expect(sizes).toEqual([2, 2, 1]);
  });

  test('fetch.min.bytes holds a fetch up until there is enough, or fetch.max.wait.ms is over', () => {
    const { world, app } = holding([]);
    const reader = world.consumer({ 'fetch.min.bytes': 10_000, 'fetch.max.wait.ms': 400 });
    reader.run();
    world.pass(5 * SECOND);
    app.send('small');
    world.pass(40);
    expect(reader.got).toEqual([]);
    world.pass(800);
    expect(reader.got).toEqual(['small']);
  });

  test('a paused partition gives nothing, and goes on where it was', () => {
    const { world, app } = holding(['a']);
    const reader = world.consumer({ 'auto.offset.reset': 'earliest' }).run();
    world.pass(5 * SECOND);
    reader.consumer.pause([PARTITION]);
    world.pass(SECOND);
    app.send('b');
    world.pass(SECOND);
    expect(reader.got).toEqual(['a']);
    reader.consumer.resume([PARTITION]);
    world.pass(SECOND);
    expect(reader.got).toEqual(['a', 'b']);
  });

  test('seek goes back: records are read again', () => {
    const { world } = holding(['a', 'b']);
    const reader = world.consumer({ 'auto.offset.reset': 'earliest' }).run();
    world.pass(5 * SECOND);
    reader.consumer.seek(PARTITION, 1);
    world.pass(SECOND);
    expect(reader.got).toEqual(['a', 'b', 'b']);
  });

  test('learns at once that its leader has closed the connection, and reads on from the next one', () => {
    const { world, app } = holding(['a']);
    const reader = world.consumer({ 'auto.offset.reset': 'earliest' }).run();
    world.pass(5 * SECOND);
    world.cluster.shutDown(world.leaderOf());
    world.pass(50);
    app.send('b');
    world.pass(200);
    expect(reader.got).toEqual(['a', 'b']);
  });

  test('goes on reading after its leader is lost', () => {
    const { world, app } = holding(['a']);
    const reader = world.consumer({ 'auto.offset.reset': 'earliest' }).run();
    world.pass(5 * SECOND);
    world.cluster.crash(world.leaderOf());
    app.send('b');
    world.pass(20 * SECOND);
    expect(reader.got).toEqual(['a', 'b']);
  });
});

describe('what a crash does, by when offsets are committed', () => {
  /** One consumer dies while it works on b; another one goes on. */
  function crashInside(commits: 'before' | 'after') {
    const { world } = holding(['a', 'b']);
    const config = {
      'enable.auto.commit': false,
      'auto.offset.reset': 'earliest',
      'max.poll.records': 1,
    } as const;
    const first = world.consumer(config, 'first');
    first.commits = commits;
    first.run();
    world.pass(2_900);
    first.takes = 500;
    world.pass(800);
    first.kill();
    const second = world.consumer(config, 'second');
    second.commits = commits;
    second.run();
    world.pass(60 * SECOND);
    return [...first.got, ...second.got];
  }

  test('before the work: at most once, the record in hand is lost', () => {
    expect(crashInside('before')).toEqual(['a']);
  });

  test('after the work: at least once, the record in hand is done again', () => {
    expect(crashInside('after')).toEqual(['a', 'b']);
  });

  test('automatic: what earlier polls gave is committed by a later poll, so what is being worked on is not', () => {
    const { world, app } = holding(['a']);
    const config = { 'auto.offset.reset': 'earliest', 'auto.commit.interval.ms': 1_000 } as const;
    const first = world.consumer(config, 'first').run();
    world.pass(6 * SECOND);
    first.takes = 5 * SECOND;
    app.send('b');
    world.pass(2 * SECOND);
    first.kill();
    const second = world.consumer(config, 'second').run();
    world.pass(60 * SECOND);
    expect([first.got, second.got]).toEqual([['a'], ['b']]);
  });

  test('automatic, with the work handed to another thread: committed before it is done, and lost in a crash', () => {
    const { world } = holding(['a']);
    const config = { 'auto.offset.reset': 'earliest', 'auto.commit.interval.ms': 1_000 } as const;
    const first = world.consumer(config, 'first').run(); // takes no time in the loop: the work happens elsewhere
    world.pass(6 * SECOND);
    expect(world.cluster.lag('g', 'orders')).toEqual([0]);
    first.kill();
    const second = world.consumer(config, 'second').run();
    world.pass(60 * SECOND);
    expect(second.got).toEqual([]);
  });
});

describe('lag', () => {
  test('is the log end less the committed offset for the group, and less the position for the consumer', () => {
    const { world, app } = holding(['a', 'b', 'c']);
    const reader = world.consumer({ 'auto.offset.reset': 'earliest', 'max.poll.records': 1 });
    reader.takes = 10 * SECOND;
    reader.run();
    world.pass(5 * SECOND);
    expect(world.cluster.lag('g', 'orders')).toEqual([3]);
    expect(reader.consumer.lag(PARTITION)).toBe(2);
    app.send('d');
    world.pass(10 * SECOND);
    expect(world.cluster.lag('g', 'orders')[0]).toBeLessThanOrEqual(3);
  });

  test('grows on the hot partition only, and more consumers do not help', () => {
    const world = new TestKafka({ topics: { orders: { ...SAFE, partitions: 3 } } });
    for (const name of ['a', 'b', 'c']) {
      const reader = world.consumer({ 'auto.offset.reset': 'earliest' }, name);
      reader.takes = 100;
      reader.run();
    }
    world.pass(8 * SECOND);
    const app = world.producer();
    for (let i = 0; i < 200; i++) {
      app.send(`${i}`, { key: i % 20 === 0 ? `order-${i}` : 'hot' });
      world.pass(50);
    }
    const lags = world.cluster.lag('g', 'orders').sort((x, y) => y - x);
    expect(lags[0]).toBeGreaterThan(60);
    expect(lags[1]).toBeLessThan(20);
  });
});

test('settings that contradict each other are refused', () => {
  expect(() => consumerSettings({ 'heartbeat.interval.ms': 45_000 })).toThrow(
    'lower than session.timeout.ms',
  );
  expect(() => consumerSettings({ 'enable.auto.commit': true })).toThrow('group.id is not set');
});
