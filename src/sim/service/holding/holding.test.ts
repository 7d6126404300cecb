import { describe, expect, test } from 'vitest';
import type { Run } from '../../run.ts';
import { all, count, details, facts, QUEUE, shop, times } from '../../testing.fixture.ts';

/**
 * The shop splits each order into three parts, 100 ms apart, with a number and how many there are; a worker puts them
 * together.
 */
const PARTS = `
  services:
    shop:
      operations:
        order:
          steps:
            tell: null
            a: { publish: rabbitmq/jobs, body: { order: request.order, number: '1', of: '3' } }
            b: { publish: rabbitmq/jobs, body: { order: request.order, number: '2', of: '3' } }
            pause: { wait: 100ms }
            c: { publish: rabbitmq/jobs, body: { order: request.order, number: '3', of: '3' } }
    worker:
      work: 10ms
      operations:
        handle: { steps: { done: { fact: { handled: { parts: size(request.parts), complete: request.complete } } } } }
`;

const consumer = (settings: string) => `services: { worker: { consumers: { jobs: ${settings} } } }`;
const aggregate = (settings: string) =>
  consumer(`{ aggregate: { correlation: request.order, ${settings} } }`);
const crash = (at: string) => `chaos: { death: { crash: "worker[0]", at: ${at}, downFor: 1s } }`;
const jobs = (run: Run) => run.queues.find(({ queue }) => queue === 'rabbitmq/jobs');

describe('an aggregator', () => {
  test('makes one request of what belongs together, as soon as it is complete', () => {
    const run = shop(QUEUE, PARTS, aggregate('completionSize: 3'));
    expect(facts(run, 'handled')).toEqual([{ parts: 3, complete: true }]);
    expect(details(run, 'held')).toEqual(['1 of 3', '2 of 3', '3 of 3']);
    expect(all(run, 'released')[0]).toMatchObject({ place: 'worker.jobs', value: 3, detail: 'complete' });
    expect(times(run, 'released')[0]).toBeGreaterThan(100);
  });

  test('may ask a message how many there are', () => {
    const run = shop(QUEUE, PARTS, aggregate('completionSize: request.of'));
    expect(facts(run, 'handled')).toEqual([{ parts: 3, complete: true }]);
  });

  test('keeps what belongs to different things apart', () => {
    const run = shop(
      QUEUE,
      PARTS,
      aggregate('completionSize: 3'),
      'clients: { user: { every: 20ms, count: 4 } }',
    );
    expect(facts(run, 'handled')).toHaveLength(4);
    expect(all(run, 'fact').map(({ subject }) => subject)).toEqual([
      'order-1',
      'order-2',
      'order-3',
      'order-4',
    ]);
  });

  test('hands on what there is when nothing more has come for the timeout, and begins anew with what is late', () => {
    const run = shop(QUEUE, PARTS, aggregate('completionSize: 3, completionTimeout: 50ms'));
    expect(facts(run, 'handled')).toEqual([
      { parts: 2, complete: false },
      { parts: 1, complete: false },
    ]);
    expect(details(run, 'released')).toEqual(['timeout', 'timeout']);
  });

  test('waits anew with each message: its timeout is one of inactivity', () => {
    const run = shop(QUEUE, PARTS, aggregate('completionTimeout: 150ms'));
    expect(facts(run, 'handled')).toEqual([{ parts: 3, complete: false }]);
  });

  test('may drop what the timeout ends, and says so', () => {
    const run = shop(
      QUEUE,
      PARTS,
      aggregate('completionSize: 3, completionTimeout: 50ms, discardOnCompletionTimeout: true'),
    );
    expect(facts(run, 'handled')).toEqual([]);
    expect(details(run, 'forgotten')).toEqual(['timeout', 'timeout', 'timeout']);
  });

  test('that holds messages in memory has acknowledged them: a crash takes them, and the rest never completes', () => {
    const run = shop(QUEUE, PARTS, aggregate('completionSize: 3'), crash('50ms'));
    expect(facts(run, 'handled')).toEqual([]);
    const gone = all(run, 'forgotten');
    expect(gone.map(({ detail }) => detail)).toEqual(['process ended', 'process ended']);
    expect(all(run)[gone[0]!.cause]?.kind).toBe('crash');
    expect(jobs(run)).toMatchObject({ acked: 3, waiting: 0, inFlight: 0 });
  });

  test('that leaves them with the broker gets them again after a crash', () => {
    const run = shop(QUEUE, PARTS, aggregate('completionSize: 3, hold: broker'), crash('50ms'));
    expect(facts(run, 'handled')).toEqual([{ parts: 3, complete: true }]);
    expect(count(run, 'forgotten')).toBe(0);
    expect(count(run, 'requeue')).toBe(2);
    expect(jobs(run)).toMatchObject({ acked: 3, waiting: 0, inFlight: 0 });
  });

  test('that leaves them with the broker never completes with a smaller prefetch', () => {
    const run = shop(QUEUE, PARTS, aggregate('completionSize: 3, hold: broker'), consumer('{ prefetch: 2 }'));
    expect(facts(run, 'handled')).toEqual([]);
    expect(jobs(run)).toMatchObject({ waiting: 1, inFlight: 2 });
  });

  test('does not see what reaches another replica', () => {
    const run = shop(QUEUE, PARTS, aggregate('completionSize: 3'), 'services: { worker: { replicas: 2 } }');
    expect(facts(run, 'handled')).toEqual([]);
    expect(count(run, 'held')).toBe(3);
  });

  test('counts a message that comes twice once', () => {
    const run = shop(
      QUEUE,
      PARTS,
      aggregate('completionSize: 3'),
      'chaos: { twice: { duplicate: rabbitmq/jobs, delay: 5ms } }',
    );
    expect(facts(run, 'handled')[0]).toEqual({ parts: 3, complete: true });
  });

  test('works on a log, too', () => {
    const run = shop(
      PARTS.replaceAll('rabbitmq', 'kafka').replaceAll('kafka/jobs,', 'kafka/jobs, key: request.order,'),
      `
      brokers: { kafka: { topics: { jobs: { partitions: 2 } } } }
      services:
        worker:
          consumers: { jobs: { from: kafka/jobs, do: handle, commit: after, auto.offset.reset: earliest } }
      run: { settle: 20s }
    `,
      aggregate('completionSize: 3'),
    );
    expect(facts(run, 'handled')).toEqual([{ parts: 3, complete: true }]);
  });
});

/** The second message of each order overtakes the first one; a worker wants them in order. */
const OVERTAKEN = `
  services:
    shop:
      operations:
        order:
          steps:
            tell: null
            b: { publish: rabbitmq/jobs, body: { order: request.order, number: '2' } }
            c: { publish: rabbitmq/jobs, body: { order: request.order, number: '3' } }
            pause: { wait: 100ms }
            a: { publish: rabbitmq/jobs, body: { order: request.order, number: '1' } }
    worker:
      work: 10ms
      operations: { handle: { steps: { done: { fact: { handled: { number: request.number } } } } } }
`;
const resequence = (settings = '') =>
  consumer(`{ resequence: { sequence: request.number, by: request.order${settings} } }`);
const numbers = (run: Run) => facts(run, 'handled').map(({ number }) => number);

describe('a resequencer', () => {
  test('hands messages on in their order, each when the one before is handled', () => {
    expect(numbers(shop(QUEUE, OVERTAKEN))).toEqual([2, 3, 1]);
    const run = shop(QUEUE, OVERTAKEN, resequence());
    expect(numbers(run)).toEqual([1, 2, 3]);
    expect(details(run, 'held')).toEqual(['1 is missing', '1 is missing']);
    expect(details(run, 'released')).toEqual(['in turn', 'in turn']);
    const [first = 0, second = 0] = times(run, 'fact');
    expect(second - first).toBeGreaterThanOrEqual(10);
    expect(jobs(run)).toMatchObject({ acked: 3, waiting: 0, inFlight: 0 });
  });

  test('goes over a gap when it has waited long enough; what comes then is late', () => {
    const run = shop(QUEUE, OVERTAKEN, resequence(', timeout: 50ms'));
    expect(numbers(run)).toEqual([2, 3, 1]);
    expect(details(run, 'released')).toEqual(['timeout', 'in turn']);
  });

  test('refuses what is late where it is told to, and its queue gives it up', () => {
    const run = shop(
      QUEUE,
      OVERTAKEN,
      resequence(', timeout: 50ms, rejectOld: true'),
      'brokers: { rabbitmq: { queues: { dead: {}, jobs: { deadLetter: rabbitmq/dead } } } }',
    );
    expect(numbers(run)).toEqual([2, 3]);
    expect(all(run, 'deadLetter')[0]).toMatchObject({ peer: 'rabbitmq/dead', detail: 'too late' });
  });

  test('keeps the sequences of different things apart', () => {
    const run = shop(QUEUE, OVERTAKEN, resequence(), 'clients: { user: { every: 20ms, count: 3 } }');
    const of = (order: string) =>
      all(run, 'fact')
        .filter(({ subject }) => subject === order)
        .map(({ value }) => run.facts[value]?.fields.number);
    expect(['order-1', 'order-2', 'order-3'].map(of)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  test('leaves what it holds with the broker: after a crash it comes again, in the order of the queue', () => {
    const run = shop(QUEUE, OVERTAKEN, resequence(), crash('50ms'));
    expect(numbers(run)).toEqual([1, 2, 3]);
    expect(count(run, 'forgotten')).toBe(0);
  });

  test('that holds messages in memory loses them with its process', () => {
    const run = shop(QUEUE, OVERTAKEN, resequence(', hold: memory'), crash('50ms'));
    expect(numbers(run)).toEqual([1]);
    expect(details(run, 'forgotten')).toEqual(['process ended', 'process ended']);
  });

  test('that leaves them with the broker waits for its timeout where the prefetch lets nothing more in', () => {
    const run = shop(QUEUE, OVERTAKEN, resequence(', timeout: 2s'), consumer('{ prefetch: 1 }'));
    expect(numbers(run)).toEqual([2, 3, 1]);
    expect(times(run, 'released')[0]).toBeGreaterThan(2_000);
  });
});
