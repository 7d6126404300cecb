import { describe, expect, test } from 'vitest';
import { SAFE, TestKafka } from '../kafka.fixture.ts';

const SECOND = 1_000;

function withPartitions(partitions: number, settings = {}): TestKafka {
  return new TestKafka({ topics: { orders: { ...SAFE, partitions } }, settings });
}

/** As many consumers as named, that have settled down. */
function settled(world: TestKafka, names: readonly string[], config = {}) {
  const readers = names.map((name) => world.consumer(config, name).run());
  world.pass(8 * SECOND);
  return readers;
}

describe('a group', () => {
  test('gives each partition to exactly one member; members beyond the partitions are idle', () => {
    const world = withPartitions(3);
    settled(world, ['a', 'b', 'c', 'd']);
    expect([...world.owners()].sort()).toEqual(['a', 'b', 'c']);
  });

  test('is independent of other groups: each reads everything', () => {
    const world = withPartitions(2);
    const one = world.consumer({ 'group.id': 'one' }, 'a').run();
    const two = world.consumer({ 'group.id': 'two' }, 'b').run();
    world.pass(6 * SECOND);
    const app = world.producer();
    for (const value of ['x', 'y', 'z']) app.send(value, { partition: 0 });
    world.pass(500);
    expect(one.got).toEqual(['x', 'y', 'z']);
    expect(two.got).toEqual(['x', 'y', 'z']);
  });

  test('waits group.initial.rebalance.delay.ms for others before its first round, and again while they come', () => {
    const world = withPartitions(2);
    world.consumer({}, 'a').run();
    world.pass(2_500);
    expect(world.owners()).toEqual(['', '']);
    world.consumer({}, 'b').run();
    world.pass(2_000);
    expect(world.owners()).toEqual(['', '']);
    world.pass(2_500);
    expect(world.owners()).toEqual(['a', 'b']);
    expect(world.seen.filter((text) => text.includes('generation 1 of'))).toEqual(['g: generation 1 of 2']);
  });

  test('sees partitions that are added once a member renews its metadata', () => {
    const world = withPartitions(1);
    settled(world, ['a', 'b']);
    world.cluster.addPartitions('orders', 2);
    world.pass(310 * SECOND);
    expect(world.owners()).toEqual(['a', 'b']);
  });
});

describe('how long it takes until a lost member is missed', () => {
  test('a member that closes is gone at once', () => {
    const world = withPartitions(2);
    const [, b] = settled(world, ['a', 'b']);
    b?.stop();
    world.pass(3_500);
    expect(world.owners()).toEqual(['a', 'a']);
    expect(world.seen).toContain('g: b-2 left: closed');
  });

  test('a member that crashes is missed after session.timeout.ms; its partitions stand still until then', () => {
    const world = withPartitions(2);
    const [, b] = settled(world, ['a', 'b']);
    b?.kill();
    world.pass(42 * SECOND);
    expect(world.cluster.coordinatorOf('g')?.group('g')?.group.members.size).toBe(2);
    world.pass(7 * SECOND);
    expect(world.seen).toContain('g: b-2 left: session.timeout.ms exceeded');
    expect(world.owners()[1]).toContain('a');
  });

  test('a member that does not poll for max.poll.interval.ms leaves, though its heartbeats went on', () => {
    const world = withPartitions(2);
    const [, b] = settled(world, ['a', 'b']);
    if (b) b.takes = 400 * SECOND;
    const app = world.producer();
    app.send('stuck', { partition: 1 });
    world.pass(295 * SECOND);
    expect(world.seen.some((text) => text.includes('left'))).toBe(false);
    world.pass(10 * SECOND);
    expect(world.seen).toContain('g: b-2 left: max.poll.interval.ms exceeded');
    world.pass(110 * SECOND);
    expect(b?.told).toContain('!1');
    expect([...world.owners()].sort()).toEqual(['a', 'b']);
  });

  test('a slow handler holds up the round of everybody: others wait for its next poll', () => {
    const world = withPartitions(2);
    const [a, b] = settled(world, ['a', 'b']);
    if (b) b.takes = 30 * SECOND;
    const app = world.producer();
    app.send('slow', { partition: 1 });
    world.pass(SECOND);
    world.consumer({}, 'c').run();
    world.pass(5 * SECOND);
    app.send('x', { partition: 0 });
    world.pass(15 * SECOND);
    expect(a?.got).toEqual([]);
    world.pass(20 * SECOND);
    expect(a?.got).toEqual(['x']);
  });
});

describe('eager and cooperative rounds', () => {
  test('eager: every member gives up everything when another joins, even where nothing moves', () => {
    const world = withPartitions(4);
    const [a, b] = settled(world, ['a', 'b'], { 'partition.assignment.strategy': ['range'] });
    world.consumer({ 'partition.assignment.strategy': ['range'] }, 'c').run();
    world.pass(5 * SECOND);
    expect(a?.told).toEqual(['+0,1', '-0,1', '+0,1']);
    expect(b?.told).toEqual(['+2,3', '-2,3', '+2']);
  });

  test('cooperative: only what moves is given up, in one round, and handed out in the next', () => {
    const world = withPartitions(4);
    const strategy = { 'partition.assignment.strategy': ['cooperative-sticky'] } as const;
    const [a, b] = settled(world, ['a', 'b'], strategy);
    expect([...(a?.told ?? []), ...(b?.told ?? [])].filter((text) => text.startsWith('-'))).toEqual([]);
    const c = world.consumer(strategy, 'c').run();
    world.pass(10 * SECOND);
    const revoked = [...(a?.told ?? []), ...(b?.told ?? [])].filter((text) => text.startsWith('-'));
    expect(revoked.length).toBe(1);
    expect(c.told.map((text) => text.replace('+', '-'))).toEqual(revoked);
    const rounds = world.seen.filter((text) => /generation \d+ of 3/.test(text));
    expect(rounds.length).toBe(2);
  });

  test('the shipped strategies [range, cooperative-sticky] are eager, and range is used', () => {
    const world = withPartitions(4);
    const [a] = settled(world, ['a']);
    world.consumer({}, 'b').run();
    world.pass(5 * SECOND);
    expect(a?.told).toEqual(['+0,1,2,3', '-0,1,2,3', '+0,1']);
  });
});

describe('static membership', () => {
  const fixed = (name: string) => ({ 'group.instance.id': name });

  test('a restart within the session needs no rebalance; the partitions wait unread', () => {
    const world = withPartitions(2);
    world.consumer(fixed('one'), 'a').run();
    const b = world.consumer(fixed('two'), 'b').run();
    world.pass(8 * SECOND);
    const rounds = world.seen.filter((text) => text.includes('rebalance after')).length;
    b.stop();
    const app = world.producer();
    app.send('x', { partition: 1 });
    world.pass(20 * SECOND);
    expect(world.seen.filter((text) => text.includes('rebalance after')).length).toBe(rounds);
    const again = world.consumer({ ...fixed('two'), 'auto.offset.reset': 'earliest' }, 'b2').run();
    world.pass(2 * SECOND);
    expect(again.got).toEqual(['x']);
    expect(world.seen.filter((text) => text.includes('rebalance after')).length).toBe(rounds);
  });

  test('a second process with the same id takes its place, and the first is fenced', () => {
    const world = withPartitions(2);
    const first = world.consumer(fixed('one'), 'a').run();
    world.pass(8 * SECOND);
    world.consumer(fixed('one'), 'b').run();
    world.pass(2 * SECOND);
    first.consumer.commit(
      (error) => first.told.push(`${error}`),
      [{ topic: 'orders', partition: 0, offset: 1 }],
    );
    world.pass(100);
    expect(first.told.at(-1)).toBe('FENCED_INSTANCE_ID');
  });
});

describe('commits', () => {
  test('a zombie that has lost its partition cannot commit; the new owner does the work again', () => {
    const world = withPartitions(1);
    const config = { 'enable.auto.commit': false, 'auto.offset.reset': 'earliest' } as const;
    const a = world.consumer({ ...config, 'max.poll.interval.ms': 10_000 }, 'a');
    const b = world.consumer(config, 'b');
    a.commits = 'after';
    b.commits = 'after';
    a.run();
    world.pass(5 * SECOND);
    b.run();
    world.pass(8 * SECOND);
    const [owner, other] = world.owners()[0] === 'a' ? [a, b] : [b, a];
    expect(owner.name).toBe('a');
    owner.takes = 20 * SECOND;
    world.producer().send('x');
    world.pass(18 * SECOND);
    expect(other.got).toEqual(['x']);
    world.pass(10 * SECOND);
    expect(owner.got).toEqual(['x']);
    expect(owner.told).toContain('UNKNOWN_MEMBER_ID');
    expect(world.seen).toContain('g: commit of a refused: UNKNOWN_MEMBER_ID');
  });

  test('a commit of an older generation is refused', () => {
    const world = withPartitions(2);
    settled(world, ['a']);
    const coordinator = world.cluster.coordinatorOf('g');
    const errors: (string | null)[] = [];
    const commit = (generation: number) =>
      coordinator?.commit(
        {
          group: 'g',
          member: 'a-1',
          instance: null,
          generation,
          offsets: [{ topic: 'orders', partition: 0, offset: 5 }],
        },
        (error) => errors.push(error),
      );
    commit(1);
    world.pass(50);
    commit(0);
    expect(errors).toEqual([null, 'ILLEGAL_GENERATION']);
  });

  test('survive the loss of the coordinator: another broker reads them from the offsets topic', () => {
    const world = withPartitions(1);
    const [a] = settled(world, ['a'], { 'enable.auto.commit': false, 'auto.offset.reset': 'earliest' });
    if (a) a.commits = 'after';
    world.producer().send('x');
    world.pass(SECOND);
    expect(world.cluster.lag('g', 'orders')).toEqual([0]);
    const partition = world.cluster.groupsOn(1).partitionFor('g');
    const coordinator = world.leaderOf(partition, '__consumer_offsets');
    world.cluster.crash(coordinator);
    world.pass(20 * SECOND);
    expect(world.leaderOf(partition, '__consumer_offsets')).not.toBe(coordinator);
    expect(world.cluster.lag('g', 'orders')).toEqual([0]);
    expect(world.owners()).toEqual(['a']);
    world.producer({}, 'app2').send('y');
    world.pass(SECOND);
    expect(a?.got).toEqual(['x', 'y']);
  });

  test('a commit that a fault loses is acknowledged; after a restart the records come again', () => {
    const world = withPartitions(1);
    const [a] = settled(world, ['a'], { 'enable.auto.commit': false, 'auto.offset.reset': 'earliest' });
    if (a) a.commits = 'after';
    world.cluster.loseCommits('g', true);
    world.producer().send('x');
    world.pass(SECOND);
    a?.stop();
    world.cluster.loseCommits('g', false);
    const [b] = settled(world, ['b'], { 'auto.offset.reset': 'earliest' });
    expect([a?.got, b?.got]).toEqual([['x'], ['x']]);
    expect(world.seen).toContain('g: commit orders-0@1 lost');
  });

  test('a group that is empty for offsets.retention.minutes loses its offsets', () => {
    const world = withPartitions(1, {
      'offsets.retention.minutes': 5,
      'offsets.retention.check.interval.ms': 60_000,
    });
    const [a] = settled(world, ['a']);
    world.producer().send('x');
    world.pass(10 * SECOND);
    a?.stop();
    world.pass(4 * 60 * SECOND);
    expect(world.seen).not.toContain('g: offsets expired');
    world.pass(3 * 60 * SECOND);
    expect(world.seen).toContain('g: offsets expired');
  });
});
