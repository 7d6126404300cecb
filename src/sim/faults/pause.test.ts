import { describe, expect, test } from 'vitest';
import { all, BANK, count, DATABASE, details, facts, QUEUE, shop, times } from '../testing.fixture.ts';

const fault = (text: string) => `chaos: { it: ${text} }`;
const BUSY = 'clients: { user: { every: 100ms, count: 60 } }';
const PATIENT = 'services: { shop: { calls: { bank: { timeout: 1s } } } }';
const CHARGE = 'shop.order.charge';
const PAUSED = fault('{ pause: bank, at: 2015ms, for: 3s }');

describe('a process that stands still', () => {
  test('goes on with its work when the pause is over, and reads then what has come meanwhile', () => {
    const run = shop(BANK, PAUSED, 'clients: { user: { every: 1s, count: 6 } }');
    expect(times(run, 'paused')).toEqual([2015]);
    expect(times(run, 'resumed')).toEqual([5015]);
    expect(all(run, 'resumed')[0]).toMatchObject({ place: 'bank[0]', value: 3_000_000 });
    // The first two were over, the third was in its hands, the others lay unread: those take their own 20 ms.
    expect(times(run, 'intentOk')).toEqual([30, 1030, 5015, 5035, 5035, 5035]);
  });

  test('may be the caller: its timeouts are late, and an answer that came after them is too late', () => {
    const run = shop(BANK, PATIENT, fault('{ pause: shop, at: 15ms, for: 3s }'));
    expect(details(run, 'callFailed')).toEqual([]);
    expect(times(run, 'intentOk')).toEqual([3015]);
    const late = shop(
      BANK,
      PATIENT,
      'externals: { bank: { work: 2s } }',
      fault('{ pause: shop, at: 15ms, for: 3s }'),
    );
    expect(details(late, 'intentFailed')).toEqual(['timeout']);
    expect(times(late, 'intentFailed')).toEqual([3015]);
  });

  test('keeps its callers waiting until they give up, and works for nobody afterwards', () => {
    const run = shop(BANK, PATIENT, BUSY, PAUSED);
    expect(new Set(details(run, 'callFailed', CHARGE))).toEqual(new Set(['timeout']));
    expect(count(run, 'lateReply', CHARGE)).toBe(count(run, 'callFailed', CHARGE));
    expect(facts(run, 'charged').length).toBe(60);
  });

  test('is the reason that each request of it is told, which is how often the fault has struck', () => {
    const run = shop(BANK, PATIENT, BUSY, PAUSED);
    const struck = all(run, 'fault');
    const [answer, ...others] = all(run, 'callOk', CHARGE).filter(({ value }) => value > 20_000);
    expect(struck.length).toBe(2 + others.length + count(run, 'callFailed', CHARGE));
    let cause = answer?.cause ?? -1;
    while (cause >= 0 && all(run)[cause]?.kind !== 'fault') cause = all(run)[cause]?.cause ?? -1;
    expect(all(run)[cause]).toMatchObject({ kind: 'fault', subject: answer?.subject });
  });

  test('holds its locks, which run out: when it goes on, another has the lock and a higher token', () => {
    const run = shop(
      DATABASE,
      `services: { shop: { replicas: 2, operations: { order: { steps: {
         guard: { lock: stock, key: "'all'", lease: 1s, upTo: 5s }, count: { work: 500ms },
         note: { upsert: orders, set: { token: guard.token } } } } } } }`,
      'clients: { user: { every: 100ms, count: 2 } }',
      fault('{ pause: "shop[0]", at: 200ms, for: 3s }'),
    );
    const written = all(run, 'write').map(({ subject }) => subject);
    expect(written).toEqual(['order-2', 'order-1']);
    expect(run.tables.get('shop.db/orders')?.get('order-1')).toMatchObject({ token: 1 });
    expect(run.tables.get('shop.db/orders')?.get('order-2')).toMatchObject({ token: 2 });
  });

  test('dies as any other: what it had and what lay unread is reset, and it is back as new', () => {
    const run = shop(
      BANK,
      'clients: { user: { every: 1s, count: 5 } }',
      'chaos: { still: { pause: bank, at: 15ms, for: 3s }, death: { crash: bank, at: 1500ms, downFor: 100ms } }',
    );
    expect(details(run, 'intentFailed')).toEqual(['reset', 'reset']);
    expect(times(run, 'resumed')).toEqual([]);
    expect(times(run, 'intentOk')).toEqual([2030, 3030, 4030]);
  });

  test('is not probed away by who asks whether it listens, but by who asks for an answer', () => {
    const pods = (probe: string) =>
      shop(
        BANK,
        `externals: { bank: { pod: { livenessProbe: { periodSeconds: 1, ${probe} } } } }`,
        PAUSED,
        'run: { for: 10s }',
      );
    expect(details(pods('failureThreshold: 2'), 'stopped')).toEqual([]);
    const asked = pods('failureThreshold: 2, httpGet: charge, timeoutSeconds: 1');
    expect(details(asked, 'terminating')).toEqual(['its liveness probe failed']);
    expect(new Set(details(asked, 'probeFailed'))).toEqual(new Set(['liveness: timeout']));
    expect(times(asked, 'stopped')).toEqual([5015]); // it hears of SIGTERM when it goes on
  });

  test('is killed by its node if it stands still for longer than its grace', () => {
    const run = shop(
      BANK,
      'externals: { bank: { pod: { terminationGracePeriodSeconds: 2, livenessProbe: { httpGet: charge, periodSeconds: 1, failureThreshold: 1 } } } }',
      fault('{ pause: bank, at: 2s, for: 20s }'),
      'run: { for: 10s }',
    );
    expect(details(run, 'stopped')).toEqual(['SIGKILL']);
  });

  test('stands still again and again, each replica at moments of its own', () => {
    const run = shop(
      BANK,
      'externals: { bank: { replicas: 2 } }',
      fault('{ pause: bank, every: 1s, lasts: 100ms }'),
      'run: { for: 10s, settle: 0s }',
    );
    expect(count(run, 'paused', 'bank[0]')).toBe(10);
    expect(count(run, 'paused', 'bank[1]')).toBe(10);
    expect(times(run, 'paused', 'bank[0]')[0]).not.toBe(times(run, 'paused', 'bank[1]')[0]);
    for (const { value } of all(run, 'resumed')) expect(value).toBe(100_000);
  });
});

describe('a consumer that stands still', () => {
  test('of RabbitMQ loses its connection after a missed heartbeat, and its messages go back', () => {
    const two = 'services: { worker: { replicas: 2, consumers: { jobs: { prefetch: 5 } } } }';
    const still = (time: string) =>
      shop(
        QUEUE,
        two,
        'clients: { user: { every: 10ms, count: 4 } }',
        fault(`{ pause: "worker[0]", at: 20ms, for: ${time} }`),
        'run: { settle: 100s }',
      );
    expect(details(still('50s'), 'requeue')).toEqual([]);
    const long = still('70s');
    expect(new Set(details(long, 'requeue'))).toEqual(new Set(['heartbeat missed']));
    expect(facts(long, 'handled').length).toBeGreaterThan(4); // what it had begun, it ends as well
  });

  test('of a log is put out of its group when its session is over, and its commits are refused', () => {
    const run = shop(
      `
       brokers: { kafka: { group.initial.rebalance.delay.ms: 100, topics: { jobs: { partitions: 2 } } } }
       clients: { user: { every: 100ms, count: 100 } }
       services:
         shop: { operations: { order: { steps: { tell: { publish: kafka/jobs, key: request.order } } } } }
         worker: { replicas: 2, work: 20ms, consumers: { jobs: { from: kafka/jobs, do: handle, commit: after, auto.offset.reset: earliest, session.timeout.ms: 6000, heartbeat.interval.ms: 1000 } }, operations: { handle: { steps: { done: { fact: { handled: {} } } } } } }
       run: { for: 30s, settle: 10s }`,
      fault('{ pause: "worker[0]", at: 3s, for: 12s }'),
    );
    const [left] = all(run, 'memberLeft');
    expect(left).toMatchObject({ peer: 'worker[0]' });
    expect(left?.at).toBeGreaterThan(3_000_000 + 5_000_000);
    expect(left?.at).toBeLessThan(3_000_000 + 7_000_000);
    expect(
      all(run, 'delivery').filter(({ peer, at }) => peer !== null && at > 3_000_000 && at < 15_000_000)
        .length,
    ).toBeGreaterThan(0);
    expect(count(run, 'memberJoined')).toBeGreaterThan(2); // it comes back when it goes on
    expect(new Set(all(run, 'fact').map(({ subject }) => subject)).size).toBe(100);
  });

  test('of SQS does not extend its hold: the message comes to light again, and is handled again', () => {
    const handled = (...more: string[]) =>
      facts(
        shop(
          `
       brokers: { sqs: { duplicates: 0%, lostDeletes: 0%, queues: { jobs: { VisibilityTimeout: 2 } } } }
       services:
         shop: { operations: { order: { steps: { tell: { publish: sqs/jobs } } } } }
         worker: { work: 3s, consumers: { jobs: { from: sqs/jobs, do: handle, extend: 1s, WaitTimeSeconds: 20 } }, operations: { handle: { steps: { done: { fact: { handled: {} } } } } } }
       run: { for: 10s, settle: 30s }`,
          ...more,
        ),
        'handled',
      ).length;
    expect(handled()).toBe(1);
    expect(handled(fault('{ pause: worker, at: 500ms, for: 4s }'))).toBeGreaterThan(1);
  });
});

describe('an instance that stands still', () => {
  test('sends no heartbeats: a registry takes it off its list, and on again', () => {
    const run = shop(
      BANK,
      'externals: { bank: { replicas: 2 } }',
      'discovery: { bank: { kind: consul, ttl: 3s, heartbeat: 1s } }',
      fault('{ pause: "bank[1]", at: 2s, for: 6s }'),
      'run: { for: 20s }',
    );
    expect(all(run, 'unlisted').map(({ peer }) => peer)).toEqual(['bank[1]']);
    expect(all(run, 'listed').map(({ peer }) => peer)).toEqual(['bank[1]']);
  });
});
