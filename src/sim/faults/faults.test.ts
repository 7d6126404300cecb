import { describe, expect, test } from 'vitest';
import { all, BANK, count, DATABASE, details, facts, QUEUE, shop, times } from '../testing.fixture.ts';
import { faults } from './index.ts';

const fault = (text: string) => `chaos: { it: ${text} }`;
const MANY = 'clients: { user: { every: 10ms, count: 200 } }';
const bank = (text: string, ...more: readonly string[]) => shop(BANK, fault(text), ...more);

/** How long the shop waited for its bank, in ms. */
const waited = (run: ReturnType<typeof shop>) =>
  all(run, 'callOk', 'shop.order.charge').map(({ value }) => value / 1_000);

describe('latency', () => {
  test('of a service stretches its work, by a factor and by a time', () => {
    expect(waited(bank('{ latency: bank, x: 4 }'))).toEqual([80]);
    expect(waited(bank('{ latency: bank, add: 300ms }'))).toEqual([320]);
    expect(waited(bank('{ latency: bank, x: 2, add: 300ms }'))).toEqual([340]);
  });

  test('of a replica leaves the others as they are', () => {
    expect(
      waited(
        bank(
          '{ latency: "bank[1]", add: 1s }',
          'externals: { bank: { replicas: 2 } }',
          'clients: { user: { count: 4 } }',
        ),
      ),
    ).toEqual([20, 1_020, 20, 1_020]);
  });

  test('of a link is added in both directions, to what the first asks of the second', () => {
    expect(waited(bank('{ latency: shop -> bank, add: 100ms }'))).toEqual([220]);
    expect(waited(bank('{ latency: bank -> shop, add: 100ms }'))).toEqual([20]);
    expect(waited(bank('{ latency: "* -> bank", add: 100ms }'))).toEqual([220]);
    expect(waited(bank('{ latency: "shop -> *", add: 100ms }'))).toEqual([220]);
    expect(waited(bank('{ latency: "* -> shop", add: 100ms }'))).toEqual([20]);
  });

  test('of a database stretches its statements and commits, by a factor and by a time', () => {
    const took = (text: string) =>
      times(
        shop(
          DATABASE,
          fault(text),
          'services: { shop: { operations: { order: { steps: { keep: { insert: orders } } } } } }',
        ),
        'intentOk',
      );
    expect(took('{ latency: shop.db, x: 10 }')).toEqual([10 + 20 + 30]);
    expect(took('{ latency: shop.db, add: 100ms }')).toEqual([10 + 102 + 103]);
  });
});

describe('jitter', () => {
  test('adds to each message of a link a time of its own', () => {
    const run = bank('{ jitter: shop -> bank, by: uniform(0s 100ms) }', MANY);
    expect(new Set(waited(run)).size).toBeGreaterThan(190);
    expect(Math.min(...waited(run))).toBeGreaterThanOrEqual(20);
    expect(Math.max(...waited(run))).toBeLessThanOrEqual(220);
  });
});

describe('drop', () => {
  const PATIENT = 'services: { shop: { calls: { bank: { timeout: 1s } } } }';

  test('lets a request vanish on its link: nothing is done and nobody is told', () => {
    const run = bank('{ drop: shop -> bank }', PATIENT);
    expect(run.facts).toEqual([]);
    expect(details(run, 'dropped')).toEqual(['drop']);
    expect(details(run, 'intentFailed')).toEqual(['timeout']);
  });

  test('of a link to somebody leaves alone what he asks of others', () => {
    expect(
      count(bank('{ drop: "* -> shop", during: 5s..6s }', 'clients: { user: { count: 8 } }'), 'dropped'),
    ).toBe(1);
    const asking = bank('{ drop: "* -> shop", nth: [2] }', PATIENT);
    expect(asking.facts.length).toBe(1);
  });

  test('of a channel lets the broker confirm a message and forget it', () => {
    const run = shop(QUEUE, fault('{ drop: rabbitmq/jobs }'));
    expect(count(run, 'intentOk')).toBe(1);
    expect(run.facts).toEqual([]);
    expect(run.queues[0]).toMatchObject({ published: 0 });
  });

  test('of a link to a consumer is made good by TCP, which sends again', () => {
    const run = shop(QUEUE, fault('{ drop: rabbitmq -> worker, nth: [1] }'));
    expect(times(run, 'delivery')).toEqual([211]);
    expect(run.facts.length).toBe(1);
  });

  test('of all on a link to a consumer ends its connection once the heartbeat is missed', () => {
    const run = shop(QUEUE, fault('{ drop: rabbitmq -> worker, during: 0s..61s }'), 'run: { settle: 100s }');
    expect(details(run, 'requeue')).toEqual(['connection lost']);
    expect(run.facts.length).toBe(1);
  });
});

describe('dropReply', () => {
  test('loses the answer to what was done', () => {
    const run = bank(
      '{ dropReply: shop -> bank }',
      'services: { shop: { calls: { bank: { timeout: 1s } } } }',
    );
    expect(run.facts.length).toBe(1);
    expect(details(run, 'dropped')).toEqual(['dropReply']);
    expect(details(run, 'intentFailed')).toEqual(['timeout']);
  });

  test('can mean whoever asks', () => {
    expect(count(bank('{ dropReply: "* -> bank" }'), 'dropped')).toBe(1);
  });

  test('of a broker loses the confirm of a message that it has', () => {
    const run = shop(
      QUEUE,
      fault('{ dropReply: shop -> rabbitmq }'),
      'services: { shop: { calls: { rabbitmq: { timeout: 1s } } } }',
    );
    expect(details(run, 'intentFailed')).toEqual(['timeout']);
    expect(facts(run, 'handled').length).toBe(1);
  });
});

describe('duplicate', () => {
  test('puts a second copy with the same id into the queue, a little later', () => {
    const run = shop(QUEUE, fault('{ duplicate: rabbitmq/jobs, delay: 500ms }'));
    expect(times(run, 'delivery')).toEqual([11, 511]);
    expect(new Set(all(run, 'delivery').map(({ value }) => value)).size).toBe(1);
    expect(run.queues[0]).toMatchObject({ published: 2, acked: 2 });
  });
});

describe('poison', () => {
  const handled = (chaos: string, ...more: readonly string[]) =>
    shop(QUEUE, 'clients: { user: { every: 10ms, count: 3 } }', fault(chaos), ...more);

  test('makes one message fail as often as it is delivered, and no other', () => {
    const run = handled('{ poison: rabbitmq/jobs, nth: [2] }');
    const failing = new Set(all(run, 'requeue').map(({ value }) => value));
    expect(failing.size).toBe(1);
    expect(count(run, 'requeue')).toBeGreaterThan(100);
    expect(run.facts.length).toBe(2);
  });

  test('that looks like a refusal is given up at once', () => {
    const run = handled('{ poison: rabbitmq/jobs, nth: [2], status: 422 }');
    expect(details(run, 'deadLetter')).toEqual(['422']);
    expect(run.facts.length).toBe(2);
  });

  test('harms who consumes from its queue, and not who reads the dead letters', () => {
    const run = handled(
      '{ poison: rabbitmq/jobs, nth: [2], status: 422 }',
      'brokers: { rabbitmq: { queues: { jobs: { deadLetter: rabbitmq/dead }, dead: {} } } }',
      `services: { desk: { operations: { note: { steps: { open: { fact: { noticed: {} } } } } },
         consumers: { dead: { from: rabbitmq/dead, do: note } } } }`,
    );
    expect(details(run, 'deadLetter')).toEqual(['422']);
    expect(facts(run, 'noticed').length).toBe(1);
  });

  test('can kill the process that takes it, again and again', () => {
    const run = handled('{ poison: rabbitmq/jobs, nth: [2], crash: true }');
    expect(count(run, 'crash')).toBeGreaterThan(2);
    expect(details(run, 'requeue')).toContain('connection closed');
  });
});

describe('redrive', () => {
  test('puts dead messages back to the queue in which they died', () => {
    const run = shop(
      QUEUE,
      'brokers: { rabbitmq: { queues: { jobs: { deadLetter: rabbitmq/parked }, parked: {} } } }',
      'chaos: { bad: { errors: worker, status: 422, nth: [1] }, back: { redrive: rabbitmq/parked, at: 5s } }',
    );
    expect(details(run, 'deadLetter')).toEqual(['422']);
    expect(all(run, 'redriven').map(({ place, peer }) => [place, peer])).toEqual([
      ['rabbitmq/parked', 'rabbitmq/jobs'],
    ]);
    expect(run.facts.length).toBe(1);
  });
});

describe('memoryAlarm', () => {
  test('leaves a publish without a confirm until it is over, while consumers go on', () => {
    const run = shop(
      QUEUE,
      'clients: { user: { every: 1s, count: 3 } }',
      fault('{ memoryAlarm: rabbitmq, during: 500ms..4s }'),
    );
    // The broker notices once it has read a publish, so one more gets through.
    expect(details(run, 'blocked')).toEqual(['on', 'off']);
    expect(all(run, 'publish').map(({ at }) => at >= 4_000_000)).toEqual([false, false, true]);
  });
});

describe('queueLimit', () => {
  test('drops the oldest without a word to the publisher', () => {
    const run = shop(
      QUEUE,
      'clients: { user: { every: 10ms, count: 3 } }',
      'services: { worker: { replicas: 0 } }',
      fault('{ queueLimit: rabbitmq/jobs, length: 1 }'),
    );
    expect(details(run, 'deadLetter')).toEqual(['queue limit', 'queue limit']);
    expect(count(run, 'intentOk')).toBe(3);
  });

  test('is over when the fault is', () => {
    const run = shop(
      QUEUE,
      'clients: { user: { every: 1s, count: 4 } }',
      'services: { worker: { replicas: 0 } }',
      fault('{ queueLimit: rabbitmq/jobs, length: 0, during: 500ms..1500ms }'),
    );
    expect(run.queues[0]).toMatchObject({ published: 4, deadLettered: 2, waiting: 2 });
  });
});

describe('ackTimeout', () => {
  test('takes a message from a consumer that holds it for too long', () => {
    const run = shop(
      QUEUE,
      'brokers: { rabbitmq: { queues: { jobs: { x-queue-type: quorum } } } }',
      'services: { worker: { work: 3s } }',
      fault('{ ackTimeout: rabbitmq/jobs, after: 1s }'),
    );
    expect(details(run, 'requeue')[0]).toBe('consumer timeout');
    expect(run.facts.length).toBeGreaterThan(1);
  });
});

describe('unroutable', () => {
  test('lets the broker confirm what reaches nobody', () => {
    const run = shop(
      QUEUE,
      'brokers: { rabbitmq: { exchanges: { all: { bindings: { jobs: "" } } } } }',
      'services: { shop: { operations: { order: { steps: { tell: { publish: rabbitmq/all } } } } } }',
      fault('{ unroutable: rabbitmq/all }'),
    );
    expect(count(run, 'unroutable')).toBe(1);
    expect(count(run, 'intentOk')).toBe(1);
    expect(run.facts).toEqual([]);
  });
});

describe('crash of a broker', () => {
  test('breaks connections, keeps what is durable, and refuses publishers while it is down', () => {
    const run = shop(
      QUEUE,
      'clients: { user: { every: 1s, count: 3 } }',
      'services: { worker: { replicas: 0 } }',
      fault('{ crash: rabbitmq, at: 1500ms, downFor: 1s }'),
    );
    expect(details(run, 'intentFailed')).toEqual(['connect-failure']);
    expect(run.queues[0]).toMatchObject({ published: 2, waiting: 2, lost: 0 });
  });

  test('loses messages that are not persistent', () => {
    const run = shop(
      QUEUE,
      'brokers: { rabbitmq: { publisher: { delivery_mode: 1 } } }',
      'services: { worker: { replicas: 0 } }',
      fault('{ crash: rabbitmq, at: 500ms, downFor: 1s }'),
    );
    expect(run.queues[0]).toMatchObject({ published: 1, waiting: 0, lost: 1 });
  });
});

describe('latency of a broker', () => {
  test('makes its disk slow, so that confirms come late', () => {
    const run = shop(QUEUE, fault('{ latency: rabbitmq, add: 300ms }'));
    const [ok] = all(run, 'intentOk');
    expect(ok?.value).toBeGreaterThan(300_000);
  });
});

describe('partition', () => {
  test('cuts a consumer from its broker', () => {
    const run = shop(QUEUE, fault('{ partition: worker | rabbitmq }'));
    expect(count(run, 'delivery')).toBe(0);
    expect(count(run, 'intentOk')).toBe(1);
  });
});

describe('slow', () => {
  test('makes one replica work so many times as long, while it takes its share', () => {
    expect(
      waited(
        bank(
          '{ slow: "bank[0]", x: 10 }',
          'externals: { bank: { replicas: 2 } }',
          'clients: { user: { count: 4 } }',
        ),
      ),
    ).toEqual([200, 20, 200, 20]);
  });
});

describe('hang', () => {
  test('takes a request and its worker, and answers when the fault is over: with a broken connection', () => {
    const run = bank('{ hang: bank, at: 0s, for: 3s }');
    expect(times(run, 'reply', 'bank.charge')).toEqual([3_000]);
    expect(details(run, 'intentFailed')).toEqual(['reset']);
    expect(run.facts).toEqual([]);
  });

  test('of one operation leaves the others', () => {
    expect(bank('{ hang: bank.refund }').facts.length).toBe(1);
    expect(bank('{ hang: bank.charge }').facts.length).toBe(0);
  });

  test('uses the workers up', () => {
    const run = bank(
      '{ hang: bank, nth: [1, 2], at: 0s, for: 5s }',
      'externals: { bank: { workers: 2 } }',
      'clients: { user: { count: 3 } }',
    );
    expect(times(run, 'start', 'bank.charge')).toEqual([10, 1_010, 5_000]);
  });
});

describe('crash', () => {
  test('kills all replicas of a service at a time, or one', () => {
    const two = 'externals: { bank: { replicas: 2 } }';
    expect(all(bank('{ crash: bank, at: 5s }', two), 'crash').map(({ place, at }) => [place, at])).toEqual([
      ['bank[0]', 5_000_000],
      ['bank[1]', 5_000_000],
    ]);
    expect(
      all(bank('{ crash: "bank[1]", at: 5s, downFor: 2s }', two), 'restart').map(({ place, at }) => [
        place,
        at,
      ]),
    ).toEqual([['bank[1]', 7_000_000]]);
  });

  test('between two steps kills the replica whose request has done the first and not yet the second', () => {
    const crashes = (steps: string) =>
      all(
        shop(
          DATABASE,
          QUEUE,
          `services: { shop: { operations: { order: { steps: ${steps} } } } }`,
          fault('{ crash: shop, between: [order.keep, order.tell] }'),
        ),
        'crash',
      ).map(({ at }) => at / 1_000);
    expect(crashes('{ tell: null, keep: { insert: orders }, after: { publish: rabbitmq/jobs } }')).toEqual([
      15,
    ]);
    expect(crashes('{ tell: { publish: rabbitmq/jobs }, keep: { insert: orders } }')).toEqual([]);
  });

  test('kills a relay of an outbox', () => {
    const run = shop(
      DATABASE,
      QUEUE,
      'services: { shop: { outbox: {} } }',
      fault('{ crash: "shop.outbox[0]", at: 1s }'),
    );
    expect(all(run, 'crash').map(({ place }) => place)).toEqual(['shop.outbox[0]']);
  });
});

describe('crashAt', () => {
  test('kills the replica that passes a step for the n-th time, right after its effect', () => {
    const run = bank(
      '{ crashAt: bank.charge.take, n: 2, downFor: 100ms }',
      'clients: { user: { count: 3 } }',
    );
    expect(run.facts.length).toBe(3);
    expect(all(run, 'crash')[0]?.at).toBe(run.facts[1]?.at);
    expect(details(run, 'intentFailed')).toEqual(['reset']);
  });
});

describe('errors', () => {
  test('answers with a status instead of doing the work', () => {
    const run = bank('{ errors: bank, status: 500 }');
    expect(all(run, 'reply', 'bank.charge')[0]).toMatchObject({ value: 500, detail: '500' });
    expect(count(run, 'start', 'bank.charge')).toBe(0);
  });

  test('of an operation leaves the others', () => {
    expect(bank('{ errors: bank.refund }').facts.length).toBe(1);
    expect(bank('{ errors: bank.charge }').facts.length).toBe(0);
  });

  test('of a database refuses the statement', () => {
    const run = shop(
      DATABASE,
      fault('{ errors: shop.db }'),
      'services: { shop: { operations: { order: { steps: { keep: { insert: orders } } } } } }',
    );
    expect(details(run, 'refused')).toEqual(['db-error']);
    expect(details(run, 'intentFailed')).toEqual(['db-error']);
  });
});

describe('surge', () => {
  test('strikes once, when it begins', () => {
    const run = shop(
      'clients: { user: { every: null, count: null, rate: 10/s } }',
      fault('{ surge: user, x: 3, during: 2s..4s }'),
    );
    expect(run.faults).toMatchObject([{ fired: 1, first: 2_000_000 }]);
  });
});

describe('hotKey', () => {
  test('sends its share of the picks to one entity', () => {
    const run = shop(
      MANY,
      'entities: { sku: { count: 1000 } }',
      "clients: { user: { data: { sku: pick('sku') } } }",
      fault('{ hotKey: user, entity: sku, key: 7, share: 50% }'),
    );
    const picked = [...run.subjects.values()]
      .filter(({ entity }) => entity === 'order')
      .map(({ data }) => data.sku);
    const hot = picked.filter((sku) => sku === 'sku-7').length;
    expect(hot).toBeGreaterThan(70);
    expect(hot).toBeLessThan(130);
    const fired = run.faults[0]?.fired as number;
    expect(hot - fired).toBeGreaterThanOrEqual(0); // a few are picked without the fault
    expect(hot - fired).toBeLessThan(4);
  });

  test('leaves the other picks as they were', () => {
    const skus = (chaos: string) => {
      const run = shop(
        MANY,
        'entities: { sku: { count: 1000 } }',
        "clients: { user: { data: { sku: pick('sku') } } }",
        chaos,
      );
      return [...run.subjects.values()]
        .filter(({ entity }) => entity === 'order')
        .map(({ data }) => data.sku);
    };
    const [calm, hot] = [skus('{}'), skus(fault('{ hotKey: user, entity: sku, key: 7, share: 50% }'))];
    expect(hot.filter((sku, i) => sku !== 'sku-7' && sku !== calm[i])).toEqual([]);
  });
});

/** For each fault: a strong form, one that changes nothing, and where it does not get to strike. */
const WORLD = [
  BANK,
  DATABASE,
  QUEUE,
  'entities: { sku: { count: 10 } }',
  "clients: { user: { every: null, count: null, rate: 20/s, data: { sku: zipf('sku') }, calls: { shop: { timeout: 2s } } } }",
  'services: { shop: { replicas: 2, calls: { bank: { timeout: 500ms, retry: { maxAttempts: 2 } }, rabbitmq: { timeout: 500ms } }, operations: { order: { steps: { keep: { upsert: orders }, tell: { publish: rabbitmq/all } } } } } }',
  'brokers: { rabbitmq: { exchanges: { all: { bindings: { jobs: "" } } } } }',
  'run: { for: 3s, settle: 4s }',
  `services: { shop: { versions: { v2: { work: 15ms, operations: { order: {} } } } } }`,
] as const;

/** For faults of the mesh: user and shop in it, a handshake for each request, and a replica that dies for a while. */
const MESHED = `
  mesh:
    default:
      certificates: { rotate: false }
      connectionPool: { maxRequestsPerConnection: 1 }
      proxy: { propagation: 200ms }
  clients: { user: { sidecar: true } }
  chaos: { dies: { crash: "shop[1]", at: 1500ms, downFor: 500ms } }
`;
const OF_MESH: ReadonlySet<string> = new Set([
  'clock',
  'certExpire',
  'trustSplit',
  'sidecarDown',
  'staleEndpoints',
  'policyDeny',
  'configPush',
]);

/** For faults of a log: each order leaves a trail in it, which a clerk files. */
const LOGGED = `
  brokers:
    kafka:
      replica.lag.time.max.ms: 500
      group.initial.rebalance.delay.ms: 100
      topics: { trail: { partitions: 2, replication.factor: 3 } }
  services:
    shop: { operations: { order: { steps: { note: { publish: kafka/trail, key: request.order } } } } }
    clerk:
      consumers: { trail: { from: kafka/trail, do: file, commit: after, auto.offset.reset: earliest } }
      operations: { file: {} }
`;
const OF_LOG: ReadonlySet<string> = new Set([
  'failover',
  'isrShrink',
  'rebalance',
  'retentionCut',
  'loseCommits',
]);

/** For faults of DNS: the bank is looked up there, and one of its two replicas dies. */
const NAMED = `
  externals: { bank: { replicas: 2 } }
  discovery: { bank: { kind: dns, ttl: 300ms, lookup: 1ms, propagation: 0s, networkaddress.cache.negative.ttl: 1 } }
  chaos: { death: { crash: "bank[1]", at: 1s, downFor: 1h } }
`;
const OF_DNS: ReadonlySet<string> = new Set(['dnsStale', 'dnsEmpty', 'dnsSlow']);

/** For faults of a gateway and of rollouts: the shop asks for tokens, has a route to the bank, and is being deployed. */
const EDGE = `
  clients: { user: { token: {} }, caller: { rate: 5/s, token: {}, steps: { ask: { call: shop.ask } } } }
  services: { shop: { auth: { jwt: { issuer: issuer, jwks: { cacheDuration: 300ms } } }, routes: { ask: { to: bank.charge } } } }
  chaos: { rolls: { deploy: shop, to: v2, at: 1200ms, interval: 300ms } }
`;
const OF_EDGE: ReadonlySet<string> = new Set(['misroute', 'authDown', 'stuckCanary']);
/** For faults of zones: the shop stands in two. */
const ZONED = 'network: { zones: { a: {}, b: {} } }\nservices: { shop: { zone: [a, b] } }';
const OF_ZONE: ReadonlySet<string> = new Set(['zoneOutage']);

/** For faults of caches: what the bank says is kept, for each thing that is sold. */
const CACHED = `
  services: { shop: { operations: { order: { steps: { charge: { cache: { max-age: 2s, key: request.sku } } } } } } }
`;
const OF_CACHE: ReadonlySet<string> = new Set(['flush', 'ttlAlign']);

const FORMS: Readonly<Record<keyof typeof faults, readonly [strong: string, none: readonly string[]]>> = {
  latency: [
    '{ latency: bank, add: 300ms, p: 30% }',
    ['{ latency: bank, x: 1 }', '{ latency: shop.db, add: 0s }', '{ latency: shop -> bank, add: 0s }'],
  ],
  jitter: ['{ jitter: shop -> bank, by: exponential(50ms) }', ['{ jitter: shop -> bank, by: 0s }']],
  drop: ['{ drop: rabbitmq/jobs, p: 20% }', []],
  dropReply: ['{ dropReply: shop -> bank, p: 20% }', []],
  duplicate: ['{ duplicate: rabbitmq/jobs, p: 30% }', []],
  partition: ['{ partition: shop | rabbitmq, during: 1s..2s }', []],
  slow: ['{ slow: "shop[0]", x: 10 }', ['{ slow: shop, x: 1 }']],
  hang: ['{ hang: bank, p: 10%, at: 0s, for: 3s }', []],
  pause: ['{ pause: shop, at: 1s, for: 800ms }', []],
  cpuSteal: [
    '{ cpuSteal: shop, share: 80%, during: 1s..2s }',
    ['{ cpuSteal: shop, share: 0% }', '{ cpuSteal: shop, share: 50%, every: 1s, lasts: 0s }'],
  ],
  crash: ['{ crash: shop, at: 2s, downFor: 300ms }', []],
  crashAt: ['{ crashAt: shop.order.keep, n: 9, downFor: 300ms }', []],
  errors: ['{ errors: bank, p: 20% }', []],
  surge: ['{ surge: user, x: 3, during: 1s..2s }', ['{ surge: user, x: 1 }']],
  hotKey: ['{ hotKey: user, entity: sku, share: 50% }', ['{ hotKey: user, entity: sku, share: 0% }']],
  zoneOutage: ['{ zoneOutage: b, during: 1s..2s }', []],
  flush: ['{ flush: shop, at: 1500ms }', []],
  ttlAlign: ['{ ttlAlign: shop.order.charge, at: 1500ms }', []],
  poolExhaust: ['{ poolExhaust: shop.db/main, at: 1s, for: 1s }', []],
  clock: ['{ clock: user, offset: 25h, during: 1s..2s }', ['{ clock: user, offset: 0s }']],
  certExpire: ['{ certExpire: shop, at: 1s }', []],
  trustSplit: ['{ trustSplit: shop, during: 1s..2s }', []],
  sidecarDown: ['{ sidecarDown: "shop[0]", during: 1s..2s }', []],
  staleEndpoints: ['{ staleEndpoints: shop, at: 1s, for: 2s }', []],
  policyDeny: ['{ policyDeny: shop, p: 20% }', []],
  dnsStale: ['{ dnsStale: bank }', []],
  dnsEmpty: ['{ dnsEmpty: bank, during: 1s..2s }', []],
  dnsSlow: ['{ dnsSlow: bank, add: 100ms }', []],
  configPush: ['{ configPush: shop, set: { fault: { abort: { httpStatus: 500 } } }, during: 1s..2s }', []],
  misroute: ['{ misroute: shop.ask, during: 500ms..2s }', []],
  authDown: ['{ authDown: shop, during: 500ms..1s }', []],
  quotaCut: ['{ quotaCut: bank, rate: 5/s }', []],
  thirdParty429: ['{ thirdParty429: bank, p: 20% }', []],
  slowUnknown: ['{ slowUnknown: bank, by: 1s, undone: 50%, p: 20% }', []],
  stuckCanary: ['{ stuckCanary: shop, during: 1s..2s }', []],
  poison: ['{ poison: rabbitmq/jobs, p: 10% }', []],
  redrive: ['{ redrive: rabbitmq/jobs, at: 1s }', []],
  memoryAlarm: ['{ memoryAlarm: rabbitmq, during: 1s..2s }', []],
  queueLimit: ['{ queueLimit: rabbitmq/jobs, length: 0, during: 1s..2s }', []],
  ackTimeout: ['{ ackTimeout: rabbitmq/jobs, after: 10ms, during: 1s..2s }', []],
  unroutable: ['{ unroutable: rabbitmq/all, during: 1s..2s }', []],
  deploy: ['{ deploy: shop, to: v2, at: 2s, interval: 100ms }', []],
  failover: ['{ failover: kafka/trail, at: 1s, downFor: 2s }', []],
  isrShrink: ['{ isrShrink: kafka/trail, during: 1s..2s }', []],
  rebalance: ['{ rebalance: kafka/trail, at: 1s }', []],
  retentionCut: ['{ retentionCut: kafka/trail, at: 1s }', []],
  loseCommits: ['{ loseCommits: kafka/trail, during: 1s..2s }', []],
};
type Kind = keyof typeof faults;
const kinds = Object.keys(faults) as Kind[];
const plain = shop(...WORLD);
const meshed = shop(...WORLD, MESHED);
const logged = shop(...WORLD, LOGGED);
const named = shop(...WORLD, NAMED);
const edge = shop(...WORLD, EDGE);
const cached = shop(...WORLD, CACHED);
const zoned = shop(...WORLD, ZONED);

/** The world for faults of these kinds, with what is written before it. */
const worldWith = (chaos: string, ...of: readonly string[]) =>
  shop(
    ...WORLD,
    chaos,
    ...(of.some((kind) => OF_MESH.has(kind)) ? [MESHED] : []),
    ...(of.some((kind) => OF_LOG.has(kind)) ? [LOGGED] : []),
    ...(of.some((kind) => OF_DNS.has(kind)) ? [NAMED] : []),
    ...(of.some((kind) => OF_EDGE.has(kind)) ? [EDGE] : []),
    ...(of.some((kind) => OF_CACHE.has(kind)) ? [CACHED] : []),
    ...(of.some((kind) => OF_ZONE.has(kind)) ? [ZONED] : []),
  );

describe.each(kinds)('%s', (kind) => {
  const [strong, none] = FORMS[kind];
  const calms = [
    [OF_MESH, meshed],
    [OF_LOG, logged],
    [OF_DNS, named],
    [OF_EDGE, edge],
    [OF_CACHE, cached],
    [OF_ZONE, zoned],
  ] as const;
  const calm = calms.find(([of]) => of.has(kind))?.[1] ?? plain;
  const settings = (more: string) => fault(strong.replace(/ \}$/, `, ${more} }`));

  test('changes what happens, records each time that it did, and reports it', () => {
    const run = worldWith(fault(strong), kind);
    const [report] = run.faults;
    const struck = all(run, 'fault').filter(({ detail }) => detail === 'it');
    expect(run.fingerprint).not.toBe(calm.fingerprint);
    expect(report).toMatchObject({
      id: 'it',
      kind,
      fired: struck.length,
      first: struck[0]?.at,
      last: struck.at(-1)?.at,
    });
    expect(report?.fired).toBeGreaterThan(0);
    expect(struck.map(({ value }) => value)).toEqual(struck.map((_, i) => i + 1));
  });

  test('of probability 0 leaves the run as it was, and reports that it never struck', () => {
    const run = worldWith(fault(strong.replace(/, p: \d+%/, '').replace(/ \}$/, ', p: 0% }')), kind);
    expect(run.fingerprint).toBe(calm.fingerprint);
    expect(run.faults[0]).toMatchObject({ fired: 0, first: null, last: null, idleAllowed: false });
  });

  test.each(none)('that changes nothing leaves the run as it was: %s', (text) => {
    expect(worldWith(fault(text), kind).fingerprint).toBe(calm.fingerprint);
  });

  test('whose time is after the run never strikes', () => {
    const run = worldWith(
      fault(strong.replace(/, (during|at|for): [^,} ]+/g, '').replace(/ \}$/, ', at: 100s }')),
      kind,
    );
    expect(run.fingerprint).toBe(calm.fingerprint);
    expect(run.faults[0]?.fired).toBe(0);
  });

  test('may be allowed to be idle', () => {
    expect(worldWith(settings('idle: allowed'), kind).faults[0]?.idleAllowed).toBe(true);
  });
});

test('occurrences are counted from 1, and every other chance is let pass', () => {
  const run = bank('{ errors: bank, nth: [2, 4] }', 'clients: { user: { count: 5 } }');
  expect(all(run, 'intentFailed').map(({ subject }) => subject)).toEqual(['order-2', 'order-4']);
});

test('a fault strikes the same orders in every design', () => {
  const struck = (more: string) =>
    all(bank('{ errors: bank, p: 20% }', MANY, more), 'fault').map(({ subject }) => subject);
  expect(struck('{}').length).toBeGreaterThan(20);
  expect(struck('services: { shop: { work: 2ms } }')).toEqual(struck('{}'));
});

/** Groups of three in which every two meet somewhere, also two of one kind: far fewer than there are pairs. */
function groups(): readonly (readonly [Kind, Kind, Kind])[] {
  const apart = new Set(kinds.flatMap((a, i) => kinds.slice(i).map((b) => `${a} ${b}`)));
  const order = (a: Kind, b: Kind) => (kinds.indexOf(a) <= kinds.indexOf(b) ? `${a} ${b}` : `${b} ${a}`);
  const found: (readonly [Kind, Kind, Kind])[] = [];
  for (const pair of apart) {
    const [a, b] = pair.split(' ') as [Kind, Kind];
    const gain = (c: Kind) => new Set([order(a, c), order(b, c)].filter((two) => apart.has(two))).size;
    const c = kinds.reduce((best, kind) => (gain(kind) > gain(best) ? kind : best));
    for (const two of [pair, order(a, c), order(b, c)]) apart.delete(two);
    found.push([a, b, c]);
  }
  return found;
}

describe('any two faults together', () => {
  test.each(groups())('%s, %s, %s: the run ends, and nothing is lost that is kept', (a, b, c) => {
    const run = worldWith(`chaos: { a: ${FORMS[a][0]}, b: ${FORMS[b][0]}, c: ${FORMS[c][0]} }`, a, b, c);
    expect(run.until).toBe(7_000_000);
    expect(run.blamed.size).toBe(0);
    for (const { published, acked, deadLettered, lost, waiting, inFlight } of run.queues)
      expect(published).toBe(acked + deadLettered + lost + waiting + inFlight);
    const ended = count(run, 'intentOk') + count(run, 'intentFailed');
    expect(ended).toBe(count(run, 'intent'));
    const written = new Map(all(run, 'write').map(({ detail, value }) => [detail, value]));
    for (const [key, row] of run.tables.get('shop.db/orders') ?? [])
      expect(row.version).toBe(written.get(key));
    const { record } = run;
    let wrong = 0; // columns and one expectation: a million of them would be the longest part of all tests
    for (let i = 0; i < record.length; i++)
      if (record.causeAt(i) >= i || record.timeAt(i) < (i === 0 ? 0 : record.timeAt(i - 1))) wrong++;
    expect(wrong).toBe(0);
  });
});
