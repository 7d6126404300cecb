import { describe, expect, test } from 'vitest';
import { all, BANK, count, details, facts, QUEUE, shop, times } from '../testing.fixture.ts';

const fault = (text: string) => `chaos: { it: ${text} }`;
const PATIENT = 'services: { shop: { calls: { bank: { timeout: 1s } } } }';
const TWO = [
  BANK,
  PATIENT,
  'externals: { bank: { replicas: 2 } }',
  'clients: { user: { every: 200ms, count: 340 } }',
  'run: { for: 68s, settle: 3s }',
];
const CHARGE = 'shop.order.charge';

describe('a machine that dies', () => {
  const DNS = 'discovery: { bank: { kind: dns, ttl: 1s, lookup: 1ms, propagation: 0s } }';

  test('refuses nothing: callers wait until they give up, where a dead process lets them know at once', () => {
    const [process, machine] = [false, true].map((host) =>
      shop(...TWO, DNS, fault(`{ crash: "bank[1]", host: ${host}, at: 10s, downFor: 20s }`)),
    );
    expect(new Set(details(process!, 'callFailed', CHARGE))).toEqual(new Set(['connect-failure']));
    expect(new Set(details(machine!, 'callFailed', CHARGE))).toEqual(new Set(['timeout']));
    expect(all(process!, 'callFailed', CHARGE).every(({ value }) => value < 5_000)).toBe(true);
    expect(all(machine!, 'callFailed', CHARGE).every(({ value }) => value === 1_000_000)).toBe(true);
  });

  test('is named by a cluster for 50 s more, until the silence has been noticed', () => {
    const run = shop(...TWO, DNS, fault('{ crash: "bank[1]", host: true, at: 10s, downFor: 1h }'));
    const failures = times(run, 'callFailed', CHARGE);
    expect(failures[0]).toBeGreaterThan(10_800);
    expect(failures.at(-1)).toBeGreaterThan(59_000);
    expect(failures.at(-1)).toBeLessThan(62_200);
  });

  test('is told as the reason of each message that it lost', () => {
    const run = shop(...TWO, DNS, fault('{ crash: "bank[1]", host: true, at: 10s, downFor: 5s }'));
    const lost = all(run, 'dropped').filter(({ detail }) => detail === 'host down');
    expect(lost.length).toBeGreaterThan(10);
    for (const { cause } of lost) expect(all(run)[cause]).toMatchObject({ kind: 'fault', detail: 'it' });
    expect(run.faults[0]?.fired).toBe(1 + lost.length);
  });

  test('breaks nothing that it had begun: who waits for an answer waits on', () => {
    const one = (host: boolean) =>
      shop(BANK, fault(`{ crash: bank, host: ${host}, at: 15ms, downFor: 5s }`), 'run: { settle: 200s }');
    expect(times(one(false), 'intentFailed')).toEqual([15]);
    expect(details(one(true), 'intentFailed')).toEqual(['reset']);
    expect(times(one(true), 'intentFailed')).toEqual([120_015]);
  });

  test('leaves half-open connections behind: calls over gRPC end at their deadlines, one after the other', () => {
    const grpc = 'services: { shop: { calls: { bank: { via: grpc, timeout: 1s } } } }';
    const [process, machine] = [false, true].map((host) =>
      shop(...TWO, grpc, fault(`{ crash: bank, host: ${host}, at: 10s, downFor: 5s }`)),
    );
    expect(new Set(details(process!, 'callFailed', CHARGE))).toEqual(new Set(['UNAVAILABLE']));
    expect(new Set(details(machine!, 'callFailed', CHARGE))).toContain('DEADLINE_EXCEEDED');
    expect(times(machine!, 'callFailed', CHARGE)[0]).toBeGreaterThan(10_800);
  });

  test('lets the pool of a sidecar hand out dead connections, until its host is off the list', () => {
    const meshed = (host: boolean) =>
      shop(
        ...TWO,
        'mesh: { default: { retries: { attempts: 0 }, outlierDetection: null } }',
        'clients: { user: { sidecar: true } }',
        fault(`{ crash: "bank[1]", host: ${host}, at: 10s, downFor: 1h }`),
      );
    const [process, machine] = [meshed(false), meshed(true)].map((run) => times(run, 'callFailed', CHARGE));
    expect(machine!.length).toBeGreaterThan(process!.length * 5);
    expect(machine!.at(-1)).toBeLessThan(64_000);
  });

  test('is missed by RabbitMQ after a heartbeat, and its messages are delivered to others', () => {
    const run = shop(
      QUEUE,
      'clients: { user: { every: 10ms, count: 4 } }',
      'services: { worker: { replicas: 2 } }',
      fault('{ crash: "worker[0]", host: true, at: 30ms, downFor: 1h }'),
      'run: { settle: 100s }',
    );
    expect(new Set(details(run, 'requeue'))).toEqual(new Set(['heartbeat missed']));
    expect(Math.min(...times(run, 'requeue'))).toBe(60_030);
    expect(facts(run, 'handled').length).toBe(4);
  });
});

describe('zoneOutage', () => {
  const ZONED = [
    ...TWO,
    'network: { zones: { a: {}, b: {} } }',
    'services: { shop: { replicas: 2, zone: [a, b] } }',
    'externals: { bank: { zone: [a, b] } }',
  ];

  test('takes all replicas in a zone down and back, and leaves the other zones alone', () => {
    const run = shop(...ZONED, fault('{ zoneOutage: b, during: 10s..20s }'));
    expect(all(run, 'crash').map(({ place, detail }) => [place, detail])).toEqual([
      ['shop[1]', 'b is dark'],
      ['bank[1]', 'b is dark'],
    ]);
    expect(all(run, 'restart').map(({ place, at }) => [place, at])).toEqual([
      ['shop[1]', 20_000_000],
      ['bank[1]', 20_000_000],
    ]);
  });

  test('that is never over brings nobody back', () => {
    const run = shop(...ZONED, fault('{ zoneOutage: b, at: 10s }'));
    expect(count(run, 'restart')).toBe(0);
    expect(count(run, 'crash')).toBe(2);
  });
});
