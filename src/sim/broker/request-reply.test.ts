import { describe, expect, test } from 'vitest';
import { all, count, details, facts, QUEUE, shop, times } from '../testing.fixture.ts';

/** A shop that asks its worker over a queue. */
const asking = (settings: string, ...more: readonly string[]) =>
  shop(
    QUEUE,
    `services:
  shop:
    calls: { worker: { via: rabbitmq/jobs, ${settings} } }
    operations: { order: { steps: { tell: null, ask: { call: worker.handle } } } }
  worker: { operations: { handle: { steps: { done: { fact: { handled: {} } }, say: { reply: { n: "7" } } } } } }`,
    ...more,
  );

describe('a call over a channel', () => {
  test('waits for the answer of whoever consumed it', () => {
    const run = asking('timeout: 5s');
    expect(facts(run, 'handled').length).toBe(1);
    expect(count(run, 'replied')).toBe(1);
    const [handled] = times(run, 'fact');
    expect(times(run, 'intentOk')[0]).toBeGreaterThanOrEqual(handled as number);
  });

  test('without `reply` is over with the confirm of the broker', () => {
    const run = asking('reply: false', 'services: { worker: { work: 2s } }');
    expect(count(run, 'replied')).toBe(0);
    expect(times(run, 'intentOk')[0]).toBeLessThan(times(run, 'fact')[0] as number);
  });

  test('is refused by the answer, which is an answer: the message does not come back', () => {
    const run = asking(
      'timeout: 5s',
      'services: { worker: { operations: { handle: { steps: { no: { fail: SOLD_OUT } }, order: [no] } } } }',
    );
    expect(details(run, 'intentFailed')).toEqual(['SOLD_OUT']);
    expect(count(run, 'delivery')).toBe(1);
    expect(count(run, 'ack')).toBe(1);
  });

  test('is answered late where the consumer needed a second try', () => {
    const run = asking('timeout: 5s', 'chaos: { broken: { errors: worker, nth: [1] } }');
    expect(details(run, 'delivery')).toEqual(['first', 'redelivered']);
    expect(count(run, 'intentOk')).toBe(1);
  });

  test('that was given up meanwhile has its answer come late', () => {
    const run = asking('timeout: 1s', 'services: { worker: { work: 2s } }');
    expect(details(run, 'intentFailed')).toEqual(['timeout']);
    expect(details(run, 'lateReply')).toEqual(['ok']);
  });

  test('carries the operation as the type of the message', () => {
    const run = asking(
      'timeout: 5s',
      'services: { worker: { consumers: { jobs: { do: null, on: { handle: handle } } } } }',
    );
    expect(all(run, 'publish').map(({ detail }) => detail)).toEqual(['handle']);
    expect(count(run, 'intentOk')).toBe(1);
  });
});
