import { describe, expect, test } from 'vitest';
import type { Run } from '../../../run.ts';
import { all, changed, count, details, facts, SHOP, shop, times, worldOf } from '../../../testing.fixture.ts';
import { kafkaProduct } from './product.ts';

/** For the shop: it puts each order into a topic, which a worker who needs 50 ms for each reads. */
const LOG = `
  brokers: { kafka: { topics: { jobs: { partitions: 2, replication.factor: 3, min.insync.replicas: 2 } } } }
  services:
    shop: { operations: { order: { steps: { tell: { publish: kafka/jobs, type: Ordered, key: request.order } } } } }
    worker:
      work: 50ms
      consumers: { jobs: { from: kafka/jobs, do: handle, commit: after, auto.offset.reset: earliest } }
      operations: { handle: { steps: { done: { fact: { handled: {} } } } } }
  run: { for: 10s, settle: 20s }
`;

const every = (interval: string, times: number) =>
  `clients: { user: { every: ${interval}, count: ${times} } }`;
const consumer = (settings: string) => `services: { worker: { consumers: { jobs: ${settings} } } }`;
const worker = (settings: string) => `services: { worker: ${settings} }`;
const topic = (settings: string) => `brokers: { kafka: { topics: { jobs: ${settings} } } }`;
const jobs = (run: Run, name = 'kafka/jobs') => run.queues.find((report) => report.queue === name);

function conserved(run: Run): void {
  for (const { queue, published, acked, deadLettered, lost, waiting, inFlight } of run.queues)
    expect([queue, acked + deadLettered + lost + waiting + inFlight]).toEqual([queue, published]);
}

test('a record is handled once its group has settled down, and its offset committed', () => {
  const run = shop(LOG, every('100ms', 5));
  expect(facts(run, 'handled').length).toBe(5);
  expect([count(run, 'publish'), count(run, 'delivery'), count(run, 'ack')]).toEqual([5, 5, 5]);
  expect(jobs(run)).toMatchObject({ published: 5, acked: 5, waiting: 0, inFlight: 0 });
  expect(times(run, 'delivery')[0]).toBeGreaterThan(3_000); // group.initial.rebalance.delay.ms
});

test('what becomes of a record lies within its delivery, whose cause is its publish', () => {
  const run = shop(LOG);
  const [delivery] = all(run, 'delivery');
  const [ack] = all(run, 'ack');
  expect(ack!.span).toBe(delivery!.index);
  expect(all(run)[ack!.cause]!.kind).toBe('reply');
  expect(all(run)[delivery!.cause]).toMatchObject({ kind: 'publish', place: 'kafka/jobs' });
});

test('replicas divide the partitions, and two services read everything each', () => {
  const run = shop(
    LOG,
    every('100ms', 20),
    worker('{ replicas: 2 }'),
    `services: { audit: { consumers: { jobs: { from: kafka/jobs, do: note, auto.offset.reset: earliest } },
       operations: { note: { steps: { done: { fact: { noted: {} } } } } } } }`,
  );
  expect(facts(run, 'handled').length).toBe(20);
  expect(facts(run, 'noted').length).toBe(20);
  expect(details(run, 'rebalanceFinished')).toContain('worker[0]: jobs[0], worker[1]: jobs[1]');
  expect(run.queues.map(({ queue }) => queue)).toEqual(['kafka/jobs (worker)', 'kafka/jobs (audit)']);
  conserved(run);
});

test('a publisher waits for the acknowledgement, unless acks is 0', () => {
  const waits = shop(LOG, 'network: { links: { "shop -> kafka": { rtt: 100ms } } }');
  const not = shop(
    LOG,
    'network: { links: { "shop -> kafka": { rtt: 100ms } } }',
    'brokers: { kafka: { producer: { acks: 0 } } }',
  );
  const took = (run: Run) => times(run, 'callOk')[0]!;
  expect(took(waits)).toBeGreaterThan(took(not));
});

test('a worker that dies is missed after its session; what it had not committed is done by another', () => {
  const run = shop(
    LOG,
    every('500ms', 10),
    worker('{ replicas: 2, work: 400ms }'),
    consumer('{ session.timeout.ms: 6000, heartbeat.interval.ms: 1000 }'),
    'chaos: { death: { crash: "worker[1]", at: 5s, downFor: 60s } }',
  );
  expect(all(run, 'memberLeft')[0]).toMatchObject({
    detail: 'session.timeout.ms exceeded',
    peer: 'worker[1]',
  });
  expect(details(run, 'rebalanceFinished').at(-1)).toBe('worker[0]: jobs[0] jobs[1]');
  expect(new Set(all(run, 'fact').map(({ subject }) => subject)).size).toBe(10);
  conserved(run);
});

test('a record that another member is handed again has luck of its own, as any second try', () => {
  const uneven = worker('{ replicas: 2, work: uniform(500ms 3s) }');
  const session = consumer('{ session.timeout.ms: 6000, heartbeat.interval.ms: 1000 }');
  const [calm, dies] = ['{}', 'chaos: { death: { crash: "worker[1]", at: 6500ms, downFor: 60s } }'].map(
    (chaos) => shop(LOG, every('100ms', 4), uneven, session, chaos, 'run: { for: 10s, settle: 30s }'),
  );
  const [again] = all(dies!, 'delivery').filter(({ detail }) => detail === 'redelivered');
  const took = (run: Run) => {
    const delivery = all(run, 'delivery').findLast(({ subject }) => subject === again!.subject)!;
    return all(run, 'ack').find(({ span }) => span === delivery.index)!.at - delivery.at;
  };
  expect(Math.abs(took(dies!) - took(calm!))).toBeGreaterThan(50_000);
});

test('work that takes longer than max.poll.interval.ms costs a member its place, and its cause is the delivery', () => {
  const run = shop(
    LOG,
    worker('{ work: 20s }'),
    consumer('{ max.poll.interval.ms: 5000 }'),
    'run: { for: 10s, settle: 60s }',
  );
  const [left] = all(run, 'memberLeft');
  expect(left).toMatchObject({ detail: 'max.poll.interval.ms exceeded', peer: 'worker[0]', place: 'worker' });
  expect(all(run)[left!.cause]!.kind).toBe('delivery');
  expect(count(run, 'commitRefused')).toBeGreaterThan(0);
  expect(details(run, 'delivery').slice(0, 2)).toEqual(['first', 'redelivered']);
});

test('a replica that is taken away leaves its group when it has worked what it had polled', () => {
  const of = (replicas: number) =>
    worldOf(SHOP, LOG, every('50ms', 100), worker(`{ replicas: ${replicas} }`));
  const run = changed(5_000_000, of(2), of(1));
  expect(details(run, 'memberLeft')).toContain('closed');
  const late = all(run, 'request', 'worker.handle').filter(
    ({ at, peer }) => at > 6_500_000 && peer === 'worker[1]',
  );
  expect(late).toEqual([]);
  expect(new Set(all(run, 'fact').map(({ subject }) => subject)).size).toBe(100);
  expect(jobs(run)).toMatchObject({ acked: 100, waiting: 0, inFlight: 0, lost: 0 });
});

describe('a record that cannot be handled', () => {
  const BROKEN = [
    LOG,
    topic('{ partitions: 1 }'),
    every('100ms', 3),
    'chaos: { b: { errors: worker, nth: [1, 2] } }',
  ];

  test('holds up those behind it, which keeps their order', () => {
    const run = shop(...BROKEN);
    expect(details(run, 'requeue')).toEqual(['503', '503']);
    expect(all(run, 'fact').map(({ subject }) => subject)).toEqual(['order-1', 'order-2', 'order-3']);
    conserved(run);
  });

  test('is put into another topic where the consumer says so, and the others go on', () => {
    const run = shop(
      LOG,
      topic('{ partitions: 1 }'),
      every('100ms', 3),
      'chaos: { b: { errors: worker, nth: [1] } }',
      consumer('{ deadLetter: kafka/parked }'),
      'brokers: { kafka: { topics: { parked: {} } } }',
    );
    expect(all(run, 'deadLetter')[0]).toMatchObject({ detail: '503', peer: 'kafka/parked' });
    expect(jobs(run)).toMatchObject({ published: 3, acked: 2, deadLettered: 1 });
    expect(jobs(run, 'kafka/parked')).toMatchObject({ published: 1, waiting: 1 });
    conserved(run);
  });
});

describe('what a crash does, by when offsets are committed', () => {
  const dying = (commit: string) =>
    shop(
      LOG,
      worker('{ work: 2s }'),
      consumer(`{ commit: ${commit}, session.timeout.ms: 6000, heartbeat.interval.ms: 1000 }`),
      'chaos: { death: { crash: worker, at: 4s, downFor: 1s } }',
      'run: { for: 10s, settle: 40s }',
    );

  test('after the work: it is done again', () => {
    const run = dying('after');
    expect(count(run, 'delivery')).toBe(2);
    expect(facts(run, 'handled').length).toBe(1);
  });

  test('after the batch: all that the poll brought is done again', () => {
    const orders = (commit: string) => {
      const run = shop(
        LOG,
        every('10ms', 6),
        worker('{ work: 500ms }'),
        topic('{ partitions: 1 }'),
        consumer(`{ commit: ${commit}, session.timeout.ms: 6000, heartbeat.interval.ms: 1000 }`),
        'chaos: { death: { crash: worker, at: 4800ms, downFor: 1s } }',
        'run: { for: 10s, settle: 40s }',
      );
      return facts(run, 'handled').length;
    };
    // Of six that are polled together three are done when it dies.
    expect(orders('after')).toBe(6);
    expect(orders('batch')).toBe(9);
  });

  test('before the work: it is lost', () => {
    const run = dying('before');
    expect(count(run, 'delivery')).toBe(1);
    expect(facts(run, 'handled').length).toBe(0);
  });
});

describe('faults on the way', () => {
  test('a record that is dropped was confirmed, and is in no log', () => {
    const run = shop(LOG, 'chaos: { lost: { drop: kafka/jobs } }');
    expect(count(run, 'intentOk')).toBe(1);
    expect(jobs(run)).toMatchObject({ published: 0 });
  });

  test('a record that is duplicated is there twice', () => {
    const run = shop(LOG, 'chaos: { twice: { duplicate: kafka/jobs, delay: 100ms } }');
    expect(facts(run, 'handled').length).toBe(2);
    expect(jobs(run)).toMatchObject({ published: 2, acked: 2 });
  });

  test('a network that cuts publishers off makes them wait, and deliver late', () => {
    const run = shop(LOG, 'chaos: { cut: { partition: "shop | kafka", during: 0s..3s } }');
    expect(times(run, 'publish')[0]).toBeGreaterThan(3_000);
    expect(facts(run, 'handled').length).toBe(1);
  });
});

describe('a service that produces otherwise than the rest', () => {
  const careless = 'services: { shop: { calls: { kafka: { producer: { acks: 0 } } } } }';

  test('says so of its own calls to Kafka', () => {
    const took = (run: Run) => all(run, 'callOk', 'shop.order.tell')[0]!.value;
    expect(took(shop(LOG, careless))).toBeLessThan(took(shop(LOG)));
  });

  test('has a new producer when that changes', () => {
    const [before, after] = [
      worldOf(SHOP, LOG, every('1s', 6)),
      worldOf(SHOP, LOG, every('1s', 6), careless),
    ];
    const waits = all(changed(3_500_000, before, after), 'callOk', 'shop.order.tell').map(
      ({ value }) => value,
    );
    expect(Math.max(...waits.slice(-1))).toBeLessThan(Math.min(...waits.slice(1, 3)));
  });
});

test('what Kafka would refuse with a ConfigException is a problem of the document', () => {
  const world = worldOf(
    SHOP,
    LOG,
    'brokers: { kafka: { producer: { acks: 1, enable.idempotence: true }, topics: { jobs: { replication.factor: 4 } } } }',
    consumer('{ session.timeout.ms: 2000, retry: { delays: [1s] } }'),
  );
  expect([...kafkaProduct.problems(world)].map(({ message }) => message)).toEqual([
    'Must set acks to all in order to use the idempotent producer.',
    'replication.factor must be from 1 to 3, the number of brokers',
    'worker.jobs: heartbeat.interval.ms must be set lower than session.timeout.ms',
    expect.stringContaining('a log has no place where single records wait'),
  ]);
});
