import { describe, expect, test } from 'vitest';
import type { Run } from '../run.ts';
import { all, count, details, facts, shop, times } from '../testing.fixture.ts';

/** An order every 200 ms for 20 s, through a log, to a worker who needs 20 ms for each. */
const LOG = `
  brokers: { kafka: { topics: { jobs: { partitions: 1, replication.factor: 3, min.insync.replicas: 2 } } } }
  clients: { user: { every: 200ms, count: 100 } }
  services:
    shop: { operations: { order: { steps: { tell: { publish: kafka/jobs, key: request.order } } } } }
    worker:
      work: 20ms
      consumers: { jobs: { from: kafka/jobs, do: handle, commit: after, auto.offset.reset: earliest } }
      operations: { handle: { steps: { done: { fact: { handled: {} } } } } }
  run: { for: 20s, settle: 100s }
`;

const log = (fault: string, ...more: readonly string[]) => shop(LOG, `chaos: { it: ${fault} }`, ...more);
/** Orders that were handled, once or more. */
const handled = (run: Run) => new Set(all(run, 'fact').map(({ subject }) => subject)).size;
const KAFKA = (settings: string) => `brokers: { kafka: ${settings} }`;

describe('failover', () => {
  test('with acks=all costs time, and loses nothing that was acknowledged', () => {
    const run = log('{ failover: kafka/jobs, at: 5s, downFor: 20s }');
    expect(details(run, 'brokerDown')).toEqual(['crash', 'fenced']);
    expect(all(run)[all(run, 'brokerDown')[0]!.cause]!.kind).toBe('fault');
    expect(all(run, 'leaderChanged')[0]).toMatchObject({ detail: 'clean', place: 'kafka/jobs[0]' });
    expect(count(run, 'intentOk')).toBe(100);
    expect(handled(run)).toBe(100);
    expect(count(run, 'dropped')).toBe(0);
  });

  test('sends a reader back who has read what the unclean leader does not have, so that what it has instead is read', () => {
    const run = shop(
      LOG,
      KAFKA(
        '{ replica.lag.time.max.ms: 1000, producer: { acks: 1, enable.idempotence: false }, topics: { jobs: { min.insync.replicas: 1, unclean.leader.election.enable: true } } }',
      ),
      `chaos:
         alone: { isrShrink: kafka/jobs, during: 4s..9s }
         death: { failover: kafka/jobs, at: 8900ms, downFor: 60s }`,
      'services: { worker: { work: 1ms } }',
    );
    const [diverged] = all(run, 'diverged');
    expect(diverged).toMatchObject({ place: 'worker[0]', peer: 'kafka/jobs[0]' });
    expect(all(run)[diverged!.cause]).toMatchObject({ kind: 'leaderChanged', detail: 'unclean' });
    expect(Number(diverged!.detail)).toBeGreaterThan(diverged!.value);
    expect(handled(run)).toBe(100);
  });

  test('costs nothing that the next leader has got again from the producer, whatever the old one drops', () => {
    const run = shop(
      LOG,
      `chaos:
         behind: { isrShrink: kafka/jobs, during: 4s..5100ms }
         death: { failover: kafka/jobs, at: 5s, downFor: 20s }`,
      'services: { shop: { replicas: 4 }, worker: { work: 2s } }', // each shop replica has one batch under way
      'run: { for: 20s, settle: 250s }',
    );
    expect(all(run, 'truncated')).toMatchObject([{ value: 3 }]);
    expect(count(run, 'dropped')).toBe(0);
    expect(run.queues[0]!.acked).toBe(100);
    expect(handled(run)).toBe(100);
  });

  test('that is clean is over at once', () => {
    const [fast, slow] = [true, false].map((clean) =>
      log(`{ failover: kafka/jobs, at: 5s, clean: ${clean} }`),
    );
    const gap = (run: Run) =>
      Math.max(...times(run, 'publish').map((at, i, every) => at - (every[i - 1] ?? at)));
    expect(gap(fast!)).toBeLessThan(3_000);
    expect(gap(slow!)).toBeGreaterThan(5_000);
  });

  test('of a leader that was alone in sync loses what it had acknowledged, if anybody may lead', () => {
    const run = shop(
      LOG,
      KAFKA(
        '{ replica.lag.time.max.ms: 2000, topics: { jobs: { min.insync.replicas: 1, unclean.leader.election.enable: true } } }',
      ),
      `chaos:
         alone: { isrShrink: kafka/jobs, during: 4s..9s }
         death: { failover: kafka/jobs, at: 8900ms, downFor: 15s }`,
      'services: { worker: { work: 5s } }',
    );
    expect(details(run, 'leaderChanged')).toContain('unclean');
    expect(details(run, 'dropped')).toContain('truncated');
    const [truncated] = all(run, 'truncated');
    expect(all(run)[truncated!.cause]).toMatchObject({ kind: 'leaderChanged', detail: 'unclean' });
    expect(handled(run)).toBeLessThan(100);
  });
});

describe('crash', () => {
  test('of one broker takes that one down, whatever it leads, and brings it back', () => {
    const run = log('{ crash: "kafka[2]", at: 5s, downFor: 10s }');
    expect(all(run, 'brokerDown').map(({ value }) => value)).toEqual([2, 2]); // died, then was missed
    expect(details(run, 'brokerDown')).toEqual(['crash', 'fenced']);
    expect(all(run)[all(run, 'brokerDown')[0]!.cause]!.kind).toBe('fault');
    expect(all(run, 'brokerUp').map(({ value }) => value)).toEqual([2]);
    expect(times(run, 'brokerUp')[0]).toBeGreaterThan(15_000);
    expect(handled(run)).toBe(100);
  });

  test('of all brokers stops everything until they are back, with all that they had written', () => {
    const run = log('{ crash: kafka, at: 5s, downFor: 10s }');
    expect(
      all(run, 'brokerDown')
        .filter(({ detail }) => detail === 'crash')
        .map(({ value }) => value),
    ).toEqual([1, 2, 3]);
    const away = times(run, 'publish').filter((at) => at > 5_000 && at < 15_000);
    expect(away).toEqual([]);
    expect(count(run, 'dropped')).toBe(0);
    expect(handled(run)).toBe(100);
  });
});

test('latency makes the disks of a log slower, as long as it lasts: what is published then is acknowledged later', () => {
  const run = log('{ latency: kafka, add: 300ms, during: 8s..12s }');
  const took = times(run, 'callOk').map((at, i) => at - times(run, 'call')[i]!);
  const within = (from: number, to: number) =>
    took.filter((_, i) => times(run, 'call')[i]! >= from && times(run, 'call')[i]! < to);
  expect(Math.max(...within(0, 7_000))).toBeLessThan(100);
  expect(Math.min(...within(8_000, 11_500))).toBeGreaterThan(300);
  expect(Math.max(...within(15_000, 20_000))).toBeLessThan(100);
  expect(count(run, 'fault')).toBeGreaterThan(0);
  expect(handled(run)).toBe(100);
});

test('isrShrink leaves fewer replicas in sync; with too few of them nothing is acknowledged until it is over', () => {
  const run = log('{ isrShrink: kafka/jobs, during: 5s..12s }', KAFKA('{ replica.lag.time.max.ms: 2000 }'));
  expect(all(run, 'isrShrank').at(-1)).toMatchObject({ value: 1, place: 'kafka/jobs[0]' });
  // The first batch waits for replicas that do not come, and those behind it on the connection wait for it.
  const published = times(run, 'callOk');
  expect(Math.max(...published.map((at, i) => at - (published[i - 1] ?? at)))).toBeGreaterThan(2_000);
  expect(all(run, 'isrExpanded').at(-1)).toMatchObject({ value: 3 });
  expect(handled(run)).toBe(100);
});

test('rebalance stops an eager group for a moment; again and again it is a storm', () => {
  const two = 'services: { worker: { replicas: 2 } }';
  const once = log('{ rebalance: kafka/jobs, at: 10s }', two);
  const storm = log('{ rebalance: kafka/jobs, during: 10s..19s, every: 500ms }', two);
  const late = (run: Run) => times(run, 'ack').at(-1)!;
  expect(all(once)[all(once, 'rebalanceStarted').at(-1)!.cause]!.kind).toBe('fault');
  expect(count(storm, 'rebalanceFinished')).toBeGreaterThan(count(once, 'rebalanceFinished'));
  expect(late(storm)).toBeGreaterThan(late(once));
  expect([handled(once), handled(storm)]).toEqual([100, 100]);
});

test('retentionCut deletes what a slow reader has not read, and counts it as lost', () => {
  const run = log('{ retentionCut: kafka/jobs, at: 15s }', 'services: { worker: { work: 1s } }');
  expect(all(run)[all(run, 'retained')[0]!.cause]!.kind).toBe('fault');
  const lost = details(run, 'dropped').filter((why) => why === 'retention').length;
  expect(lost).toBeGreaterThan(0);
  expect(run.queues[0]!.lost).toBe(lost);
  expect(handled(run)).toBeLessThan(100);
});

test('loseCommits: all looks well until a reader begins again, further back', () => {
  const again =
    'services: { worker: { consumers: { jobs: { session.timeout.ms: 6000, heartbeat.interval.ms: 1000 } } } }';
  const run = log(
    '{ loseCommits: kafka/jobs, during: 5s..12s }',
    again,
    'chaos: { death: { crash: worker, at: 12s } }',
  );
  const whole = log('{ latency: worker, add: 0ms }', again, 'chaos: { death: { crash: worker, at: 12s } }');
  expect(count(run, 'commitLost')).toBeGreaterThan(0);
  expect(facts(run, 'handled').length).toBeGreaterThan(facts(whole, 'handled').length + 20);
});

test('a fault that is aimed at nothing in the log does nothing', () => {
  const plain = shop(LOG);
  for (const fault of ['{ failover: kafka/jobs, partition: 7, at: 5s }', '{ rebalance: kafka/jobs, p: 0% }'])
    expect(log(fault).fingerprint).toBe(plain.fingerprint);
});
