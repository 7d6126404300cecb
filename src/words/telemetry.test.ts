import { expect, test } from 'vitest';
import { QUEUE, shop } from '../sim/testing.fixture.ts';
import { operatorWords } from './telemetry.ts';

const ID = /[0-9a-f]{32}/g;
const words = (...patches: string[]) =>
  operatorWords(shop(QUEUE, ...patches), 'order-1').replaceAll(ID, 'ID');

test('operators find an order as one trace where context travels with it', () => {
  expect(words()).toBe(
    [
      'Operators who look for order-1 find 1 trace with 3 spans.',
      'Trace ID:',
      '  Shop served order, took 11 ms, at 0 µs.',
      '    Shop produced: send jobs, took 1 ms, at 10 ms.',
      '      Worker consumed: process jobs, took 50 ms, at 11 ms.',
    ].join('\n'),
  );
});

test('operators find pieces where it is lost, and are told nothing of what was not sampled', () => {
  expect(words('telemetry: { propagation: { rabbitmq: false } }')).toContain('find 2 traces with 3 spans.');
  expect(words('telemetry: { sampler: always_off }')).toBe(
    'Operators who look for order-1 find nothing. Of the spans that were begun, 3 not sampled.',
  );
});

test('a trace that begins after a span of a service that sends none says so', () => {
  const dark = words(
    'telemetry: { services: { shop: { sampler: always_off }, worker: { sampler: always_on } } }',
  );
  expect(dark).toContain('Worker consumed: process jobs, after a span that is not there, took 50 ms');
});
