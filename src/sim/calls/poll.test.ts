import { describe, expect, test } from 'vitest';
import { all, count, details, facts, QUEUE, shop, times } from '../testing.fixture.ts';

/** A shop that takes an order at once (202), lets a worker do it in 5 s, and tells how it stands. */
const LATER = `
  clients:
    user:
      steps:
        buy: { call: shop.order }
        done: { call: shop.status, poll: { until: done.state == 'DONE', every: 1s, upTo: 20s } }
  services:
    shop:
      db: { read: 1ms, commit: 1ms, tables: { status: { key: order, ttl: 1h } } }
      operations:
        order:
          steps:
            accept: { upsert: status, set: { state: "'PENDING'" } }
            tell: { publish: rabbitmq/jobs, type: Ordered }
            answer: { reply: { state: "'PENDING'" }, status: 202 }
        status:
          steps:
            find: { read: status }
            gone: { fail: GONE, status: 404, when: "!find.found" }
            answer: { reply: find }
    worker:
      operations:
        handle: { work: 5s, steps: { done: { update: shop.db/status, set: { state: "'DONE'" }, fact: { handled: {} } } } }
  network: { links: { "worker -> *": { rtt: 0s } } }
`;

const later = (...patches: string[]) => shop(QUEUE, LATER, ...patches);
const questions = (run: ReturnType<typeof shop>) => count(run, 'request', 'shop.status');

describe('a call that polls', () => {
  test('asks again until the answer says that it is done', () => {
    const run = later();
    expect(all(run, 'reply', 'shop.order')[0]?.value).toBe(202);
    expect(questions(run)).toBe(6);
    expect(times(run, 'intentOk')[0]).toBeGreaterThan(5_000);
    expect(times(run, 'intentOk')[0]).toBeLessThan(6_100);
  });

  test('holds the worker of the one it asks only while it answers', () => {
    const held = (run: ReturnType<typeof shop>) =>
      all(run, 'finish').reduce((sum, { place, value }) => sum + (place.startsWith('shop.') ? value : 0), 0);
    const waits = shop('services: { shop: { operations: { order: { steps: { make: { work: 5s } } } } } }');
    expect(held(waits)).toBe(5_010_000);
    expect(held(later())).toBeLessThan(100_000);
  });

  test('costs a round trip for each question, and finds out late by as much as it waits between them', () => {
    const every = (time: string) =>
      later(`clients: { user: { steps: { done: { poll: { every: ${time} } } } } }`);
    expect([questions(every('250ms')), questions(every('4s'))]).toEqual([21, 3]);
    expect(times(every('250ms'), 'intentOk')[0]).toBeLessThan(times(every('4s'), 'intentOk')[0]!);
  });

  test('waits as long as Retry-After asks', () => {
    const run = later(
      'services: { shop: { operations: { status: { steps: { answer: { retry-after: 3s } } } } } }',
    );
    expect(questions(run)).toBe(3);
  });

  test('ends with a refusal: what has failed, or is not known any more, will not be done by asking', () => {
    const forgotten = later('services: { shop: { db: { tables: { status: { ttl: 2s } } } } }');
    expect(details(forgotten, 'intentFailed')).toEqual(['GONE']);
    expect(questions(forgotten)).toBe(3);
    expect(facts(forgotten, 'handled')).toHaveLength(0); // its row is gone
  });

  test('gives up after its time, and does not know what will become of it', () => {
    const run = later('clients: { user: { steps: { done: { poll: { upTo: 3s } } } } }');
    expect(details(run, 'intentFailed')).toEqual(['timeout']);
    expect(questions(run)).toBe(3);
    expect(facts(run, 'handled')).toHaveLength(1);
    expect(all(run, 'unsettled')[0]).toMatchObject({
      place: 'user.done',
      peer: 'shop.status',
      detail: '3 answers',
    });
  });

  test('never hears of work that was in memory only when its process died, and hears of work in a queue', () => {
    const MEMORY = `
      services:
        shop:
          operations:
            order:
              steps:
                make: { work: 5s }
                finish: { update: status, set: { state: "'DONE'" }, fact: { handled: {} } }
              order: [accept, answer, make, finish]
    `;
    const dies = (who: string) => `chaos: { death: { crash: "${who}[0]", at: 1500ms, downFor: 200ms } }`;
    const inMemory = later(MEMORY, dies('shop'));
    expect([facts(inMemory, 'handled').length, details(inMemory, 'intentFailed')]).toEqual([0, ['timeout']]);
    expect(times(inMemory, 'unsettled')[0]).toBeGreaterThan(19_000);
    const queued = later(dies('worker'));
    expect([facts(queued, 'handled').length, count(queued, 'intentOk')]).toEqual([1, 1]);
  });
});
