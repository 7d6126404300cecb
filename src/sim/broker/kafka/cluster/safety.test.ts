import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TestKafka } from '../kafka.fixture.ts';

/** One trouble that begins, and is over before the next begins. */
const trouble = fc.record({
  broker: fc.integer({ min: 1, max: 3 }),
  kind: fc.constantFrom('crash', 'shutdown', 'alone', 'no controller', 'hold', 'slow disk'),
  /** Milliseconds, in which records are sent, before it, while it lasts, and after it. */
  before: fc.integer({ min: 0, max: 4_000 }),
  lasts: fc.integer({ min: 500, max: 25_000 }),
});
type Trouble = typeof trouble extends fc.Arbitrary<infer T> ? T : never;

const PARTITION = { topic: 'orders', partition: 0 };
const brokers = [1, 2, 3];

function begin(world: TestKafka, { kind, broker }: Trouble): void {
  const { cluster, wire } = world;
  if (kind === 'crash') cluster.crash(broker);
  if (kind === 'shutdown') cluster.shutDown(broker);
  if (kind === 'alone')
    for (const host of ['controller', ...brokers.map((id) => `broker-${id}`)])
      wire.cut(`broker-${broker}`, host);
  if (kind === 'no controller') wire.cut(`broker-${broker}`, 'controller');
  if (kind === 'hold') cluster.holdReplica(PARTITION, broker, true);
  if (kind === 'slow disk') cluster.slowDisk(broker, 100_000);
}

function end(world: TestKafka, { broker }: Trouble): void {
  const { cluster, wire } = world;
  wire.heal();
  cluster.holdReplica(PARTITION, broker, false);
  cluster.slowDisk(broker, 1);
  cluster.start(broker);
}

/** Sends a record every so often while troubles come and go; then everything heals. */
function live(troubles: readonly Trouble[], config: Parameters<TestKafka['producer']>[0]) {
  const world = new TestKafka({ settings: { 'replica.lag.time.max.ms': 3_000 } });
  const app = world.producer(config);
  let n = 0;
  const sending = (time: number): void => {
    for (let passed = 0; passed < time; passed += 200) {
      app.send(`${n++}`);
      world.pass(200);
    }
  };
  for (const each of troubles) {
    sending(each.before);
    begin(world, each);
    sending(each.lasts);
    end(world, each);
    sending(12_000); // one broker at a time: the others are back in sync
  }
  world.pass(150_000);
  return { world, app, sent: n };
}

test('acks=all, min.insync.replicas 2, clean elections: no acknowledged record is lost, whatever one broker at a time does', () => {
  fc.assert(
    fc.property(fc.array(trouble, { maxLength: 4 }), (troubles) => {
      const { world, app } = live(troubles, {});
      const stored = new Set(world.committed());
      for (const value of app.acknowledged) expect(stored).toContain(value);
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('an idempotent producer keeps order in a partition, and nothing is there twice', () => {
  fc.assert(
    fc.property(fc.array(trouble, { maxLength: 4 }), (troubles) => {
      const { world } = live(troubles, { 'linger.ms': 0 });
      const stored = world.committed().map(Number);
      expect(stored).toEqual([...stored].sort((a, b) => a - b));
      expect(new Set(stored).size).toBe(stored.length);
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('once all is well, every replica has the same log', () => {
  fc.assert(
    fc.property(fc.array(trouble, { maxLength: 3 }), fc.constantFrom('all', '1'), (troubles, acks) => {
      const { world } = live(troubles, { acks: acks as 'all' | '1' });
      const [first, ...others] = brokers.map((id) => world.log(id));
      for (const other of others) expect(other).toEqual(first);
      expect(world.replica(world.leaderOf()).highWatermark).toBe(world.replica(1).log.endOffset);
    }),
    { numRuns: 60 },
  );
}, 60_000);
