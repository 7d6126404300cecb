import { describe, expect, test } from 'vitest';
import { retryBackoff } from './backoff.ts';
import { TestKafka } from './kafka.fixture.ts';
import type { ProducerConfig } from './producer/settings.ts';
import type { BrokerSettings, TopicSettings } from './settings.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** One broker, whose topic is filled record by record. */
function world(topic: Partial<TopicSettings>, settings: Partial<BrokerSettings> = {}) {
  const kafka = new TestKafka({ brokers: 1, topics: { orders: topic }, settings });
  const app = kafka.producer({ 'linger.ms': 0 });
  const send = (value: string, key: string | null = null): void => {
    app.send(value, { key, size: 100 });
    kafka.pass(20);
  };
  return { kafka, app, send };
}

describe('compaction', () => {
  const compact = { 'cleanup.policy': 'compact', 'segment.bytes': 400 } as const;

  test('leaves alone what is younger than min.compaction.lag.ms', () => {
    const { kafka, send } = world({ ...compact, 'min.compaction.lag.ms': 5 * MINUTE });
    for (let i = 0; i < 9; i++) send(`v${i}`, 'k');
    kafka.pass(4 * MINUTE);
    expect(kafka.committed()).toContain('v0');
    kafka.pass(2 * MINUTE);
    expect(kafka.committed()).not.toContain('v0');
  });

  test('takes what is older than max.compaction.lag.ms, however little is dirty', () => {
    const withLag = (lag: Partial<TopicSettings>): unknown[] => {
      const { kafka, send } = world({ ...compact, 'min.cleanable.dirty.ratio': 1, ...lag });
      for (let i = 0; i < 9; i++) send(`v${i}`, 'k');
      kafka.pass(MINUTE);
      expect(kafka.committed()).toContain('v0');
      kafka.pass(5 * MINUTE);
      return kafka.committed();
    };
    expect(withLag({})).toContain('v0');
    expect(withLag({ 'max.compaction.lag.ms': 2 * MINUTE })).not.toContain('v0');
  });
});

test('message.timestamp.type LogAppendTime puts the time of the append in place of the producer’s', () => {
  const stamps = (type: TopicSettings['message.timestamp.type']) => {
    const { kafka, app } = world({ 'message.timestamp.type': type });
    app.send('a', { timestamp: 7 });
    kafka.pass(100);
    const { log } = kafka.replica(1);
    return log.read(0, 10, 1e9).flatMap(({ records }) => records.map(({ timestamp }) => timestamp));
  };
  expect(stamps('CreateTime')).toEqual([7]);
  expect(stamps('LogAppendTime')[0]).toBeGreaterThan(10 * SECOND);
});

test('log.retention.check.interval.ms is how often what is too old is looked for', () => {
  const left = (interval: number) => {
    const { kafka, send } = world(
      { 'retention.ms': MINUTE, 'segment.ms': 10 * SECOND },
      { 'log.retention.check.interval.ms': interval },
    );
    send('a');
    kafka.pass(11 * SECOND);
    send('b');
    kafka.pass(60 * SECOND);
    return kafka.committed();
  };
  expect(left(300 * SECOND)).toEqual(['a', 'b']);
  expect(left(5 * SECOND)).toEqual(['b']);
});

describe('the controller', () => {
  test('misses a broker after broker.session.timeout.ms', () => {
    const settings = { 'broker.session.timeout.ms': 3 * SECOND, 'broker.heartbeat.interval.ms': 500 };
    const kafka = new TestKafka({ settings });
    const before = kafka.leaderOf();
    kafka.cluster.crash(before);
    kafka.pass(2 * SECOND);
    expect(kafka.leaderOf()).toBe(before);
    kafka.pass(2 * SECOND);
    expect(kafka.leaderOf()).not.toBe(before);
  });

  test('hears of each broker every broker.heartbeat.interval.ms', () => {
    const sent = (interval: number) => {
      const kafka = new TestKafka({ settings: { 'broker.heartbeat.interval.ms': interval } });
      kafka.pass(SECOND);
      const before = kafka.wire.sent;
      kafka.pass(60 * SECOND);
      return kafka.wire.sent - before;
    };
    // A question and an answer for each of three brokers: 60 times, or 15 times.
    expect(sent(SECOND) - sent(4 * SECOND)).toBeGreaterThan(2 * 3 * 40);
  });

  test('lets the preferred replica lead again after leader.imbalance.check.interval.seconds, if it may', () => {
    const leadsAgain = (settings: Partial<BrokerSettings>) => {
      const kafka = new TestKafka({ settings });
      const preferred = kafka.leaderOf();
      kafka.cluster.crash(preferred);
      kafka.pass(12 * SECOND);
      kafka.cluster.start(preferred);
      kafka.pass(40 * SECOND);
      return kafka.leaderOf() === preferred;
    };
    expect(leadsAgain({})).toBe(false);
    expect(leadsAgain({ 'leader.imbalance.check.interval.seconds': 30 })).toBe(true);
    const never = { 'auto.leader.rebalance.enable': false, 'leader.imbalance.check.interval.seconds': 30 };
    expect(leadsAgain(never)).toBe(false);
  });
});

describe('a producer', () => {
  /** What becomes of a record whose leader cannot be reached, and when its producer was told. */
  function unreachable(config: ProducerConfig) {
    const kafka = new TestKafka();
    const app = kafka.producer({ 'linger.ms': 0, ...config });
    app.send('0');
    kafka.pass(50);
    app.send('a');
    kafka.wire.cutWay('app', `broker-${kafka.leaderOf()}`);
    const begun = kafka.sim.now;
    for (let i = 0; i < 300 && app.told.length < 2; i++) kafka.pass(100);
    return { told: app.told[1], after: (kafka.sim.now - begun) / SECOND };
  }

  test('tries again as often as retries says, each time after request.timeout.ms', () => {
    const config = {
      'enable.idempotence': false,
      'request.timeout.ms': SECOND,
      'delivery.timeout.ms': 20 * SECOND,
    };
    const none = unreachable({ ...config, retries: 0 });
    const two = unreachable({ ...config, retries: 2 });
    expect(none.told).toMatch(/^a: /);
    expect(none.after).toBeGreaterThanOrEqual(SECOND);
    expect(none.after).toBeLessThan(2 * SECOND);
    expect(two.after).toBeGreaterThan(3 * SECOND);
    expect(two.after).toBeLessThan(5 * SECOND);
  });

  test('waits retry.backoff.ms before it tries again, doubling up to retry.backoff.max.ms, within a fifth', () => {
    const settings = { 'retry.backoff.ms': 100, 'retry.backoff.max.ms': 1_000 };
    const middles = [1, 2, 3, 4, 5, 6].map((retry) => retryBackoff(settings, retry, 0.5) / SECOND);
    expect(middles).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    expect([0, 0.5, 1].map((draw) => retryBackoff(settings, 1, draw) / SECOND)).toEqual([80, 100, 120]);
    expect(retryBackoff(settings, 6, 1) / SECOND).toBe(1_000);
  });

  test('asks who leads again every metadata.max.age.ms', () => {
    const asked = (age: number) => {
      const kafka = new TestKafka();
      const app = kafka.producer({ 'metadata.max.age.ms': age });
      app.send('a');
      kafka.pass(SECOND);
      const before = kafka.wire.sent;
      kafka.pass(60 * SECOND);
      return kafka.wire.sent - before;
    };
    expect(asked(5 * SECOND)).toBeGreaterThan(asked(300 * SECOND) + 2 * 10);
  });

  test('is answered once the write of its batch is over', () => {
    const kafka = new TestKafka({ diskWrite: 200 * SECOND });
    const app = kafka.producer({ 'linger.ms': 0, acks: 1 });
    app.send('a');
    kafka.pass(150);
    expect(app.told).toEqual([]);
    kafka.pass(100);
    expect(app.acknowledged).toEqual(['a']);
  });
});

describe('a consumer', () => {
  /** How many records each poll gives, of three batches that are there. */
  const sizes = (config: Record<string, number>): number[] => {
    const { kafka, send } = world({});
    for (const value of ['a', 'b', 'c']) send(value);
    const reader = kafka.consumer({ 'group.id': null, 'auto.offset.reset': 'earliest', ...config });
    reader.consumer.assign([{ topic: 'orders', partition: 0 }]);
    const polled: number[] = [];
    const poll = (): void =>
      reader.consumer.poll(SECOND * SECOND, (records) => {
        polled.push(records.length);
        if (polled.length < 3) poll();
      });
    poll();
    kafka.pass(500);
    return polled;
  };

  test('fetches no more than fetch.max.bytes at once, but for the first batch', () => {
    expect(sizes({})[0]).toBe(3);
    expect(sizes({ 'fetch.max.bytes': 150 })).toEqual([1, 1, 1]);
  });

  test('fetches no more than max.partition.fetch.bytes of one partition, but for the first batch', () => {
    expect(sizes({})[0]).toBe(3);
    expect(sizes({ 'max.partition.fetch.bytes': 150 })).toEqual([1, 1, 1]);
  });

  test('hears of a round that has begun with its next heartbeat', () => {
    const round = (interval: number) => {
      const kafka = new TestKafka({ topics: { orders: { partitions: 2 } } });
      const config = { 'heartbeat.interval.ms': interval, 'session.timeout.ms': 45 * SECOND };
      kafka.consumer(config, 'a').run();
      kafka.pass(4 * SECOND);
      kafka.consumer(config, 'b').run();
      for (let i = 0; i < 400; i++) {
        if (kafka.seen.some((text) => text.startsWith('g: generation 2'))) return i * 50;
        kafka.pass(50);
      }
      return Number.POSITIVE_INFINITY;
    };
    expect(round(500)).toBeLessThanOrEqual(600);
    expect(round(8 * SECOND)).toBeGreaterThan(2 * SECOND);
  });
});
