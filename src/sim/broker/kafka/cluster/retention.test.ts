import { describe, expect, test } from 'vitest';
import { TestKafka } from '../kafka.fixture.ts';
import type { TopicSettings } from '../settings.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const PARTITION = { topic: 'orders', partition: 0 };

function world(settings: Partial<TopicSettings>) {
  const kafka = new TestKafka({ brokers: 1, topics: { orders: settings } });
  const app = kafka.producer({ 'linger.ms': 0 });
  const send = (value: string, key: string | null = null, size = 100): void => {
    app.producer.send({ topic: 'orders', key, value, size }, () => {});
    kafka.pass(20);
  };
  const bury = (key: string): void => {
    app.producer.send({ topic: 'orders', key, value: null, size: 10 }, () => {});
    kafka.pass(20);
  };
  return { kafka, app, send, bury };
}

describe('retention', () => {
  test('by time: nothing goes before its segment rolls, however old it is', () => {
    const { kafka, send } = world({ 'retention.ms': 60 * MINUTE });
    send('a');
    kafka.pass(24 * 60 * MINUTE);
    expect(kafka.committed()).toEqual(['a']);
  });

  test('by time: a closed segment goes at the first look after its last record is too old', () => {
    const { kafka, send } = world({ 'retention.ms': 60 * MINUTE, 'segment.ms': 10 * MINUTE });
    send('a');
    kafka.pass(11 * MINUTE);
    send('b');
    kafka.pass(48 * MINUTE);
    expect(kafka.committed()).toEqual(['a', 'b']);
    kafka.pass(7 * MINUTE);
    expect(kafka.committed()).toEqual(['b']);
    expect(kafka.seen).toContain('orders-0 deleted 1 before 1');
  });

  test('by size: whole closed segments go while the rest is still that large', () => {
    const { kafka, send } = world({ 'retention.bytes': 1_000, 'segment.bytes': 400 });
    for (let i = 0; i < 20; i++) send(`${i}`);
    kafka.pass(6 * MINUTE);
    const { log } = kafka.replica(1);
    expect(log.bytes).toBeGreaterThanOrEqual(1_000);
    expect(log.bytes).toBeLessThan(1_400);
    expect(log.startOffset).toBeGreaterThan(0);
  });

  test('a slow consumer that is overtaken jumps as auto.offset.reset says, and misses what is gone', () => {
    const { kafka, send } = world({ 'retention.ms': MINUTE, 'segment.ms': 10 * SECOND });
    const reader = kafka.consumer({ 'auto.offset.reset': 'earliest', 'max.poll.records': 1 }).run();
    reader.takes = 400 * SECOND;
    kafka.pass(6 * SECOND);
    for (let i = 0; i < 5; i++) {
      send(`${i}`);
      kafka.pass(20 * SECOND);
    }
    reader.takes = 290 * SECOND;
    kafka.pass(10 * MINUTE);
    send('last');
    reader.takes = 0;
    kafka.pass(10 * MINUTE);
    expect(kafka.seen.some((text) => text.startsWith('reader wanted orders-0@'))).toBe(true);
    expect(reader.got.length).toBeLessThan(6);
    expect(reader.got.at(-1)).toBe('last');
  });

  test('a cut deletes what is committed at once, on every replica', () => {
    const { kafka, send } = world({});
    for (const value of ['a', 'b', 'c']) send(value);
    kafka.cluster.deleteBefore(PARTITION, 2);
    expect(kafka.replica(1).log.startOffset).toBe(2);
    const reader = kafka.consumer({ 'auto.offset.reset': 'earliest' }).run();
    kafka.pass(5 * SECOND);
    expect(reader.got).toEqual(['c']);
  });
});

describe('compaction', () => {
  const compact = { 'cleanup.policy': 'compact', 'segment.bytes': 400 } as const;

  test('keeps the newest record of each key, in order, with its offset; the active segment is left alone', () => {
    const { kafka, send } = world(compact);
    for (let i = 0; i < 9; i++) send(`v${i}`, `k${i % 3}`);
    const before = kafka.committed();
    kafka.pass(20 * SECOND);
    const after = kafka.committed();
    expect(after.length).toBeLessThan(before.length);
    expect(after.slice(-3)).toEqual(['v6', 'v7', 'v8']);
    const { log } = kafka.replica(1);
    const offsets = log
      .read(0, 100, 1e9)
      .flatMap(({ records }) => records.map(({ offset, value }) => `${value}@${offset}`));
    for (const each of offsets) expect(each).toMatch(/^v(\d)@\1$/);
    expect(log.endOffset).toBe(9);
  });

  test('waits until the dirty share is above min.cleanable.dirty.ratio: duplicates in the head are normal', () => {
    const { kafka, send } = world(compact);
    for (let i = 0; i < 12; i++) send(`v${i}`, `k${i}`);
    kafka.pass(20 * SECOND);
    for (let i = 0; i < 4; i++) send(`w${i}`, 'k0');
    kafka.pass(MINUTE);
    expect(kafka.committed()).toContain('v0');
    for (let i = 0; i < 16; i++) send(`x${i}`, 'k0');
    kafka.pass(MINUTE);
    expect(kafka.committed()).not.toContain('v0');
  });

  test('tombstones stay for delete.retention.ms; a reader that is slower misses the deletion', () => {
    const { kafka, send, bury } = world({ ...compact, 'delete.retention.ms': 10 * MINUTE });
    send('a', 'k');
    bury('k');
    for (let i = 0; i < 8; i++) send(`x${i}`, 'other');
    kafka.pass(MINUTE);
    expect(kafka.committed()).not.toContain('a');
    expect(kafka.committed()).toContain(null);
    kafka.pass(11 * MINUTE);
    for (let i = 0; i < 8; i++) send(`y${i}`, 'other');
    kafka.pass(MINUTE);
    expect(kafka.committed()).not.toContain(null);
  });

  test('compact,delete does both', () => {
    const { kafka, send } = world({ ...compact, 'cleanup.policy': 'compact,delete', 'retention.ms': MINUTE });
    for (let i = 0; i < 9; i++) send(`v${i}`, `k${i % 3}`);
    kafka.pass(20 * SECOND);
    expect(kafka.committed()).not.toContain('v0');
    kafka.pass(6 * MINUTE);
    expect(kafka.replica(1).log.segments.length).toBe(1);
  });

  test('a reader sees gaps, and goes on behind them', () => {
    const { kafka, send } = world(compact);
    for (let i = 0; i < 12; i++) send(`v${i}`, 'k');
    kafka.pass(20 * SECOND);
    const reader = kafka.consumer({ 'auto.offset.reset': 'earliest' }).run();
    kafka.pass(5 * SECOND);
    expect(reader.got.at(-1)).toBe('v11');
    expect(reader.got.length).toBeLessThan(12);
    expect(reader.consumer.position(PARTITION)).toBe(12);
  });
});

describe('quotas', () => {
  test('a producer above its rate is served, and then held up', () => {
    const { kafka, app } = world({});
    kafka.cluster.quotas.set('producer-1', { producer_byte_rate: 10_000 });
    for (let i = 0; i < 40; i++) app.send(`${i}`, { size: 10_000 });
    kafka.pass(10 * SECOND);
    const early = app.acknowledged.length;
    expect(early).toBeLessThan(30);
    expect(kafka.seen.some((text) => text.startsWith('producer-1 throttled by 1'))).toBe(true);
    kafka.pass(40 * SECOND);
    expect(app.acknowledged.length).toBe(40);
  });

  test('a consumer above its rate is held up', () => {
    const { kafka, app } = world({});
    for (let i = 0; i < 40; i++) app.send(`${i}`, { size: 10_000 });
    kafka.pass(SECOND);
    kafka.cluster.quotas.set('reader', { consumer_byte_rate: 10_000 });
    const reader = kafka
      .consumer({ 'auto.offset.reset': 'earliest', 'max.partition.fetch.bytes': 20_000 })
      .run();
    kafka.pass(15 * SECOND);
    expect(reader.got.length).toBeLessThan(35);
    kafka.pass(40 * SECOND);
    expect(reader.got.length).toBe(40);
  });
});
