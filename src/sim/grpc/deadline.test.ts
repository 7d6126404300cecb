import { describe, expect, test } from 'vitest';
import { all, count, details, shop, times } from '../testing.fixture.ts';

/** A shop calls a till over gRPC, which calls a bank over gRPC, which needs a second. */
const CHAIN = `
  network: { links: { shop -> till: { rtt: 10ms } } }
  services:
    shop:
      work: 0ms
      operations: { order: { steps: { pay: { call: till.pay } } } }
      calls: { till: { via: grpc, deadline: 300ms } }
    till:
      work: 0ms
      operations: { pay: { steps: { charge: { call: bank.charge }, note: { fact: noted } } } }
      calls: { bank: { via: grpc } }
  externals:
    bank: { work: 50ms, operations: { charge: { steps: { think: { work: 1s }, take: { fact: { charged: {} } } } } } }
`;
const chain = (...more: readonly string[]) =>
  shop(CHAIN.replace('fact: noted', 'fact: { noted: {} }'), ...more);

describe('a deadline', () => {
  test('travels with the call: callees stop when it has passed, and do not do what comes after', () => {
    const run = chain();
    expect(details(run, 'callFailed', 'shop.order.pay')).toEqual(['DEADLINE_EXCEEDED']);
    expect(details(run, 'callFailed', 'till.pay.charge')).toEqual(['DEADLINE_EXCEEDED']);
    expect(times(run, 'callFailed')).toEqual([300, 300, 300]);
    expect(run.facts).toEqual([]);
  });

  test('is none by default: the call waits, and the work is done', () => {
    const run = chain('services: { shop: { calls: { till: { deadline: null } } } }');
    expect(run.facts.map(({ name }) => name)).toEqual(['charged', 'noted']);
  });

  test('over HTTP stays where it is: the callee goes on, and its work is wasted', () => {
    const run = chain(
      'services: { shop: { calls: { till: { via: null } } }, till: { calls: { bank: { via: null } } } }',
    );
    expect(run.facts.map(({ name }) => name)).toEqual(['charged', 'noted']);
    expect(details(run, 'finish', 'till.pay')).toEqual(['wasted']);
  });

  test('that has passed before a call is made lets nothing be sent', () => {
    const run = chain('services: { shop: { calls: { till: { deadline: 20ms } } }, till: { work: 30ms } }');
    expect(count(run, 'request', 'bank.charge')).toBe(0);
  });

  test('does not undo what was done: DEADLINE_EXCEEDED on a write may have written', () => {
    const run = chain(
      'externals: { bank: { operations: { charge: { steps: { think: null }, order: null } } } }',
      'externals: { bank: { operations: { charge: { steps: { take: { fact: { charged: {} } }, more: { work: 1s } } } } } }',
    );
    expect(run.facts.map(({ name }) => name)).toEqual(['charged']);
    expect(details(run, 'callFailed', 'shop.order.pay')).toEqual(['DEADLINE_EXCEEDED']);
  });
});

describe('a cancellation', () => {
  test('reaches the callee at the deadline by its own clock, and is on record with what was spared', () => {
    const run = chain();
    const [till, bank] = all(run, 'cancelled');
    expect([till?.peer, bank?.peer].sort()).toEqual(['bank[0]', 'till[0]']);
    expect(till?.detail).toBe('deadline exceeded');
    expect(till?.at).toBe(300_000);
  });

  test('follows a caller that dies: what it asked for is taken back by a message', () => {
    const run = chain('chaos: { dead: { crash: shop, at: 100ms, downFor: 1s } }');
    const [first] = all(run, 'cancelled');
    expect(first).toMatchObject({ peer: 'till[0]', detail: 'cancelled by its caller', at: 105_000 });
    expect(count(run, 'cancelled')).toBe(2);
    expect(run.facts).toEqual([]);
  });

  test('takes what waits out of the queue: a worker never begins it', () => {
    const run = chain('clients: { user: { every: 10ms, count: 20 } }', 'externals: { bank: { workers: 1 } }');
    expect(details(run, 'cancelled', 'bank.charge')).toContain('deadline exceeded, before it began');
    expect(count(run, 'start', 'bank.charge')).toBeLessThan(3);
  });
});

describe('a status', () => {
  const failing = (chaos: string, ...more: readonly string[]) =>
    details(chain(`chaos: { it: ${chaos} }`, ...more), 'callFailed', 'till.pay.charge');

  test.each([
    ['{ errors: bank, status: 503 }', 'UNAVAILABLE'],
    ['{ errors: bank, status: 500 }', 'UNKNOWN'],
    ['{ errors: bank, status: 429 }', 'RESOURCE_EXHAUSTED'],
    ['{ errors: bank, status: 404 }', 'NOT_FOUND'],
    ['{ errors: bank, status: 403 }', 'PERMISSION_DENIED'],
    ['{ crash: bank, at: 100ms, downFor: 1s }', 'UNAVAILABLE'],
  ])('of %s is %s', (chaos, code) => {
    expect(failing(chaos)).toEqual([code]);
  });

  test('is retried if retryOn names it, and only then', () => {
    const retrying = (on: string) =>
      count(
        chain(
          'chaos: { it: { errors: bank, status: 503 } }',
          `services: { till: { calls: { bank: { retry: { maxAttempts: 3, backoff: { kind: fixed, base: 1000, max: 1000, jitter: none }, retryOn: [${on}] } } } } }`.replace(
            /backoff: \{[^}]*\}/,
            'backoff: fixed(1ms)',
          ),
        ),
        'call',
        'till.pay.charge',
      );
    expect(retrying('UNAVAILABLE')).toBe(3);
    expect(retrying('RESOURCE_EXHAUSTED')).toBe(1);
  });

  test('of a business refusal stays what it is', () => {
    const run = chain(
      'externals: { bank: { operations: { charge: { steps: { think: null, take: { fail: NO_FUNDS, fact: null } } } } } }',
    );
    expect(details(run, 'callFailed', 'till.pay.charge')).toEqual(['NO_FUNDS']);
  });
});

describe('retry throttling', () => {
  test('stops retries once half of its tokens are gone, and lets them again as successes come', () => {
    const run = chain(
      'clients: { user: { every: 100ms, count: 60 } }',
      'externals: { bank: { operations: { charge: { steps: { think: { work: 1ms } } } } } }',
      'chaos: { it: { errors: bank, status: 503, during: 1s..3s } }',
      'services: { till: { calls: { bank: { retry: { maxAttempts: 3, backoff: fixed(1ms), retryOn: [UNAVAILABLE] }, grpc: { retryThrottling: { maxTokens: 10, tokenRatio: 0.5 } } } } } }',
    );
    // Ten tokens: with the fifth failure the half is reached, which two calls with two retries each see to.
    expect(count(run, 'retry', 'till.pay.charge')).toBe(4 - 1);
    expect(count(run, 'retryDenied', 'till.pay.charge')).toBe(20 - 1);
  });
});
