import { describe, expect, test } from 'vitest';
import { all, count, details, facts, QUEUE, shop, times } from '../testing.fixture.ts';

const fault = (text: string) => `chaos: { it: ${text} }`;

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
