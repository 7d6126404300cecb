import { describe, expect, test } from 'vitest';
import { all, count, details, shop, times } from '../testing.fixture.ts';

/** A shop asks one of two pricings each second, which answers in 10 ms; at second 5 a firewall forgets the connection. */
const PRICING = `
  run: { for: 60s, settle: 5s }
  clients: { user: { every: 1s, count: null } }
  services:
    shop:
      work: 0ms
      operations: { order: { steps: { ask: { call: pricing.get } } } }
      calls: { pricing: { via: grpc, deadline: 2s } }
    pricing: { replicas: 2, work: 10ms, operations: { get: {} } }
`;
const FORGETS = 'chaos: { firewall: { halfOpen: shop -> pricing, at: 5500ms } }';
const ASK = 'shop.order.ask';

const channel = (settings: string) => `services: { shop: { calls: { pricing: { grpc: ${settings} } } } }`;
const asking = (...more: readonly string[]) => shop(PRICING, ...more);
type Ran = ReturnType<typeof shop>;
const codes = (run: Ran) => [...new Set(details(run, 'callFailed', ASK))];

describe('a half-open connection', () => {
  test('lets every call on it hang until its deadline, though the server is well and would take a new one', () => {
    const run = asking(FORGETS);
    expect(codes(run)).toEqual(['DEADLINE_EXCEEDED']);
    expect(all(run, 'callFailed', ASK).every(({ value }) => value === 2_000_000)).toBe(true);
    expect(times(run, 'callFailed', ASK)[0]).toBe(8_000);
    expect(all(run, 'callOk', ASK).at(-1)?.at).toBeLessThan(5_100_000);
    expect(count(run, 'connected')).toBe(1);
    expect(count(run, 'request', 'pricing.get')).toBe(count(run, 'callOk', ASK));
  });

  test('is told as the reason of each message that is lost on it', () => {
    const run = asking(FORGETS);
    const lost = all(run, 'dropped').filter(({ detail }) => detail === 'half-open');
    expect(lost.length).toBeGreaterThan(40);
    for (const { cause } of lost)
      expect(all(run)[cause]).toMatchObject({ kind: 'fault', detail: 'firewall' });
  });

  test('is given up by TCP after a quarter of an hour: then, at once, all is well', () => {
    const run = asking(
      FORGETS,
      'run: { for: 1000s }',
      'clients: { user: { every: 10s } }',
      'services: { shop: { calls: { pricing: { deadline: null } } } }',
    );
    const [lost] = all(run, 'connectionLost');
    expect(lost).toMatchObject({ at: 10_000_000 + 924_600_000, detail: 'retransmission', value: 93 });
    expect(codes(run)).toEqual(['UNAVAILABLE']);
    expect(new Set(times(run, 'callFailed', ASK))).toEqual(new Set([934_600]));
    expect(times(run, 'callOk', ASK).at(-1)).toBeGreaterThan(990_000);
  });

  test('hides the end of the server, and that it asks its clients to connect anew', () => {
    const run = asking(
      FORGETS,
      'services: { pricing: { replicas: 1, grpc: { maxConnectionAge: 10s } } }',
      'chaos: { death: { crash: pricing, at: 20s, downFor: 1s } }',
    );
    expect(count(run, 'goAway')).toBe(0);
    expect(codes(run)).toEqual(['DEADLINE_EXCEEDED']);
  });

  test('is one of several under round_robin: its share of the calls hangs', () => {
    const run = asking(
      'chaos: { firewall: { halfOpen: shop -> pricing, at: 5500ms, nth: [1] } }',
      channel('{ loadBalancingPolicy: round_robin }'),
      'discovery: { pricing: { kind: dns, ttl: 1s, lookup: 1ms } }',
    );
    expect(run.faults[0]?.fired).toBeGreaterThan(20);
    expect(count(run, 'callFailed', ASK) / 54).toBeCloseTo(0.5, 1);
  });
});

describe('keepalive', () => {
  const KEEPALIVE = channel('{ keepAliveTime: 10s }');

  test('finds a half-open connection: the channel gives it up after both its times, and connects anew', () => {
    const run = asking(FORGETS, KEEPALIVE);
    // The last answer came at 5 s; asked 10 s later, and given up 20 s after that.
    const [lost] = all(run, 'connectionLost');
    expect(lost?.detail).toBe('keepalive');
    expect(all(run)[lost?.cause ?? -1]).toMatchObject({ kind: 'fault', at: 5_500_000 });
    expect(Math.round((lost?.at ?? 0) / 1e6)).toBe(35);
    expect(count(run, 'connected')).toBe(2);
    expect(all(run, 'callOk', ASK).filter(({ at }) => at > 35e6).length).toBeGreaterThan(20);
    expect(times(run, 'callFailed', ASK).at(-1)).toBeLessThan(36_000);
  });

  test('fails what is on the connection at once, as UNAVAILABLE', () => {
    const run = asking(FORGETS, KEEPALIVE, 'services: { shop: { calls: { pricing: { deadline: null } } } }');
    expect(codes(run)).toEqual(['UNAVAILABLE']);
    expect(all(run, 'connectionLost')[0]?.value).toBe(count(run, 'callFailed', ASK));
  });

  const SLOW = [
    KEEPALIVE,
    'services: { pricing: { work: 45s } }',
    'clients: { user: { every: 50s } }',
    'services: { shop: { calls: { pricing: { deadline: null } } } }',
  ];

  test('changes nothing while answers come, and gives nobody up who is only slow', () => {
    const run = asking(...SLOW, 'services: { pricing: { grpc: { permitKeepAliveTime: 10s } } }');
    expect(count(run, 'connectionLost')).toBe(0);
    expect(count(run, 'callFailed', ASK)).toBe(0);
    expect(asking(KEEPALIVE).fingerprint).toBe(asking().fingerprint);
  });

  test('more often than a server permits, which is every 5 minutes, ends in too_many_pings, and the channel calms down', () => {
    const run = asking(...SLOW, 'run: { settle: 60s }');
    // The first ping after an answer is welcome, then three are too many: with the fourth the call is broken off.
    const [away] = all(run, 'goAway');
    expect(away).toMatchObject({ detail: 'too_many_pings', value: 1 });
    expect(Math.round((away?.at ?? 0) / 1e6)).toBe(40);
    expect(details(run, 'callFailed', ASK)[0]).toBe('UNAVAILABLE');
    // Its next connection is asked every 20 s, too seldom for four pings in 45 s.
    expect(count(run, 'goAway')).toBe(1);
    expect(count(run, 'callOk', ASK)).toBe(1);
  });

  test('gives nobody up who has answered a call since, though its answer to the ping is lost', () => {
    const run = asking(
      KEEPALIVE,
      'services: { pricing: { work: 15s, replicas: 1 }, shop: { calls: { pricing: { deadline: null } } } }',
      'clients: { user: { every: 20s } }',
      // Asked 10 s after the call of 20 s began, and answered by the call 5 s later.
      'chaos: { lost: { drop: shop -> pricing, during: 25s..31s } }',
    );
    expect(run.faults[0]?.fired).toBe(1);
    expect(count(run, 'connectionLost')).toBe(0);
    expect(count(run, 'callOk', ASK)).toBe(3);
  });

  test('finds a machine that is off, and a process that stands still', () => {
    const dead = (chaos: string) =>
      details(
        asking(KEEPALIVE, `chaos: { it: ${chaos} }`, 'services: { pricing: { replicas: 1 } }'),
        'connectionLost',
      );
    expect(dead('{ crash: pricing, host: true, at: 5s, downFor: 1h }')).toEqual(['keepalive']);
    expect(dead('{ pause: pricing, at: 5s, for: 50s }')).toEqual(['keepalive']);
    expect(dead('{ pause: pricing, at: 5s, for: 10s }')).toEqual([]);
  });

  test('lets nothing through that comes over a connection after it has been given up', () => {
    const run = asking(
      KEEPALIVE,
      'services: { shop: { calls: { pricing: { deadline: null } } }, pricing: { replicas: 1 } }',
      'chaos: { it: { pause: pricing, at: 5s, for: 45s } }',
    );
    expect(count(run, 'connectionLost')).toBe(1);
    expect(count(run, 'lateReply')).toBe(0);
  });

  test('ends with its process', () => {
    const run = asking(FORGETS, KEEPALIVE, 'chaos: { death: { crash: shop, at: 16s, downFor: 1s } }');
    expect(count(run, 'connectionLost')).toBe(0);
    expect(count(run, 'connected')).toBe(2);
  });
});

describe('a firewall that forgets what is idle', () => {
  const IDLE = 'chaos: { nat: { halfOpen: shop -> pricing, idleTimeout: 15s } }';
  const BUSY = channel('{ keepAliveTime: 10s, keepAliveWithoutCalls: true }');
  const RARE = 'clients: { user: { every: 20s } }';

  test('leaves busy connections alone', () => {
    const run = asking(IDLE);
    expect(count(run, 'callFailed', ASK)).toBe(0);
    expect(run.faults[0]?.fired).toBe(0);
  });

  test('breaks those that are used less often than it remembers', () => {
    const run = asking(IDLE, RARE);
    expect(codes(run)).toEqual(['DEADLINE_EXCEEDED']);
    expect(count(run, 'callOk', ASK)).toBe(1);
  });

  test('is not helped by keepalive alone, which sleeps while there are no calls: the first one still fails', () => {
    const run = asking(IDLE, RARE, channel('{ keepAliveTime: 10s }'));
    expect(count(run, 'callFailed', ASK)).toBeGreaterThan(0);
    expect(details(run, 'connectionLost')[0]).toBe('keepalive');
    // Asked as soon as the call began, and given up 20 s later.
    const [, second = 0] = times(run, 'call', ASK);
    expect(times(run, 'connectionLost')[0]).toBe(second + 20_000);
  });

  test('remembers what keepAliveWithoutCalls keeps busy', () => {
    const permits =
      'services: { pricing: { grpc: { permitKeepAliveTime: 10s, permitKeepAliveWithoutCalls: true } } }';
    const run = asking(IDLE, RARE, BUSY, permits);
    expect(count(run, 'callFailed', ASK)).toBe(0);
    expect(count(run, 'connected')).toBe(1);
  });

  test('is not kept from it by pings without calls that the server does not permit: it closes the connection', () => {
    const run = asking(IDLE, 'clients: { user: { every: 55s } }', BUSY);
    const [away] = all(run, 'goAway');
    expect(away).toMatchObject({ detail: 'too_many_pings', value: 0 });
    expect(count(run, 'connected')).toBe(2);
    expect(count(run, 'callFailed', ASK)).toBe(0);
  });
});

describe('a response stream over a connection', () => {
  /** Forty messages, one every second. */
  const STREAM = `
    run: { for: 60s, settle: 1000s }
    clients: { user: { count: 1 } }
    services:
      shop: { operations: { order: { steps: { ask: { stream: {} } } } }, calls: { pricing: { deadline: null } } }
      pricing:
        operations:
          get: { steps: { rows: { call: pricing.row, forEach: range(40) } } }
          row: { steps: { pause: { wait: 1s }, one: { send: { n: '1' } } } }
  `;

  test('keeps it awake: while messages come, nobody asks whether anybody is there', () => {
    const run = asking(
      STREAM,
      channel('{ keepAliveTime: 10s }'),
      'services: { pricing: { grpc: { permitKeepAliveTime: 300s } } }',
    );
    expect(count(run, 'callOk', ASK)).toBe(1);
    expect(count(run, 'goAway')).toBe(0);
    const firewall = 'chaos: { firewall: { halfOpen: shop -> pricing, idleTimeout: 5s } }';
    expect(count(asking(STREAM, firewall), 'callOk', ASK)).toBe(1);
  });

  test('that is half-open stands, until keepalive gives the connection up; the writer learns it from TCP', () => {
    const run = asking(STREAM, FORGETS, channel('{ keepAliveTime: 10s }'));
    expect(codes(run)).toEqual(['UNAVAILABLE']);
    expect(times(run, 'callFailed', ASK)[0]).toBeLessThan(40_000);
    expect(details(run, 'cancelled')).toEqual(['its connection was closed']);
    expect(times(run, 'cancelled')[0]).toBeGreaterThan(900_000);
  });
});
