import { describe, expect, test } from 'vitest';
import { DATABASE, QUEUE, shop } from '../../../sim/testing.fixture.ts';
import { resultOf } from '../history.fixture.ts';

const TEN = 'clients: { user: { count: 10 } }';
const all = { traced: 'order', share: '100%' };

describe('the work for an order', () => {
  test('joins into one trace where context travels on every hop', () => {
    expect(resultOf(all, shop(TEN, QUEUE))).toMatchObject({
      outcome: 'valid',
      got: '100 % of 10 orders in one trace',
      measures: { traced: 100 },
    });
  });

  test('falls into two traces at a broker that does not carry it', () => {
    const result = resultOf(all, shop(TEN, QUEUE, 'telemetry: { propagation: { rabbitmq: false } }'));
    expect(result).toMatchObject({ outcome: 'invalid', count: 10, measures: { traced: 0 } });
    expect(result.findings[0]).toMatchObject({ subject: 'order-1', message: 'order-1: 2 traces' });
  });

  test('is joined by links, too', () => {
    expect(resultOf(all, shop(TEN, QUEUE, 'telemetry: { consumers: link }')).outcome).toBe('valid');
  });

  test('is not in one trace where a service sends no spans', () => {
    const dark = shop(TEN, QUEUE, 'telemetry: { services: { worker: { instrumented: false } } }');
    expect(resultOf(all, dark).findings[0]?.message).toBe('order-1: 1 trace, and no span of 1 of 2 requests');
  });

  test('that comes in twice from outside makes two traces, which is as it must be', () => {
    const twice = 'clients: { user: { steps: { buy: { call: shop.order }, again: { call: shop.order } } } }';
    expect(resultOf(all, shop(TEN, QUEUE, twice)).outcome).toBe('valid');
  });

  test('counts only for those orders that are asked about', () => {
    const poisoned = shop(
      TEN,
      DATABASE,
      QUEUE,
      'chaos: { bad: { crash: worker, at: 3020ms, downFor: 1s } }',
      'telemetry: { propagation: { rabbitmq: false } }',
    );
    expect(resultOf({ ...all, of: 'handled == 0' }, poisoned).outcome).toBe('vacuous');
    expect(resultOf({ ...all, of: 'handled == 1' }, poisoned)).toMatchObject({
      outcome: 'invalid',
      count: 10,
    });
  });
});

describe('what is stored', () => {
  test('may be no more than a share of all spans', () => {
    const need = { traced: 'order', stored: '50%' };
    expect(resultOf(need, shop(TEN, QUEUE))).toMatchObject({ outcome: 'invalid', measures: { stored: 100 } });
    const sampled = 'telemetry: { sampler: parentbased_traceidratio, sampler_arg: 20% }';
    expect(resultOf(need, shop(TEN, QUEUE, sampled)).outcome).toBe('valid');
  });
});
