import { describe, expect, test } from 'vitest';
import type { Run } from '../../../run.ts';
import { all, count, details, facts, SHOP, shop, worldOf } from '../../../testing.fixture.ts';
import { kafkaProduct } from './product.ts';

/**
 * Orders go into a topic; a worker takes each, asks a printer, and writes what came of it into another topic, after
 * which it needs 200 ms more. An auditor reads that, and only what is committed.
 */
const MOVER = `
  run: { for: 10s, settle: 60s }
  clients: { user: { every: 500ms, count: 6 } }
  brokers:
    kafka:
      topics:
        jobs: { partitions: 2, replication.factor: 3, min.insync.replicas: 2 }
        done: { partitions: 2, replication.factor: 3, min.insync.replicas: 2 }
  services:
    shop: { operations: { order: { steps: { tell: { publish: kafka/jobs, type: Ordered, key: request.order } } } } }
    worker:
      work: 1ms
      consumers:
        jobs: { from: kafka/jobs, do: handle, transactional.id: mover, session.timeout.ms: 6000, heartbeat.interval.ms: 2000, auto.offset.reset: earliest, isolation.level: read_committed }
      operations:
        handle:
          steps:
            print: { call: printer.print }
            tell: { publish: kafka/done, type: Done, key: request.order }
            rest: { work: 200ms }
    auditor:
      work: 1ms
      consumers:
        done: { from: kafka/done, do: note, commit: after, auto.offset.reset: earliest, isolation.level: read_committed }
      operations: { note: { steps: { seen: { fact: { noted: {} } } } } }
  externals:
    printer: { work: 5ms, operations: { print: { steps: { ink: { fact: { printed: {} } } } } } }
`;
const CARELESS = 'services: { auditor: { consumers: { done: { isolation.level: read_uncommitted } } } }';
/** The worker dies while it has written, and has not committed. */
const DIES = 'chaos: { down: { crash: worker, between: [handle.tell, handle.rest], p: 20%, downFor: 1s } }';

const noted = (run: Run) => facts(run, 'noted').length;

describe('a consumer with a transactional.id', () => {
  test('writes and commits what it has read in one transaction for each record', () => {
    const run = shop(MOVER);
    expect(noted(run)).toBe(6);
    expect(details(run, 'transactionEnded')).toEqual(Array.from({ length: 6 }, () => 'committed'));
    expect(run.queues.map(({ published, acked }) => [published, acked])).toEqual([
      [6, 6],
      [6, 6],
    ]);
  });

  test('commits the offset of a record of which it makes nothing, too', () => {
    const silent = 'services: { worker: { operations: { handle: { steps: { tell: { when: false } } } } } }';
    const run = shop(MOVER, silent);
    expect(details(run, 'transactionEnded')).toEqual(Array.from({ length: 6 }, () => 'committed'));
    expect(count(run, 'ack', 'worker.jobs')).toBe(6);
  });

  test('is read only once it has committed, by those who read what is committed', () => {
    const seen = (run: Run) => all(run, 'delivery', 'auditor.done')[0]!.at;
    const committed = all(shop(MOVER), 'reply', 'worker.handle')[0]!.at;
    expect(seen(shop(MOVER))).toBeGreaterThan(committed);
    expect(seen(shop(MOVER, CARELESS))).toBeLessThan(committed);
  });

  test('that dies in between does the work again: its output is seen once, and twice by careless readers', () => {
    const run = shop(MOVER, DIES);
    const deaths = count(run, 'crash');
    expect(deaths).toBeGreaterThan(0);
    expect(details(run, 'transactionEnded').filter((how) => how !== 'committed')).toHaveLength(deaths);
    expect(noted(run)).toBe(6);
    expect(noted(shop(MOVER, DIES, CARELESS))).toBe(6 + deaths);
  });

  test('does not bind what lies outside of Kafka: the printer is asked again', () => {
    const run = shop(MOVER, DIES);
    expect(facts(run, 'printed')).toHaveLength(6 + count(run, 'crash'));
  });

  test('that is back fences what it was before, and ends what that left open', () => {
    const run = shop(MOVER, DIES);
    const [fenced] = all(run, 'fenced');
    expect(fenced).toMatchObject({ place: 'mover-worker[0]' });
    const aborted = all(run, 'transactionEnded').find(({ detail }) => detail === 'aborted');
    expect(aborted!.at).toBeLessThan(fenced!.at + 100_000);
    const [dropped] = all(run, 'dropped').filter(({ detail }) => detail === 'aborted');
    expect(dropped).toMatchObject({ cause: aborted!.index });
    expect(dropped!.place).toMatch(/^kafka\/done\[/);
  });

  test('takes back what it wrote where its operation fails, and writes it again', () => {
    const failing =
      'services: { worker: { operations: { handle: { steps: { rest: { call: printer.check } } } } } }';
    const rest = 'services: { worker: { operations: { handle: { steps: { rest: { work: null } } } } } }';
    const printer = 'externals: { printer: { operations: { check: {} } } }';
    const chaos = 'chaos: { bad: { errors: printer.check, nth: [1, 2] } }';
    const run = shop(MOVER, rest, failing, printer, chaos);
    expect(details(run, 'transactionEnded').filter((how) => how === 'aborted')).toHaveLength(2);
    expect(count(run, 'requeue', 'kafka/jobs')).toBe(2);
    expect(noted(run)).toBe(6);
  });

  describe('and a dead-letter topic', () => {
    /** The third order cannot be handled; what is given up is read by somebody who reads what is committed. */
    const DEAD = `
      brokers: { kafka: { topics: { dead: { partitions: 1, replication.factor: 3 } } } }
      services:
        worker:
          consumers: { jobs: { deadLetter: kafka/dead } }
          operations: { handle: { steps: { bad: { fail: BROKEN, status: 503, when: "request.order == 'order-3'" } } } }
        clerk:
          work: 1ms
          consumers: { dead: { from: kafka/dead, do: file, commit: after, auto.offset.reset: earliest, isolation.level: read_committed } }
          operations: { file: { steps: { seen: { fact: { filed: {} } } } } }
    `;
    const careless = 'services: { clerk: { consumers: { dead: { isolation.level: read_uncommitted } } } }';
    const filed = (run: Run) => facts(run, 'filed').length;

    test('gives a record up in one transaction with its offset, after what its handler wrote is taken back', () => {
      const run = shop(MOVER, DEAD);
      expect(details(run, 'transactionEnded').filter((how) => how === 'aborted')).toHaveLength(1);
      expect(details(run, 'transactionEnded').filter((how) => how === 'committed')).toHaveLength(6);
      expect([noted(run), filed(run)]).toEqual([5, 1]);
      expect(run.queues[0]).toMatchObject({ queue: 'kafka/jobs', acked: 5, deadLettered: 1, lost: 0 });
    });

    test('that dies between the dead letter and the commit leaves no committed dead letter, and the record comes again', () => {
      const [letter] = all(shop(MOVER, DEAD), 'publish', 'kafka/dead');
      const ends = all(shop(MOVER, DEAD), 'transactionEnded').find(({ at }) => at > letter!.at);
      const at = Math.floor((letter!.at + ends!.at) / 2);
      const death = `chaos: { death: { crash: worker, at: ${at}us, downFor: 1s } }`;
      const run = shop(MOVER, DEAD, death);
      expect(count(run, 'publish', 'kafka/dead')).toBe(2);
      expect(
        details(run, 'delivery', 'worker.jobs').filter((how) => how === 'redelivered').length,
      ).toBeGreaterThan(0);
      const lost = all(run, 'dropped').filter(({ detail }) => detail === 'aborted');
      expect(lost.map(({ place }) => place)).toContain('kafka/dead[0]');
      expect([noted(run), filed(run)]).toEqual([5, 1]);
      expect(filed(shop(MOVER, DEAD, death, careless))).toBe(2);
      expect(run.queues[0]).toMatchObject({ acked: 5, deadLettered: 1, lost: 0 });
    });
  });

  test('that was away for so long that its partitions are another’s cannot commit: a zombie writes nothing', () => {
    const run = shop(
      MOVER,
      'clients: { user: { every: 100ms, count: 50 } }',
      'services: { worker: { replicas: 2 } }',
      'chaos: { stop: { pause: "worker[0]", at: 7500ms, for: 12s } }',
    );
    expect(details(run, 'memberLeft')).toContain('session.timeout.ms exceeded');
    expect(noted(run)).toBe(50);
    expect(facts(run, 'printed').length).toBeGreaterThan(50);
    expect(details(run, 'transactionEnded')).toContain('aborted');
  });
});

test('settings that rule transactions out are refused', () => {
  const messages = (...patches: string[]) => {
    const world = worldOf(SHOP, MOVER, ...patches);
    return [...kafkaProduct.problems(world)].map(({ message }) => message);
  };
  expect(messages()).toEqual([]);
  expect(messages('brokers: { kafka: { producer: { acks: 1 } } }')[0]).toContain('Must set acks to all');
  const own = 'services: { worker: { calls: { kafka: { producer: { acks: all } } } } }';
  expect(messages('brokers: { kafka: { producer: { acks: 1 } } }', own)).toEqual([]);
  expect(messages('services: { worker: { consumers: { jobs: { commit: batch } } } }')[0]).toContain(
    'so `commit` has no say in it',
  );
});
