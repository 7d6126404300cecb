import { describe, expect, test } from 'vitest';
import { all, BANK, count, DATABASE, QUEUE, shop } from '../testing.fixture.ts';
import { faults } from './index.ts';

const fault = (text: string) => `chaos: { it: ${text} }`;

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

/** For faults of connections that are shared: the bank is called over gRPC. */
const SHARED = 'services: { shop: { calls: { bank: { via: grpc } } } }';
const OF_GRPC: ReadonlySet<string> = new Set(['halfOpen']);

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
  halfOpen: ['{ halfOpen: shop -> bank, at: 1s }', ['{ halfOpen: shop -> bank, idleTimeout: 1m }']],
  crash: ['{ crash: shop, at: 2s, downFor: 300ms }', []],
  crashAt: ['{ crashAt: shop.order.keep, n: 9, downFor: 300ms }', []],
  errors: ['{ errors: bank, p: 20% }', []],
  surge: ['{ surge: user, x: 3, during: 1s..2s }', ['{ surge: user, x: 1 }']],
  hotKey: ['{ hotKey: user, entity: sku, share: 50% }', ['{ hotKey: user, entity: sku, share: 0% }']],
  zoneOutage: ['{ zoneOutage: b, during: 1s..2s }', []],
  flush: ['{ flush: shop, at: 1500ms }', []],
  ttlAlign: ['{ ttlAlign: shop.order.charge, at: 1500ms }', []],
  poolExhaust: ['{ poolExhaust: shop.db/main, at: 1s, for: 1s }', []],
  poolPoison: ['{ poolPoison: shop.db, at: 1s }', []],
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
const shared = shop(...WORLD, SHARED);

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
    ...(of.some((kind) => OF_GRPC.has(kind)) ? [SHARED] : []),
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
    [OF_GRPC, shared],
  ] as const;
  const calm = calms.find(([of]) => of.has(kind))?.[1] ?? plain;
  const settings = (more: string) => fault(strong.replace(/ \}$/, `, ${more} }`));

  test('changes what happens, records each time that it did, and reports it, also where it may be idle', () => {
    const run = worldWith(settings('idle: allowed'), kind);
    const [report] = run.faults;
    const struck = all(run, 'fault').filter(({ detail }) => detail === 'it');
    expect(run.fingerprint).not.toBe(calm.fingerprint);
    expect(report).toMatchObject({
      id: 'it',
      kind,
      fired: struck.length,
      first: struck[0]?.at,
      last: struck.at(-1)?.at,
      idleAllowed: true,
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
});

type Group = readonly [Kind, Kind, Kind, Kind];

/** Groups of four in which every two meet somewhere, also two of one kind: far fewer than there are pairs. */
function groups(): readonly Group[] {
  const apart = new Set(kinds.flatMap((a, i) => kinds.slice(i).map((b) => `${a} ${b}`)));
  const order = (a: Kind, b: Kind) => (kinds.indexOf(a) <= kinds.indexOf(b) ? `${a} ${b}` : `${b} ${a}`);
  /** The kind that meets most of those that it has not met yet. */
  const further = (group: readonly Kind[]): Kind => {
    const gain = (c: Kind) => new Set(group.map((a) => order(a, c)).filter((two) => apart.has(two))).size;
    return kinds.reduce((best, kind) => (gain(kind) > gain(best) ? kind : best));
  };
  const found: Group[] = [];
  for (const pair of apart) {
    const [a, b] = pair.split(' ') as [Kind, Kind];
    apart.delete(pair);
    const c = further([a, b]);
    for (const each of [a, b]) apart.delete(order(each, c));
    const d = further([a, b, c]);
    for (const each of [a, b, c]) apart.delete(order(each, d));
    found.push([a, b, c, d]);
  }
  return found;
}

describe('any two faults together', () => {
  test.each(groups())('%s, %s, %s, %s: the run ends, and nothing is lost that is kept', (...group) => {
    const chaos = group.map((kind, i) => `f${i}: ${FORMS[kind][0]}`).join(', ');
    const run = worldWith(`chaos: { ${chaos} }`, ...group);
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
