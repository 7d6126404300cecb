import { describe, expect, test } from 'vitest';
import { all, count, details, shop, times } from '../testing.fixture.ts';

/** A shop asks pricing 20 times a second over gRPC; each answer takes a second. */
const PRICING = `
  run: { for: 15s, settle: 5s }
  network: { links: { shop -> pricing: { rtt: 100ms } } }
  clients: { user: { every: 50ms, count: null } }
  services:
    shop:
      work: 0ms
      operations: { order: { steps: { ask: { call: pricing.get } } } }
      calls: { pricing: { via: grpc } }
    pricing: { replicas: 3, work: 1s, operations: { get: { steps: { done: { fact: { priced: {} } } } } } }
`;
const ASK = 'shop.order.ask';
const asking = (...more: readonly string[]) => shop(PRICING, ...more);
const aged = (settings: string) => asking(`services: { pricing: { grpc: ${settings} } }`);
type Ran = ReturnType<typeof shop>;

describe('maxConnectionAgeGrace', () => {
  test('is for ever unless it is set: what is in progress is finished', () => {
    expect(count(aged('{ maxConnectionAge: 3s }'), 'callFailed', ASK)).toBe(0);
  });

  test('that is long enough breaks nothing off', () => {
    expect(count(aged('{ maxConnectionAge: 3s, maxConnectionAgeGrace: 2s }'), 'callFailed', ASK)).toBe(0);
  });

  test('that is too short breaks what is in progress off, for its caller and in its handler', () => {
    const run = aged('{ maxConnectionAge: 3s, maxConnectionAgeGrace: 400ms }');
    const broken = all(run, 'goAway').filter(({ detail }) => detail === 'max_age_grace');
    expect(broken.length).toBeGreaterThan(2);
    expect(new Set(details(run, 'callFailed', ASK))).toEqual(new Set(['UNAVAILABLE']));
    // Of a second of calls those of the last 0.3 s or so before the age, and none after it.
    expect(count(run, 'callFailed', ASK)).toBe(broken.reduce((sum, { value }) => sum + value, 0));
    expect(new Set(details(run, 'cancelled'))).toContain('its connection was closed');
    for (const { at } of all(run, 'callFailed', ASK)) expect(broken.map((one) => one.at)).toContain(at);
    // What was broken off does not go on to its facts.
    expect(run.facts.length).toBeLessThan(count(run, 'call', ASK));
    expect(count(run, 'lateReply')).toBe(0);
  });
});

describe('a transparent retry', () => {
  const POD = '{ shutdown: graceful, startup: 1s, readinessProbe: { periodSeconds: 1 } }';
  const DEPLOY = `
    services: { pricing: { pod: ${POD} } }
    chaos: { release: { deploy: pricing, to: v1, at: 5020ms } }`;
  const refused = (run: Ran) => all(run, 'goAway').filter(({ detail }) => detail === 'stopping');

  test('sends what a stopping server did not begin with to another one: nobody notices a graceful deploy', () => {
    const run = asking(DEPLOY);
    expect(refused(run).length).toBeGreaterThan(0);
    expect(count(run, 'callFailed', ASK)).toBe(0);
    expect(run.facts.length).toBe(count(run, 'callOk', ASK));
  });

  test('is no attempt: it is not counted, and needs no retry policy', () => {
    const run = asking(DEPLOY);
    expect(count(run, 'retry')).toBe(0);
    expect(count(run, 'call', ASK)).toBe(count(run, 'callOk', ASK));
    const [{ index = -1, at = 0 } = {}] = refused(run);
    // It takes the way back, and the way to the other server.
    const again = all(run, 'request', 'pricing.get').find(
      ({ subject }) => subject === all(run)[index]?.subject,
    );
    expect((again?.at ?? 0) - at).toBeGreaterThan(100_000);
  });

  test('is made once: who meets two that stop is told UNAVAILABLE', () => {
    const run = asking(
      `services: { pricing: { pod: ${POD.replace('graceful', 'graceful, preStop: 20ms')}, rollingUpdate: { maxUnavailable: 100% } } }`,
      'chaos: { release: { deploy: pricing, to: v1, at: 5020ms } }',
      'network: { links: { shop -> pricing: { rtt: 400ms } } }',
    );
    expect(new Set(details(run, 'callFailed', ASK))).toEqual(new Set(['UNAVAILABLE']));
    expect(times(run, 'callFailed', ASK)[0]).toBeGreaterThan(5_000);
  });

  test('is none over HTTP: what comes late is refused', () => {
    const run = asking(
      DEPLOY,
      'services: { shop: { calls: { pricing: { via: null } } } }',
      'discovery: { pricing: { kind: kubernetes, propagation: 1s } }',
    );
    expect(count(run, 'callFailed', ASK)).toBeGreaterThan(0);
    expect(details(run, 'misdirected')).toContain('stopping');
  });
});
