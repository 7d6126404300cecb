import { describe, expect, test } from 'vitest';
import { SAFE, TestKafka, type TestProducer } from '../kafka.fixture.ts';

const SECOND = 1_000;
const config = { 'transactional.id': 'mover', 'linger.ms': 0 } as const;

function world(partitions = 1) {
  return new TestKafka({ topics: { orders: { ...SAFE, partitions }, out: SAFE } });
}

/** A producer that is ready to begin; what its steps end with is among what it was told. */
function ready(kafka: TestKafka, name = 'app', more = {}): TestProducer {
  const app = kafka.producer({ ...config, ...more }, name);
  app.producer.transactions.init((error) => app.told.push(`init ${error}`));
  kafka.pass(2 * SECOND);
  return app;
}

function reader(kafka: TestKafka, isolation: 'read_committed' | 'read_uncommitted') {
  const name = isolation;
  const settings = {
    'isolation.level': isolation,
    'group.id': name,
    'auto.offset.reset': 'earliest',
  } as const;
  return kafka.consumer(settings, name).run();
}

describe('a transaction', () => {
  test('spans partitions: all of it is committed, or nothing', () => {
    const kafka = world(2);
    const app = ready(kafka);
    const careful = reader(kafka, 'read_committed');
    const careless = reader(kafka, 'read_uncommitted');
    kafka.pass(5 * SECOND);
    app.producer.transactions.begin();
    app.send('a', { partition: 0 });
    app.send('b', { partition: 1 });
    kafka.pass(SECOND);
    expect(careful.got).toEqual([]);
    expect([...careless.got].sort()).toEqual(['a', 'b']);
    app.producer.transactions.commit((error) => app.told.push(`commit ${error}`));
    kafka.pass(SECOND);
    expect([...careful.got].sort()).toEqual(['a', 'b']);
    expect(app.told.at(-1)).toBe('commit null');
  });

  test('markers use up offsets, so readers see gaps at both isolation levels', () => {
    const kafka = world();
    const app = ready(kafka);
    for (const value of ['a', 'b']) {
      app.producer.transactions.begin();
      app.send(value);
      app.producer.transactions.commit(() => {});
      kafka.pass(SECOND);
    }
    expect(kafka.log(kafka.leaderOf())).toEqual(['a', 'COMMIT', 'b', 'COMMIT']);
    expect(app.told.filter((text) => text.includes('@'))).toEqual(['a -> 0@0', 'b -> 0@2']);
  });

  test('that is aborted is dropped by read_committed readers, and seen by the others', () => {
    const kafka = world();
    const app = ready(kafka);
    const careful = reader(kafka, 'read_committed');
    const careless = reader(kafka, 'read_uncommitted');
    kafka.pass(5 * SECOND);
    app.producer.transactions.begin();
    app.send('a');
    kafka.pass(SECOND);
    app.producer.transactions.abort((error) => app.told.push(`abort ${error}`));
    kafka.pass(SECOND);
    app.producer.transactions.begin();
    app.send('b');
    app.producer.transactions.commit(() => {});
    kafka.pass(SECOND);
    expect(careful.got).toEqual(['b']);
    expect(careless.got).toEqual(['a', 'b']);
    expect(kafka.log(kafka.leaderOf())).toEqual(['a', 'ABORT', 'b', 'COMMIT']);
  });

  test('that hangs stalls read_committed readers of its partition; the others do not notice', () => {
    const kafka = world();
    const app = ready(kafka);
    const careful = reader(kafka, 'read_committed');
    const careless = reader(kafka, 'read_uncommitted');
    kafka.pass(5 * SECOND);
    app.producer.transactions.begin();
    app.send('open');
    kafka.pass(SECOND);
    kafka.producer({}, 'other').send('plain');
    kafka.pass(10 * SECOND);
    expect(careful.got).toEqual([]);
    expect(careless.got).toEqual(['open', 'plain']);
    expect(kafka.replica(kafka.leaderOf()).lastStableOffset).toBe(0);
  });

  test('that is open counts in the lag of careless readers only: careful ones look at the last stable offset', () => {
    const kafka = world();
    const app = ready(kafka);
    const careful = reader(kafka, 'read_committed');
    const careless = reader(kafka, 'read_uncommitted');
    kafka.pass(5 * SECOND);
    app.producer.transactions.begin();
    for (const held of [careful, careless]) held.takes = 10 * SECOND;
    for (const value of ['a', 'b', 'c']) app.send(value);
    kafka.pass(SECOND);
    const lags = [careful, careless].map(({ consumer }) => consumer.lag({ topic: 'orders', partition: 0 }));
    expect(lags[0]).toBe(0);
    expect(kafka.replica(kafka.leaderOf()).log.endOffset).toBe(3);
  });

  test('that is open for longer than transaction.timeout.ms is aborted, and its producer fenced', () => {
    const kafka = world();
    const app = ready(kafka, 'app', { 'transaction.timeout.ms': 20_000 });
    const careful = reader(kafka, 'read_committed');
    kafka.pass(5 * SECOND);
    app.producer.transactions.begin();
    app.send('open');
    kafka.pass(SECOND);
    kafka.producer({}, 'other').send('plain');
    kafka.pass(18 * SECOND);
    expect(kafka.seen).not.toContain('mover timed out');
    kafka.pass(14 * SECOND);
    expect(kafka.seen).toContain('mover timed out');
    expect(careful.got).toEqual(['plain']);
    app.producer.transactions.commit((error) => app.told.push(`commit ${error}`));
    kafka.pass(SECOND);
    expect(app.told.at(-1)).toBe('commit ProducerFencedException');
  });

  test('initTransactions fences older producers of the same id, and aborts what they left open', () => {
    const kafka = world();
    const old = ready(kafka);
    old.producer.transactions.begin();
    old.send('old');
    kafka.pass(SECOND);
    const young = ready(kafka, 'young');
    expect(young.told).toEqual(['init null']);
    expect(kafka.log(kafka.leaderOf())).toEqual(['old', 'ABORT']);
    old.send('zombie');
    kafka.pass(SECOND);
    expect(old.told.at(-1)).toBe('zombie: INVALID_PRODUCER_EPOCH');
    young.producer.transactions.begin();
    young.send('new');
    young.producer.transactions.commit((error) => young.told.push(`commit ${error}`));
    kafka.pass(SECOND);
    expect(young.told.at(-1)).toBe('commit null');
  });

  test('survives the loss of its coordinator', () => {
    const kafka = world();
    const app = ready(kafka);
    const careful = reader(kafka, 'read_committed');
    kafka.pass(5 * SECOND);
    app.producer.transactions.begin();
    app.send('a');
    kafka.pass(SECOND);
    kafka.cluster.crash(kafka.cluster.transactionsOn(1).find('mover'));
    app.producer.transactions.commit((error) => app.told.push(`commit ${error}`));
    kafka.pass(30 * SECOND);
    expect(app.told.at(-1)).toBe('commit null');
    expect(careful.got).toEqual(['a']);
  });
});

describe('read, process, write', () => {
  /** Moves records from one topic to the other, offsets and all; may die before it commits. */
  function move(kafka: TestKafka, name: string, dies: boolean) {
    const settings = {
      'group.id': 'mover',
      'enable.auto.commit': false,
      'auto.offset.reset': 'earliest',
    } as const;
    const mover = kafka.consumer({ ...settings, 'isolation.level': 'read_committed' }, name);
    const app = ready(kafka, `${name}-producer`);
    mover.consumer.subscribe(['orders']);
    const poll = (): void =>
      mover.consumer.poll(100_000, (records) => {
        if (records.length === 0) {
          poll();
          return;
        }
        const { transactions } = app.producer;
        transactions.begin();
        for (const { value } of records) app.send(`${value}!`, { topic: 'out' });
        transactions.sendOffsets(mover.consumer.consumed(), mover.consumer.groupMetadata, () => {
          if (dies) return;
          transactions.commit(() => poll());
        });
      });
    poll();
    return { mover, app };
  }

  test('output and offsets are committed together: a crash in between repeats the work, and nobody sees it twice', () => {
    const kafka = world();
    const source = kafka.producer({}, 'source');
    for (const value of ['a', 'b']) source.send(value);
    const first = move(kafka, 'first', true);
    kafka.pass(8 * SECOND);
    first.mover.kill();
    first.app.producer.kill();
    move(kafka, 'second', false);
    const careful = kafka.consumer(
      { 'isolation.level': 'read_committed', 'group.id': 'out', 'auto.offset.reset': 'earliest' },
      'careful',
    );
    careful.run(['out']);
    kafka.pass(70 * SECOND);
    expect(careful.got).toEqual(['a!', 'b!']);
    expect(kafka.committed(0, 'out').filter((value) => value === 'a!').length).toBe(2);
    expect(kafka.cluster.lag('mover', 'orders')).toEqual([0]);
  });
});
