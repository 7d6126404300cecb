import { describe, expect, test } from 'vitest';
import {
  all,
  changed,
  count,
  details,
  facts,
  QUEUE,
  SHOP,
  shop,
  times,
  worldOf,
} from '../../../testing.fixture.ts';

const every = (interval: string, count: number) =>
  `clients: { user: { every: ${interval}, count: ${count} } }`;
const consumer = (settings: string) => `services: { worker: { consumers: { jobs: ${settings} } } }`;
const queue = (settings: string) => `brokers: { rabbitmq: { queues: { jobs: ${settings} } } }`;
const jobs = (run: ReturnType<typeof shop>) => run.queues.find(({ queue: name }) => name === 'rabbitmq/jobs');

test('a message is acknowledged when its operation has ended well', () => {
  const run = shop(QUEUE);
  expect(times(run, 'delivery')).toEqual([11]);
  expect(times(run, 'ack')).toEqual([61]);
  expect(jobs(run)).toMatchObject({ published: 1, acked: 1, waiting: 0, inFlight: 0 });
});

test('what becomes of a message lies within its delivery, whatever it was done with', () => {
  const within = (kind: 'ack' | 'requeue' | 'deadLetter', ...patches: readonly string[]) => {
    const run = shop(QUEUE, ...patches);
    const delivery = all(run, 'delivery')[0]?.index;
    expect(delivery).toBeDefined();
    expect(all(run, kind)[0]?.span).toBe(delivery);
    return all(run)[all(run, kind)[0]?.cause ?? -1]?.kind;
  };
  expect(within('ack')).toBe('reply');
  expect(within('ack', consumer('{ ack: auto }'))).toBe('delivery');
  const failing = 'services: { worker: { operations: { handle: { steps: { no: { fail: BROKEN } } } } } }';
  expect(within('deadLetter', failing)).toBe('reply');
  expect(within('requeue', 'chaos: { broken: { errors: worker, nth: [1] } }')).toBe('reply');
});

test('a queue of either type has a message before its publisher is told so', () => {
  for (const type of ['classic', 'quorum']) {
    const run = shop(QUEUE, queue(`{ x-queue-type: ${type} }`));
    expect(count(run, 'publish')).toBe(1);
    expect(count(run, 'unroutable')).toBe(0);
  }
});

describe('prefetch', () => {
  const handedOver = (prefetch: number) =>
    times(
      shop(
        QUEUE,
        every('1ms', 4),
        consumer(`{ prefetch: ${prefetch} }`),
        'services: { worker: { work: 1s } }',
      ),
      'delivery',
    );

  test('bounds what a consumer has in its hands', () => {
    expect(handedOver(1)).toEqual([11, 1_012, 2_013, 3_014]);
    expect(handedOver(2).filter((at) => at < 1_000).length).toBe(2);
  });

  test('of nothing hands over everything at once', () => {
    expect(handedOver(0)).toEqual([11, 12, 13, 14]);
  });

  test('lets several replicas compete for the messages', () => {
    const run = shop(
      QUEUE,
      every('1ms', 4),
      consumer('{ prefetch: 1 }'),
      'services: { worker: { work: 1s, replicas: 2 } }',
    );
    expect(times(run, 'delivery')).toEqual([11, 12, 1_012, 1_013]);
  });
});

describe('redelivery', () => {
  test('brings a message back whose operation failed technically', () => {
    const run = shop(QUEUE, 'chaos: { broken: { errors: worker, nth: [1, 2] } }');
    expect(details(run, 'delivery')).toEqual(['first', 'redelivered', 'redelivered']);
    expect(details(run, 'requeue')).toEqual(['503', '503']);
    expect(jobs(run)).toMatchObject({ published: 1, acked: 1 });
  });

  test('after a crash has that as its cause', () => {
    const run = shop(QUEUE, 'chaos: { dead: { crash: worker, at: 30ms, downFor: 100ms } }');
    expect(all(run)[all(run, 'requeue')[0]?.cause ?? -1]?.kind).toBe('crash');
  });

  test('tells the consumer that it is one, and which attempt', () => {
    const run = shop(
      QUEUE,
      'chaos: { dead: { crash: worker, between: [handle.done, handle.end], nth: [1] } }',
      `services: { worker: { operations: { handle: { steps: { done: { fact: { handled: { again: message.redelivered, attempt: message.attempt } } }, end: { work: 1ms } } } } } }`,
    );
    expect(facts(run, 'handled').map(({ again, attempt }) => [again, attempt])).toEqual([
      [false, 1],
      [true, 2],
    ]);
  });

  test('puts the message at the head of the queue', () => {
    const run = shop(
      QUEUE,
      every('1ms', 3),
      consumer('{ prefetch: 1 }'),
      'chaos: { broken: { errors: worker, nth: [1] } }',
    );
    expect(all(run, 'delivery').map(({ subject }) => subject)).toEqual([
      'order-1',
      'order-1',
      'order-2',
      'order-3',
    ]);
  });

  test('of an endless failure goes on to the end of the run, unless it has a limit', () => {
    const broken = 'chaos: { broken: { errors: worker } }';
    expect(count(shop(QUEUE, broken), 'delivery')).toBeGreaterThan(1_000);
    const limited = shop(QUEUE, broken, queue('{ x-queue-type: quorum, x-delivery-limit: 3 }'));
    expect(count(limited, 'delivery')).toBe(4);
    expect(details(limited, 'deadLetter')).toEqual(['delivery limit']);
    expect(jobs(limited)).toMatchObject({ deadLettered: 1, waiting: 0 });
  });
});

test('a failed message waits in a queue for each delay, while others go on, and is given up after the last', () => {
  const run = shop(
    QUEUE,
    every('100ms', 3),
    consumer('{ prefetch: 1, retry: { delays: [1s, 3s] }, deadLetter: rabbitmq/dead }'),
    'brokers: { rabbitmq: { queues: { dead: {} } } }',
    `services: { worker: { operations: { handle: { steps: { bad: { fail: BROKEN, status: 503, when: "request.order == 'order-1'" } } } } } }`,
  );
  const tries = all(run, 'delivery', 'worker.jobs').filter(({ subject }) => subject === 'order-1');
  const seconds = tries.map(({ at }) => Math.round((at - tries[0]!.at) / 1_000_000));
  expect(seconds).toEqual([0, 1, 4]);
  expect(count(run, 'putOff')).toBe(2);
  expect(all(run, 'deadLetter').at(-1)).toMatchObject({ subject: 'order-1', peer: 'rabbitmq/dead' });
  const others = all(run, 'fact').filter(({ subject }) => subject !== 'order-1');
  expect(others.map(({ subject }) => subject)).toEqual(['order-2', 'order-3']);
  expect(others.at(-1)!.at).toBeLessThan(1_000_000);
});

test('requeue says for every failure what becomes of the message, where it is given', () => {
  const failing = (requeue: boolean, status: number) => {
    const run = shop(
      QUEUE,
      consumer(`{ requeue: ${requeue} }`),
      `services: { worker: { operations: { handle: { steps: { bad: { fail: BROKEN, status: ${status}, when: "message.attempt < 3" } } } } } }`,
    );
    return [count(run, 'requeue'), count(run, 'deadLetter')];
  };
  expect(failing(true, 422)).toEqual([2, 0]);
  expect(failing(false, 503)).toEqual([0, 1]);
});

test('a retry in place keeps the message in hand, and what is behind it waits', () => {
  const run = shop(
    QUEUE,
    every('100ms', 2),
    consumer('{ prefetch: 1, retry: { inPlace: fixed(2s), maxAttempts: 3 } }'),
    'chaos: { bad: { errors: worker, nth: [1, 2] } }',
  );
  expect(count(run, 'delivery', 'worker.jobs')).toBe(2);
  expect(count(run, 'requeue')).toBe(0);
  expect(times(run, 'fact').every((time) => time > 4_000)).toBe(true);
  expect(facts(run, 'handled')).toHaveLength(2);
});

test('a message that goes round through a queue of its consumer meets new luck each time', () => {
  const run = shop(
    QUEUE,
    every('100ms', 50),
    'brokers: { rabbitmq: { queues: { wait: { deadLetter: rabbitmq/jobs } } } }',
    'externals: { bank: { operations: { charge: {} } } }',
    `services: { worker: { operations: { handle: { order: [ask, later, done], steps: {
       ask: { call: bank.charge, fallback: { late: true } },
       later: { publish: rabbitmq/wait, type: Ordered, expiration: 10ms, when: ask.degraded },
       done: { when: "!ask.degraded", fact: { handled: {} } } } } } } }`,
    'chaos: { half: { errors: bank.charge, p: 50% } }',
  );
  expect(count(run, 'putOff') + count(run, 'requeue')).toBe(0);
  expect(run.queues.find(({ queue: name }) => name === 'rabbitmq/wait')?.published).toBeGreaterThan(20);
  expect(facts(run, 'handled').length).toBe(50);
});

describe('a dead letter', () => {
  const REFUSES =
    'services: { worker: { operations: { handle: { steps: { done: null, no: { fail: BROKEN } } } } } }';
  const DEAD = 'brokers: { rabbitmq: { queues: { dead: {} } } }';

  test('is what a consumer refuses for business reasons, at once', () => {
    const run = shop(QUEUE, REFUSES);
    expect(count(run, 'delivery')).toBe(1);
    expect(details(run, 'deadLetter')).toEqual(['BROKEN']);
  });

  test('goes to the queue that its own queue names', () => {
    const run = shop(QUEUE, REFUSES, DEAD, queue('{ deadLetter: rabbitmq/dead }'));
    expect(run.queues.find(({ queue: name }) => name === 'rabbitmq/dead')).toMatchObject({
      published: 1,
      waiting: 1,
    });
  });

  test('goes where the consumer says, if it says so', () => {
    const run = shop(QUEUE, REFUSES, DEAD, consumer('{ deadLetter: rabbitmq/dead }'));
    expect(all(run, 'deadLetter')[0]).toMatchObject({ peer: 'rabbitmq/dead' });
  });

  test('is gone where nobody says', () => {
    const run = shop(QUEUE, REFUSES);
    expect(all(run, 'deadLetter')[0]?.peer).toBe(null);
    expect(jobs(run)).toMatchObject({ published: 1, deadLettered: 1 });
  });
});

describe('acknowledging at delivery', () => {
  test('loses what a crash interrupts', () => {
    const dies = 'chaos: { death: { crash: worker, at: 30ms, downFor: 100ms } }';
    const lost = shop(QUEUE, consumer('{ ack: auto }'), dies);
    expect(lost.facts).toEqual([]);
    expect(jobs(lost)).toMatchObject({ published: 1, acked: 1 });
    expect(shop(QUEUE, dies).facts.length).toBe(1);
  });

  test('is told as such, as is an acknowledgement before the work', () => {
    const told = (settings: string) => details(shop(QUEUE, consumer(settings)), 'ack');
    expect(told('{ ack: auto }')).toEqual(['auto']);
    expect(told('{ ack: before }')).toEqual(['before']);
    expect(told('{ ack: manual }')).toEqual([null]);
  });

  test('knows no prefetch', () => {
    const run = shop(
      QUEUE,
      every('1ms', 3),
      consumer('{ ack: auto, prefetch: 1 }'),
      'services: { worker: { work: 1s } }',
    );
    expect(times(run, 'delivery')).toEqual([11, 12, 13]);
  });
});

describe('a consumer', () => {
  test('can choose the operation by the type of the message; what nobody asked for is acknowledged', () => {
    const run = (on: string) => shop(QUEUE, consumer(`{ do: null, on: ${on} }`));
    expect(run('{ Ordered: handle }').facts.length).toBe(1);
    expect(run('{ default: handle }').facts.length).toBe(1);
    const ignored = run('{ Other: handle }');
    expect(ignored.facts).toEqual([]);
    expect(jobs(ignored)).toMatchObject({ acked: 1 });
  });

  test('knows no operation for a type that is called like something every object has', () => {
    const run = (type: string, settings: string) =>
      shop(
        QUEUE,
        `services: { shop: { operations: { order: { steps: { tell: { type: ${type} } } } } } }`,
        consumer(`{ do: null, on: ${settings} }`),
      );
    for (const type of ['constructor', 'toString', 'hasOwnProperty']) {
      expect(run(type, '{ default: handle }').facts.length).toBe(1);
      expect(run(type, '{ Ordered: handle }').facts.length).toBe(0);
    }
    expect(run('constructor', '{ constructor: handle }').facts.length).toBe(1);
  });

  test('skips what it does not accept, as done', () => {
    const run = shop(
      QUEUE,
      every('10ms', 4),
      "services: { shop: { operations: { order: { steps: { tell: { headers: { kind: \"request.order in ['order-2', 'order-3'] ? 'A' : 'B'\" } } } } } } }",
      consumer('{ accept: message.headers.kind == "A" && has(request.order) }'),
    );
    expect(run.facts.length).toBe(2);
    expect(count(run, 'skipped')).toBe(2);
    expect(jobs(run)).toMatchObject({ acked: 4 });
  });

  test('can listen to several queues', () => {
    const run = shop(
      QUEUE,
      'brokers: { rabbitmq: { exchanges: { all: { bindings: { jobs: "", more: "" } } }, queues: { more: {} } } }',
      'services: { shop: { operations: { order: { steps: { tell: { publish: rabbitmq/all } } } } } }',
      consumer('{ from: [rabbitmq/jobs, rabbitmq/more] }'),
    );
    expect(run.facts.length).toBe(2);
  });

  test('that is scaled down leaves the rest of the queue to the others', () => {
    const load = every('20ms', 100);
    const of = (replicas: number) =>
      worldOf(
        SHOP,
        QUEUE,
        load,
        consumer('{ prefetch: 3 }'),
        `services: { worker: { replicas: ${replicas} } }`,
      );
    const run = changed(1_000_000, of(2), of(1));
    expect(jobs(run)).toMatchObject({ acked: 100, waiting: 0, inFlight: 0 });
    expect(facts(run, 'handled')).toHaveLength(100);
    const late = all(run, 'request', 'worker.handle').filter(
      ({ at, peer }) => at > 1_000_000 && peer === 'worker[1]',
    );
    expect(late).toEqual([]);
  });

  test('that is scaled down finishes and acknowledges what it has', () => {
    const before = worldOf(SHOP, QUEUE, 'services: { worker: { work: 1s, replicas: 1 } }');
    const run = changed(
      500_000,
      before,
      worldOf(SHOP, QUEUE, 'services: { worker: { work: 1s, replicas: 0 } }'),
    );
    expect(details(run, 'delivery')).toEqual(['first']);
    expect(jobs(run)).toMatchObject({ acked: 1, inFlight: 0 });
  });

  const cut = (from: string, length: string) =>
    shop(
      QUEUE,
      'run: { settle: 200s }',
      `chaos: { cut: { partition: worker | rabbitmq, at: ${from}, for: ${length} } }`,
    );

  test('that cannot be reached for a while gets its messages late, as TCP sends them again', () => {
    const run = cut('0s', '20s');
    expect(times(run, 'delivery')).toEqual([25_411]);
    expect(count(run, 'requeue')).toBe(0);
  });

  test('that cannot be reached for longer than the heartbeat is taken for dead, and connects again', () => {
    const run = cut('0s', '70s');
    expect(details(run, 'requeue')).toEqual(['connection lost']);
    expect(times(run, 'delivery')).toEqual([70_011]);
  });

  test('whose acknowledgement does not arrive before its connection ends gets the message again', () => {
    expect(facts(cut('30ms', '20s'), 'handled').length).toBe(1);
    expect(facts(cut('30ms', '70s'), 'handled').length).toBe(2);
  });
});

test('a queue gives back what a crash interrupted in its old order', () => {
  const run = shop(
    QUEUE,
    every('1ms', 5),
    'services: { worker: { work: 1s } }',
    'network: { links: { "* -> rabbitmq": { rtt: uniform(0s 5ms) } } }',
    'chaos: { death: { crash: worker, at: 500ms, downFor: 100ms } }',
  );
  const again = all(run, 'delivery')
    .slice(5)
    .map(({ subject }) => subject);
  expect(again).toEqual(['order-1', 'order-2', 'order-3', 'order-4', 'order-5']);
});

describe('an exchange', () => {
  const FANOUT = [
    QUEUE,
    'brokers: { rabbitmq: { exchanges: { all: { bindings: { jobs: "", more: "" } } }, queues: { more: {} } } }',
    'services: { shop: { operations: { order: { steps: { tell: { publish: rabbitmq/all } } } } } }',
  ];
  const published = (...chaos: readonly string[]) =>
    shop(...FANOUT, ...chaos).queues.map(({ queue: name, published: n }) => [name.slice(9), n]);

  test('copies a message to each bound queue', () => {
    expect(published()).toEqual([
      ['jobs', 1],
      ['more', 1],
    ]);
  });

  test('of which a fault drops messages in one queue loses them only there', () => {
    expect(published('chaos: { lost: { drop: rabbitmq/more } }')).toEqual([
      ['jobs', 1],
      ['more', 0],
    ]);
    expect(published('chaos: { lost: { drop: rabbitmq/all } }')).toEqual([
      ['jobs', 0],
      ['more', 0],
    ]);
  });

  test('of which a fault duplicates messages in one queue doubles them only there', () => {
    expect(published('chaos: { twice: { duplicate: rabbitmq/more } }')).toEqual([
      ['jobs', 1],
      ['more', 2],
    ]);
  });

  test('of which one queue is full refuses the message, and the others have it all the same', () => {
    const run = shop(
      ...FANOUT,
      'brokers: { rabbitmq: { queues: { more: { x-max-length: 1, x-overflow: reject-publish } } } }',
      every('1s', 3),
    );
    expect(run.queues.map(({ published: n }) => n)).toEqual([3, 1]);
    expect(details(run, 'callFailed', 'shop.order.tell')).toEqual(['rejected', 'rejected']);
  });
});
