import { describe, expect, test } from 'vitest';
import { all, count, details, facts, shop, times } from '../testing.fixture.ts';

/** A user orders once; the shop reads a report of 100 messages of 16 KiB from an archive over gRPC, and needs 5 ms for each. */
const REPORT = `
  clients: { user: { count: 1 } }
  run: { for: 20s, settle: 20s }
  network: { links: { "shop -> archive": { rtt: 10ms } } }
  services:
    shop:
      operations:
        order:
          steps:
            report: { call: archive.report, stream: { onMessage: shop.take, work: 5ms } }
            told: { fact: { done: { received: report.received } } }
        take: { steps: { row: { fact: { row: { n: request.n } } } } }
      calls: { archive: { via: grpc } }
    archive:
      work: 1ms
      operations: { report: { steps: { rows: { send: { n: each }, bytes: 16KiB, forEach: range(100) } } } }
`;

type Ran = ReturnType<typeof shop>;

const report = (...more: readonly string[]) => shop(REPORT, ...more);
const calls = (settings: string) => `services: { shop: { calls: { archive: ${settings} } } }`;
const window = (size: string) => calls(`{ grpc: { flowControlWindow: ${size} } }`);
const rows = (settings: string) =>
  `services: { archive: { operations: { report: { steps: { rows: ${settings} } } } } }`;
const reads = (settings: string) =>
  `services: { shop: { operations: { order: { steps: { report: { stream: ${settings} } } } } } }`;

const numbers = (run: Ran) => facts(run, 'row').map(({ n }) => n);
const took = (run: Ran) => all(run, 'callOk', 'shop.order.report')[0]?.value;
const ALL = Array.from({ length: 100 }, (_, n) => n);

/** The most that was written and not read at any moment. */
function mostUnread(run: Ran): number {
  let unread = 0;
  let most = 0;
  for (const { kind } of all(run)) {
    if (kind === 'streamWritten') most = Math.max(most, ++unread);
    if (kind === 'streamRead') unread--;
  }
  return most;
}

const failed = (run: Ran) => all(run, 'callFailed', 'shop.order.report').map(({ detail }) => detail);

const unsent = (run: Ran) =>
  Math.max(0, ...run.gauges.filter(({ measure }) => measure === 'unsent').flatMap(({ values }) => values));

describe('a response stream', () => {
  test('brings all messages in the order in which they were written, and then how it ended', () => {
    const run = report();
    expect(numbers(run)).toEqual(ALL);
    expect(facts(run, 'done')).toEqual([expect.objectContaining({ received: 100 })]);
    expect(took(run)).toBeGreaterThanOrEqual(500_000);
  });

  test('of a slow reader stops its writer: no more is under way than its window and what makes the stream ready', () => {
    const run = report(window('64KiB'));
    expect(numbers(run)).toEqual(ALL);
    // 64 KiB, and 32 KiB that wait to leave, in messages of 16 KiB and a few bytes.
    expect(mostUnread(run)).toBe(6);
    expect(unsent(run)).toBe(3);
    expect(count(run, 'streamFull')).toBeGreaterThan(30);
    // Once it is full, the writer is as fast as the reader.
    const written = times(run, 'streamWritten');
    expect(((written[90] as number) - (written[40] as number)) / 50).toBeCloseTo(5, 0);
  });

  test('with a wider window only stops it later', () => {
    expect(mostUnread(report(window('64KiB')))).toBeLessThan(mostUnread(report(window('512KiB'))));
    expect(count(report(window('4MiB')), 'streamFull')).toBe(0);
    expect(took(report(window('512KiB')))).toBe(took(report(window('4MiB'))));
  });

  test('with a small window over a long way is no faster than a window for each round trip', () => {
    const fast = reads('{ work: 0s }');
    const narrow = took(report(window('64KiB'), fast)) as number;
    // 100 messages of 16 KiB are 25 windows of 64 KiB, at 10 ms each; the window is given back by halves.
    expect(narrow).toBeGreaterThan(250_000);
    expect(narrow).toBeLessThan(520_000);
    expect((took(report(window('128KiB'), fast)) as number) / narrow).toBeCloseTo(0.5, 1);
    expect(took(report(window('4MiB'), fast)) as number).toBeLessThan(25_000);
  });

  test('brings a message that is longer than the window, a piece for each round trip', () => {
    const [ONE, NOW] = [rows('{ bytes: 256KiB, forEach: range(1) }'), reads('{ work: 0s }')];
    const run = report(window('64KiB'), ONE, NOW);
    expect(numbers(run)).toEqual([0]);
    // Four windows and a few bytes: four times an answer is waited for.
    expect(took(run)).toBe((took(report(window('1MiB'), ONE, NOW)) as number) + 40_000);
  });

  test('counts its bytes on a link with a bandwidth', () => {
    const narrow = 'network: { links: { "shop -> archive": { bandwidth: 1MiB } } }';
    expect((took(report(narrow)) as number) / 1_000_000).toBeCloseTo(1.6, 1);
  });
});

describe('a writer that waits for its reader', () => {
  const TWO = 'clients: { user: { every: 10ms, count: 2 } }';
  const one = (settings: string) => `services: { archive: { workers: 1, ${settings} } }`;
  const begins = (run: Ran) => times(run, 'start', 'archive.report');

  test('holds its worker, so that a slow reader keeps others waiting', () => {
    const [first, second] = begins(report(TWO, window('64KiB'), one('async: false'))) as [number, number];
    expect(second - first).toBeGreaterThan(400);
  });

  test('holds none where its service is asynchronous', () => {
    const [first, second] = begins(report(TWO, window('64KiB'), one('async: true'))) as [number, number];
    expect(second - first).toBeLessThan(50);
  });

  test('is done once the last message has been handed over, while its process has the rest to send', () => {
    const run = report(window('64KiB'));
    const [finished] = times(run, 'finish', 'archive.report');
    const [replied] = times(run, 'reply', 'archive.report');
    expect(finished).toBeLessThan(replied as number);
  });

  test('is told that nobody reads on when the deadline has passed, and frees its worker', () => {
    const run = report(TWO, window('64KiB'), one('async: false'), calls('{ timeout: 100ms }'));
    expect(failed(run)).toEqual(['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED']);
    expect(details(run, 'cancelled')).toEqual(['deadline exceeded', 'deadline exceeded']);
    expect(times(run, 'finish', 'archive.report')).toEqual(times(run, 'cancelled'));
    expect(unsent(run)).toBeGreaterThan(0);
    expect(run.gauges.find(({ measure }) => measure === 'unsent')?.values.at(-1)).toBe(0);
  });

  test('goes on when a reader that stood still does', () => {
    const pause = 'chaos: { still: { pause: shop, at: 100ms, for: 5s } }';
    const run = report(window('64KiB'), pause);
    expect(numbers(run)).toEqual(ALL);
    const waits = all(run, 'streamReady').map(({ value }) => value);
    expect(Math.max(...waits)).toBeGreaterThan(4_900_000);
  });
});

describe('a writer that does not ask whether the stream is ready', () => {
  const CARELESS = rows('{ untilReady: false }');

  test('is done at once, and piles up what cannot leave in the memory of its process', () => {
    const run = report(window('64KiB'), CARELESS);
    expect(numbers(run)).toEqual(ALL);
    expect(count(run, 'streamFull')).toBe(0);
    expect(new Set(times(run, 'streamWritten')).size).toBe(1);
    expect(unsent(run)).toBe(97);
  });

  test('dies of it where memory is short, and all that it had not sent is lost', () => {
    const run = report(window('64KiB'), CARELESS, 'services: { archive: { memory: 50 } }');
    expect(details(run, 'crash')).toEqual(['out of memory: 50 messages of streams']);
    expect(failed(run)).toEqual(['UNAVAILABLE']);
    expect(facts(run, 'done')).toEqual([]);
    expect(count(run, 'streamWritten')).toBe(53);
  });

  test('lives where it waits', () => {
    const run = report(window('64KiB'), 'services: { archive: { memory: 50 } }');
    expect(count(run, 'crash')).toBe(0);
    expect(numbers(run)).toEqual(ALL);
  });
});

describe('a reader whose window is wide', () => {
  const short = 'services: { shop: { memory: 50 } }';
  const unread = (run: Ran) =>
    run.gauges.filter(({ measure }) => measure === 'unread').flatMap(({ values }) => values);

  test('has in its own memory what it does not read, and forgets it at the end', () => {
    expect(Math.max(...unread(report(window('4MiB'))))).toBe(99);
    expect(Math.max(...unread(report(window('64KiB'))))).toBeLessThan(5);
    const gaveUp = report(window('4MiB'), calls('{ timeout: 100ms }'));
    expect(unread(gaveUp).at(-1)).toBe(0);
  });

  test('dies of it where memory is short, and its writer is told', () => {
    const run = report(window('4MiB'), short);
    expect(all(run, 'crash').map(({ place, detail }) => [place, detail])).toEqual([
      ['shop[0]', 'out of memory: 50 messages of streams'],
    ]);
    expect(unread(run).at(-1)).toBe(0);
    expect(count(report(window('256KiB'), short), 'crash')).toBe(0);
  });
});

describe('a stream that ends early', () => {
  const RETRY = calls('{ retry: { maxAttempts: 3, backoff: fixed(1ms) }, timeout: 20s }');

  test('by an error of its writer is read up to there, and fails with its status', () => {
    const fails =
      'services: { archive: { operations: { report: { steps: { rows: { forEach: range(3) }, end: { fail: NOT_FOUND } } } } } }';
    const run = report(fails);
    expect(numbers(run)).toEqual([0, 1, 2]);
    expect(failed(run)).toEqual(['NOT_FOUND']);
  });

  test('by an error of its reader is taken back, and its writer stops', () => {
    const refuses =
      'services: { shop: { operations: { take: { steps: { no: { fail: FULL, when: request.n == 5 } } } } } }';
    const run = report(window('64KiB'), refuses);
    expect(failed(run)).toEqual(['FULL']);
    expect(details(run, 'cancelled')).toEqual(['cancelled by its caller']);
    expect(count(run, 'streamWritten')).toBeLessThan(20);
  });

  test('by a crash of its writer fails, with what was read done; it is not tried again, since it was committed', () => {
    const run = report(RETRY, window('64KiB'), 'chaos: { dies: { crash: archive, at: 200ms } }');
    expect(numbers(run).length).toBeGreaterThan(10);
    expect(numbers(run).length).toBeLessThan(60);
    expect(failed(run)).toEqual(['UNAVAILABLE']);
    expect(count(run, 'retry')).toBe(0);
  });

  test('before anything has come is tried again', () => {
    const run = report(
      RETRY,
      'chaos: { once: { errors: archive, during: 0s..1s } }',
      calls('{ retry: { backoff: fixed(1500ms) } }'),
    );
    expect(count(run, 'retry')).toBe(1);
    expect(numbers(run)).toEqual(ALL);
  });

  test('by a cut in the network is noticed by neither end before they lose their patience', () => {
    const cut = 'chaos: { cut: { partition: shop | archive, during: 100ms..1000s } }';
    const run = report(window('64KiB'), cut, 'run: { for: 20s, settle: 300s }');
    expect(failed(run)).toEqual(['UNAVAILABLE']);
    expect(times(run, 'callFailed')[0]).toBeGreaterThan(120_000);
    expect(details(run, 'cancelled')).toEqual(['its connection was closed']);
  });
});

test('a relay hands the pressure on: it reads no faster than it can write', () => {
  const relay = `
    services:
      shop: { calls: { archive: null, relay: { via: grpc, grpc: { flowControlWindow: 64KiB } } } }
      relay:
        work: 1ms
        operations:
          report: { steps: { read: { call: archive.report, stream: { onMessage: relay.pass } } } }
          pass: { steps: { on: { send: { n: request.n }, bytes: 16KiB } } }
        calls: { archive: { via: grpc, grpc: { flowControlWindow: 64KiB } } }
  `;
  const to = 'services: { shop: { operations: { order: { steps: { report: { call: relay.report } } } } } }';
  const run = report(relay, to);
  expect(numbers(run)).toEqual(ALL);
  const early = (kind: 'streamWritten', place: string) =>
    all(run, kind, place).filter(({ at }) => at < 200_000).length;
  const read = all(run, 'streamRead', 'shop.order.report').filter(({ at }) => at < 200_000).length;
  expect(early('streamWritten', 'relay.pass.on') - read).toBeLessThan(9);
  expect(early('streamWritten', 'archive.report.rows') - read).toBeLessThan(18);
});

test('whoever asks for one answer and is sent a stream fails as gRPC does', () => {
  const run = report(
    'services: { shop: { operations: { order: { steps: { report: { stream: null } } } } } }',
  );
  expect(failed(run)).toEqual(['INTERNAL']);
});

describe('through sidecars', () => {
  const MESH = 'mesh: { default: { proxy: { latency: 0s } } }';
  const VERSIONS = `
    services:
      archive:
        replicas: 2
        versions: { v2: { operations: { report: { steps: { rows: { send: { n: each + 1000 }, bytes: 16KiB, forEach: range(100) } } } } } }
  `;

  test('a stream is held back in the same way', () => {
    const run = report(MESH, window('64KiB'));
    expect(numbers(run)).toEqual(ALL);
    expect(mostUnread(run)).toBe(6);
  });

  test('a stream is not tried again once it is committed; before that it is', () => {
    const retried = 'mesh: { default: { retries: { attempts: 3, retryOn: [5xx, reset] } } }';
    const dies = (at: string) =>
      report(MESH, retried, window('64KiB'), `chaos: { dies: { crash: archive, at: ${at}, downFor: 10ms } }`);
    expect(numbers(dies('20500us'))).toEqual(ALL);
    const late = dies('200ms');
    expect(failed(late)).toEqual(['UNAVAILABLE']);
    expect(count(late, 'meshRetry')).toBe(0);
  });

  test('messages of a mirrored request reach nobody, and hold nobody back', () => {
    const run = report(
      MESH,
      window('64KiB'),
      VERSIONS,
      'mesh: { archive: { route: { v1: 100, v2: 0 }, mirror: { to: v2 } } }',
    );
    expect(numbers(run)).toEqual(ALL);
    expect(count(run, 'streamWritten')).toBe(200);
    const [first, second] = times(run, 'reply', 'archive.report').sort((a, b) => a - b) as [number, number];
    expect(first).toBeLessThan(second);
  });
});
