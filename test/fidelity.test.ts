import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { consumerSettings } from '../src/sim/broker/kafka/consumer/settings.ts';
import { producerSettings } from '../src/sim/broker/kafka/producer/settings.ts';
import { BROKER_DEFAULTS, LONG_MAX, TOPIC_DEFAULTS } from '../src/sim/broker/kafka/settings.ts';
import { kafka, kafkaConsumer, kafkaProducer } from '../src/sim/world/schema/brokers/kafka.ts';
import { rabbitmq } from '../src/sim/world/schema/brokers/rabbitmq.ts';
import { sns } from '../src/sim/world/schema/brokers/sns.ts';
import { sqs } from '../src/sim/world/schema/brokers/sqs.ts';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/fidelity.md'), 'utf8');

/** Rows that end in a test: its file, and its name. */
const ROW = /\| `(src\/[^`]+\.test\.ts)` \| ([^|]+) \|$/gm;

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

test('every behaviour of the brokers that the page of fidelity promises has a test of that name', () => {
  const rows = [...page.matchAll(ROW)].map(([, file = '', name = '']) => ({ file, name }));
  expect(rows.length).toBeGreaterThan(130);
  const texts = new Map(rows.map(({ file }) => [file, readFileSync(join(root, file), 'utf8')]));
  const missing = rows.filter(({ file, name }) => !texts.get(file)?.includes(`test('${name}'`));
  expect(missing).toEqual([]);
});

test('what is said to prove a part is there: tests and recordings', () => {
  const tests = ['src', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (file) => `${folder}/${file.replaceAll('\\', '/')}`,
    ),
  );
  const named = [...page.matchAll(/`([\w/.-]+\.test\.ts)`/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(150);
  expect(named.filter((name) => !tests.some((file) => file === name || file.endsWith(`/${name}`)))).toEqual(
    [],
  );
  const recordings = [...page.matchAll(/recordings ((?:`[\w-]+` ?)+)/g)].flatMap(([, names = '']) =>
    [...names.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name),
  );
  expect(recordings.length).toBeGreaterThan(15);
  const there = readdirSync(join(root, 'test/conformance/rabbitmq'));
  expect(recordings.filter((name) => !there.includes(`${name}.json`))).toEqual([]);
});

test('every row of a table that tells what proves it does so', () => {
  const empty: string[] = [];
  for (const table of page.split(/\n\n+/).filter((part) => part.startsWith('|'))) {
    const [head = '', , ...rows] = table.trimEnd().split('\n');
    const column = cellsOf(head).indexOf('Proved by');
    if (column >= 0) empty.push(...rows.filter((row) => !/`|vectors/.test(cellsOf(row)[column] ?? '')));
  }
  expect(empty).toEqual([]);
});

describe('the table of Kafka’s settings', () => {
  const table = page.split('| Setting | Default | Basis | Proved by | Test |\n')[1]?.split('\n\n')[0] ?? '';
  const stated = new Map(
    table
      .split('\n')
      .slice(1)
      .map((line) => {
        const [name = '', value = ''] = cellsOf(line);
        return [name.replaceAll('`', ''), value] as const;
      }),
  );

  test('has each that a world may give, and no other', () => {
    const { topics, producer: _, quotas: __, ...cluster } = kafka.shape;
    const topic = topics.unwrap().valueType.shape;
    const known = [
      ...Object.keys(cluster),
      ...Object.keys(topic),
      ...Object.keys(kafkaProducer.shape),
      ...Object.keys(kafkaConsumer),
      'producer_byte_rate',
      'consumer_byte_rate',
    ];
    expect([...stated.keys()].sort()).toEqual(known.sort());
  });

  test('states the defaults that the engine has', () => {
    const { brokers, write } = kafka.parse({});
    const defaults: Record<string, unknown> = {
      ...consumerSettings({ 'group.id': 'any' }),
      ...producerSettings(),
      ...BROKER_DEFAULTS,
      ...TOPIC_DEFAULTS,
      acks: 'all',
      brokers,
      write: `${write} µs`,
    };
    const wrong = [...stated].filter(([name, value]) => {
      const wanted = defaults[name];
      if (wanted === undefined) return false;
      const written = wanted === LONG_MAX ? 'Long.MAX_VALUE' : String(wanted ?? 'none');
      return ![written, written.replace(',', ', ')].includes(value.replace(/(;| \().*$/, ''));
    });
    expect(wrong).toEqual([]);
  });
});

test('brokers take the times that the page states, as medians and 99th percentiles in milliseconds', () => {
  const times = { queue: sqs.parse({}), topic: sns.parse({}), rabbit: rabbitmq.parse({}) };
  const { queue, topic, rabbit } = times;
  const of = (time: typeof queue.send): number[] => {
    if (time.kind !== 'lognormal') throw new Error(`${time.kind} has no median of its own`);
    const high = time.median * Math.exp(2.3263 * time.sigma); // the normal distribution's 99th percentile
    return [time.median / 1_000, Math.round(high / 100) / 10];
  };
  expect(of(queue.send)).toEqual([10, 50]);
  expect(of(queue.receive)).toEqual([15, 80]);
  expect(of(topic.publish)).toEqual([15, 60]);
  expect(of(topic.delivery)).toEqual([20, 100]);
  expect(of(rabbit.confirm)).toEqual([1, 4]);
  expect(of(rabbit.delivery)).toEqual([0.5, 2]);
});
