import { describe, expect, test } from 'vitest';
import type { Run } from '../../../run.ts';
import { all, changed, count, details, facts, SHOP, shop, times, worldOf } from '../../../testing.fixture.ts';

/** For the shop: it tells a queue in the cloud of each order, and a worker who needs 50 ms for each polls it. */
const CLOUD = `
  brokers: { sqs: { send: 1ms, receive: 1ms, duplicates: 0, lostDeletes: 0, queues: { jobs: {} } } }
  network: { links: { "* -> sqs": { rtt: 0s }, "sqs -> *": { rtt: 0s } } }
  services:
    shop: { operations: { order: { steps: { tell: { publish: sqs/jobs, type: Ordered } } } } }
    worker:
      work: 50ms
      consumers: { jobs: { from: sqs/jobs, do: handle, WaitTimeSeconds: 20 } }
      operations: { handle: { steps: { done: { fact: { handled: {} } } } } }
`;

const every = (interval: string, times: number, more = '') =>
  `clients: { user: { every: ${interval}, count: ${times}, ${more} } }`;
const consumer = (settings: string) => `services: { worker: { consumers: { jobs: ${settings} } } }`;
const worker = (settings: string) => `services: { worker: ${settings} }`;
const queue = (settings: string) => `brokers: { sqs: { queues: { jobs: ${settings} } } }`;
const jobs = (run: Run, name = 'sqs/jobs') => run.queues.find((report) => report.queue === name);

/** The same with a FIFO queue, whose groups are the orders unless told otherwise. */
const fifo = (publish = 'key: request.order', settings = '{ ContentBasedDeduplication: true }') => `
  brokers: { sqs: { queues: { jobs: null, jobs.fifo: ${settings} } } }
  services:
    shop: { operations: { order: { steps: { tell: { publish: sqs/jobs.fifo, ${publish} } } } } }
    worker: { consumers: { jobs: { from: sqs/jobs.fifo } } }
`;

function conserved(run: Run): void {
  for (const { queue, published, acked, deadLettered, lost, waiting, inFlight } of run.queues)
    expect([queue, acked + deadLettered + lost + waiting + inFlight]).toEqual([queue, published]);
}

test('a message is deleted when its operation has ended well', () => {
  const run = shop(CLOUD);
  expect(times(run, 'delivery')).toEqual([11]);
  expect(times(run, 'ack')).toEqual([61]);
  expect(jobs(run)).toMatchObject({ published: 1, acked: 1, waiting: 0, inFlight: 0 });
});

test('what becomes of a message lies within its delivery', () => {
  const run = shop(CLOUD);
  const [delivery] = all(run, 'delivery');
  const [ack] = all(run, 'ack');
  expect(ack!.span).toBe(delivery!.index);
  expect(all(run)[ack!.cause]!.kind).toBe('reply');
  expect(all(run)[delivery!.cause]!.kind).toBe('enqueued');
});

describe('the visibility timeout', () => {
  const SLOW = [CLOUD, queue('{ VisibilityTimeout: 5 }'), worker('{ work: 8s }')];

  test('that is shorter than the work: two replicas have one message, and the first one deletes in vain', () => {
    const run = shop(...SLOW, worker('{ replicas: 2, work: 8s }'), 'run: { settle: 60s }');
    expect(details(run, 'delivery').slice(0, 2)).toEqual(['first', 'redelivered']);
    expect(all(run, 'requeue')[0]).toMatchObject({ detail: 'visibility timeout', place: 'sqs/jobs' });
    expect(count(run, 'ackIgnored')).toBeGreaterThan(0);
    expect(facts(run, 'handled').length).toBeGreaterThan(1);
    conserved(run);
  });

  test('is started anew as long as the message is in hand, with extend', () => {
    const run = shop(...SLOW, consumer('{ extend: 2s }'));
    expect([count(run, 'delivery'), count(run, 'extended'), facts(run, 'handled').length]).toEqual([1, 3, 1]);
  });

  test('of a receive beats that of the queue', () => {
    const run = shop(...SLOW, consumer('{ VisibilityTimeout: 9 }'));
    expect(count(run, 'delivery')).toBe(1);
  });

  test('brings back what a dead replica had in hand, and not before', () => {
    const run = shop(
      CLOUD,
      queue('{ VisibilityTimeout: 5 }'),
      'chaos: { death: { crash: worker, at: 30ms, downFor: 100ms } }',
    );
    expect(times(run, 'delivery')[0]).toBe(11);
    expect(times(run, 'delivery')[1]).toBeCloseTo(5_011, -1);
    expect(facts(run, 'handled').length).toBe(1);
  });

  test('can be changed while the world runs', () => {
    const world = [SHOP, CLOUD, worker('{ work: 3s }'), every('4s', 2)];
    const run = changed(3_500_000, worldOf(...world), worldOf(...world, queue('{ VisibilityTimeout: 2 }')));
    expect(details(run, 'delivery').slice(0, 2)).toEqual(['first', 'first']);
    expect(details(run, 'delivery')[2]).toBe('redelivered');
  });
});

describe('a message that cannot be handled', () => {
  const BROKEN = [CLOUD, queue('{ VisibilityTimeout: 1 }'), 'chaos: { broken: { errors: worker } }'];
  const DLQ = `brokers: { sqs: { queues: { dead: {}, jobs: { RedrivePolicy: { deadLetter: dead, maxReceiveCount: 3 } } } } }`;

  test('comes back after its visibility timeout, with the failure as the cause', () => {
    const run = shop(CLOUD, queue('{ VisibilityTimeout: 1 }'), 'chaos: { b: { errors: worker, nth: [1] } }');
    expect(times(run, 'delivery').map((at) => Math.round(at / 100) / 10)).toEqual([0, 1]);
    expect(all(run)[all(run, 'requeue')[0]!.cause]!.kind).toBe('reply');
  });

  test('moves to the dead-letter queue after maxReceiveCount receives', () => {
    const run = shop(...BROKEN, DLQ);
    expect(count(run, 'delivery')).toBe(3);
    expect(all(run, 'deadLetter')[0]).toMatchObject({ detail: 'delivery limit', peer: 'sqs/dead' });
    expect(jobs(run)).toMatchObject({ published: 1, deadLettered: 1, waiting: 0 });
    expect(jobs(run, 'sqs/dead')).toMatchObject({ published: 1, waiting: 1 });
    conserved(run);
  });

  test('comes back at once with requeue: true', () => {
    const run = shop(...BROKEN, consumer('{ requeue: true }'), DLQ);
    expect(times(run, 'delivery').every((at) => at < 100)).toBe(true);
    expect(details(run, 'requeue').slice(0, 2)).toEqual(['503', '503']);
  });

  test('comes back after the delays of its consumer, which it sets as visibility timeouts', () => {
    const run = shop(...BROKEN, consumer('{ retry: { delays: [2s, 4s] } }'), DLQ);
    expect(times(run, 'delivery').map((at) => Math.round(at / 1_000))).toEqual([0, 2, 6]);
    expect(details(run, 'putOff')).toEqual(['503', '503']);
  });

  test('is put elsewhere by its consumer once the delays are used up', () => {
    const run = shop(
      ...BROKEN,
      consumer('{ retry: { delays: [2s] }, deadLetter: sqs/parked }'),
      'brokers: { sqs: { queues: { parked: {} } } }',
    );
    expect(all(run, 'deadLetter')[0]).toMatchObject({ detail: '503', peer: 'sqs/parked' });
    expect(jobs(run)).toMatchObject({ acked: 0, deadLettered: 1 });
    expect(jobs(run, 'sqs/parked')).toMatchObject({ waiting: 1 });
    conserved(run);
  });

  test('is gone where it was deleted before the work', () => {
    const run = shop(...BROKEN, consumer('{ ack: before }'));
    expect([count(run, 'delivery'), count(run, 'ack')]).toEqual([1, 1]);
    expect(facts(run, 'handled').length).toBe(0);
  });
});

describe('polling', () => {
  const calls = (settings: string) => shop(CLOUD, consumer(settings)).usage.calls;

  test('short polls cost a call each, long polls one in 20 seconds', () => {
    expect(calls('{ WaitTimeSeconds: 0 }')).toBeGreaterThan(1_000);
    expect(calls('{ WaitTimeSeconds: 20 }')).toBeLessThan(8);
  });

  test('one receive brings up to MaxNumberOfMessages', () => {
    const together = (most: number): number => {
      const run = shop(
        CLOUD,
        every('1ms', 20),
        consumer(`{ MaxNumberOfMessages: ${most}, WaitTimeSeconds: 0 }`),
        'brokers: { sqs: { receive: 40ms } }',
      );
      expect(facts(run, 'handled').length).toBe(20);
      return new Set(times(run, 'delivery')).size;
    };
    expect(together(1)).toBe(20);
    expect(together(10)).toBeLessThan(6);
  });

  test('prefetch bounds what a replica has in hand', () => {
    const most = (prefetch: number): number => {
      const run = shop(
        CLOUD,
        every('1ms', 12),
        consumer(`{ prefetch: ${prefetch} }`),
        worker('{ work: 1s }'),
      );
      let inHand = 0;
      let highest = 0;
      for (const { kind } of all(run)) {
        if (kind === 'delivery') highest = Math.max(highest, ++inHand);
        if (kind === 'ack') inHand--;
      }
      return highest;
    };
    expect([most(1), most(3), most(0)]).toEqual([1, 3, 10]);
  });

  test('what a batch holds in memory goes on ageing: the last of it comes a second time', () => {
    const run = shop(
      CLOUD,
      every('1ms', 10),
      queue('{ VisibilityTimeout: 5 }'),
      worker('{ workers: 1, work: 1s }'),
      consumer('{ MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }'),
      'run: { settle: 60s }',
    );
    expect(details(run, 'delivery')).toContain('redelivered');
    conserved(run);
  });
});

describe('FIFO queues', () => {
  const busy = (publish: string) =>
    shop(CLOUD, every('10ms', 12), worker('{ replicas: 4, work: 300ms }'), fifo(publish));

  /** Whether two messages were ever in progress at once. */
  const overlaps = (run: Run): boolean => {
    let inHand = 0;
    return all(run).some(({ kind }) => {
      if (kind === 'delivery') inHand++;
      if (kind === 'ack') inHand--;
      return inHand > 1;
    });
  };

  test('one group: in order, and one after the other, whatever the number of replicas', () => {
    const run = busy('key: \'"all"\'');
    const order = all(run, 'fact').map(({ subject }) => subject);
    expect(order).toEqual(Array.from({ length: 12 }, (_, i) => `order-${i + 1}`));
    expect(overlaps(run)).toBe(false);
  });

  test('many groups: in parallel', () => {
    expect(overlaps(busy('key: request.order'))).toBe(true);
  });

  test('a publisher that did not hear the answer sends again: the queue takes it once', () => {
    const deaf = `
      chaos: { deaf: { dropReply: shop -> sqs, nth: [1] } }
      services: { shop: { calls: { sqs: { timeout: 200ms, retry: { maxAttempts: 3 } } } } }
      run: { settle: 60s }
    `;
    const standard = shop(CLOUD, deaf);
    const kept = shop(CLOUD, deaf, fifo());
    expect([facts(standard, 'handled').length, facts(kept, 'handled').length]).toEqual([2, 1]);
    expect(count(kept, 'deduplicated')).toBe(1);
    expect(jobs(kept, 'sqs/jobs.fifo')).toMatchObject({ published: 1, acked: 1 });
  });

  test('an id of the publisher’s own decides what is a repeat', () => {
    const run = (id: string) =>
      shop(CLOUD, every('1s', 4), fifo(`key: request.order, MessageDeduplicationId: ${id}`, '{}'));
    expect(facts(run('\'"same"\''), 'handled').length).toBe(1);
    expect(facts(run('request.order'), 'handled').length).toBe(4);
  });

  test('a fault’s duplicate is recognised for five minutes, and not after them', () => {
    const doubled = (delay: string) =>
      facts(
        shop(
          CLOUD,
          fifo(),
          `chaos: { twice: { duplicate: sqs/jobs.fifo, delay: ${delay} } }`,
          'run: { settle: 400s }',
        ),
        'handled',
      ).length;
    expect([doubled('299s'), doubled('301s')]).toEqual([1, 2]);
  });

  test('more than 300 calls a second are throttled, which the publisher sees as 429', () => {
    const run = shop(
      CLOUD,
      fifo(),
      'clients: { user: { every: null, rate: 900/s, count: 900 } }',
      'run: { for: 2s }',
    );
    expect(details(run, 'callFailed')).toContain('429');
    expect(all(run, 'apiRefused')[0]).toMatchObject({ detail: 'SendMessage: ThrottlingException' });
  });
});

describe('at least once', () => {
  test('a copy that a server kept comes a second time', () => {
    for (const [setting, why] of [
      ['duplicates', 'received'],
      ['lostDeletes', 'deleted'],
    ]) {
      const run = shop(CLOUD, `brokers: { sqs: { ${setting}: 100% } }`, 'run: { for: 15s, settle: 0s }');
      expect(details(run, 'strayed')[0]).toBe(why);
      conserved(run);
    }
    const once = shop(CLOUD, 'brokers: { sqs: { lostDeletes: 0.1% } }');
    expect(count(once, 'strayed')).toBe(0);
  });

  test('an answer to a receive that is lost leaves its messages hidden until their timeout', () => {
    const run = shop(
      CLOUD,
      queue('{ VisibilityTimeout: 40 }'),
      'chaos: { lost: { drop: sqs -> worker, nth: [1] } }',
      'run: { settle: 60s }',
    );
    expect(details(run, 'dropped')).toEqual(['drop']);
    expect(times(run, 'delivery')[0]).toBeGreaterThanOrEqual(40_000);
    expect(details(run, 'requeue')).toEqual(['visibility timeout']);
  });

  test('a consumer that cannot reach the service handles a message again, since it could not delete it', () => {
    const run = shop(
      CLOUD,
      queue('{ VisibilityTimeout: 5 }'),
      'chaos: { cut: { partition: worker | sqs, during: 20ms..4s } }',
      'run: { settle: 120s }',
    );
    expect(facts(run, 'handled').length).toBe(2);
    conserved(run);
  });

  test('a fault can lose a message that was accepted', () => {
    const run = shop(CLOUD, 'chaos: { lost: { drop: sqs/jobs, nth: [1] } }');
    expect([count(run, 'publish'), count(run, 'delivery')]).toEqual([1, 0]);
  });
});

test('a message that is too large is refused, and not sent again', () => {
  const run = shop(
    CLOUD,
    'services: { shop: { operations: { order: { steps: { tell: { size: 2MiB } } } } } }',
  );
  expect(all(run, 'callFailed')[0]).toMatchObject({ detail: 'InvalidParameterValue', peer: 'sqs/jobs' });
  expect([count(run, 'retry'), jobs(run)?.published]).toEqual([0, 0]);
});

test('a message with a delay of its own comes that much later', () => {
  const run = shop(
    CLOUD,
    'services: { shop: { operations: { order: { steps: { tell: { DelaySeconds: 3 } } } } } }',
  );
  expect(times(run, 'delivery')[0]).toBeCloseTo(3_011, -1);
});

test('a slow consumer outlives the visibility timeout, a stuck one keeps what it has until that is over', () => {
  const handled = (chaos: string) =>
    shop(
      CLOUD,
      queue('{ VisibilityTimeout: 2 }'),
      worker('{ replicas: 2 }'),
      `chaos: { it: ${chaos} }`,
      'run: { settle: 60s }',
    );
  const slow = handled('{ slow: worker, x: 100, during: 0s..8s }');
  expect(count(slow, 'ackIgnored')).toBeGreaterThan(0);
  const stuck = handled('{ hang: worker, during: 0s..1s, nth: [1] }');
  expect(times(stuck, 'delivery').map((at) => Math.round(at / 1_000))).toEqual([0, 2]);
  expect(facts(stuck, 'handled').length).toBe(1);
});

describe('faults', () => {
  const DLQ = `brokers: { sqs: { queues: { dead: {}, jobs: { VisibilityTimeout: 1, RedrivePolicy: { deadLetter: dead, maxReceiveCount: 2 } } } } }`;

  test('a poisonous message ends in the dead-letter queue, and the others are handled', () => {
    const run = shop(CLOUD, DLQ, every('100ms', 5), 'chaos: { bad: { poison: sqs/jobs, nth: [2] } }');
    expect(all(run, 'deadLetter').map(({ subject }) => subject)).toEqual(['order-2']);
    expect(facts(run, 'handled').length).toBe(4);
  });

  test('a poisonous message that crashes its handler does so as often as it is received', () => {
    const crashes = (maxReceiveCount: number) =>
      count(
        shop(
          CLOUD,
          DLQ,
          queue(`{ RedrivePolicy: { maxReceiveCount: ${maxReceiveCount} } }`),
          'chaos: { bad: { poison: sqs/jobs, crash: true } }',
          'run: { settle: 60s }',
        ),
        'crash',
      );
    expect([crashes(2), crashes(4)]).toEqual([2, 4]);
  });

  test('a redrive brings back what died while something was broken, and once it is mended it is handled', () => {
    const run = shop(
      CLOUD,
      DLQ,
      every('100ms', 3),
      'chaos: { broken: { errors: worker, during: 0s..5s }, mend: { redrive: sqs/dead, at: 6s } }',
      'run: { settle: 20s }',
    );
    expect([count(run, 'deadLetter'), count(run, 'redriven'), facts(run, 'handled').length]).toEqual([
      3, 3, 3,
    ]);
    expect(Math.min(...times(run, 'redriven'))).toBeGreaterThan(6_000);
    conserved(run);
  });

  test('a duplicate of a channel is one more message, and no more than that', () => {
    const run = shop(CLOUD, 'chaos: { twice: { duplicate: sqs/jobs, delay: 1s } }');
    expect([facts(run, 'handled').length, jobs(run)?.published]).toEqual([2, 2]);
  });

  test('a dead process tells the queue nothing, also where its consumer was set up anew before', () => {
    const world = [SHOP, CLOUD, worker('{ work: 3s }'), 'run: { settle: 60s }'];
    const death = 'chaos: { death: { crash: worker, at: 2s, downFor: 100ms } }';
    const before = worldOf(...world, death, consumer('{ requeue: true }'));
    const run = changed(
      1_000_000,
      before,
      worldOf(...world, death, consumer('{ requeue: true, prefetch: 2 }')),
    );
    expect(details(run, 'requeue')).toEqual(['visibility timeout']);
    expect(times(run, 'delivery')[1]).toBeGreaterThan(30_000);
  });

  test('an answer to a process that has died meanwhile reaches nobody: its message stays hidden', () => {
    const run = shop(
      CLOUD,
      queue('{ VisibilityTimeout: 5 }'),
      'brokers: { sqs: { receive: 500ms } }',
      'chaos: { death: { crash: worker, at: 100ms, downFor: 50ms } }',
    );
    expect(times(run, 'delivery').length).toBe(1);
    expect(times(run, 'delivery')[0]).toBeGreaterThan(5_000);
  });

  test('an outage of the service turns publishers away and loses nothing that it had accepted', () => {
    const run = shop(
      CLOUD,
      every('1s', 5),
      'chaos: { outage: { crash: sqs, at: 1500ms, downFor: 2s } }',
      'run: { settle: 120s }',
    );
    expect(details(run, 'intentFailed')).toEqual(['connect-failure', 'connect-failure']);
    expect(facts(run, 'handled').length).toBe(3);
    conserved(run);
  });

  test('a slow service keeps publishers waiting', () => {
    const took = (chaos: string) => all(shop(CLOUD, `chaos: ${chaos}`), 'intentOk')[0]!.value;
    expect(took('{ slow: { latency: sqs, add: 300ms } }') - took('{}')).toBe(300_000);
  });
});
