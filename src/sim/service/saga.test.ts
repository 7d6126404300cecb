import { describe, expect, test } from 'vitest';
import { createActor } from 'xstate';
import { tableOf } from '../machine-table.ts';
import { all, count, DATABASE, details, shop, times } from '../testing.fixture.ts';
import { type SagaEvent, type SagaState, sagaMachine } from './saga.machine.ts';

/** An order reserves, charges and ships; the first two can be taken back. Each partner needs 10 ms. */
const SAGA = `
  services:
    shop:
      operations:
        order:
          saga: { retry: { maxAttempts: 2, backoff: fixed(100ms) }, undo: { backoff: fixed(100ms) } }
          steps:
            reserve: { call: stock.reserve, undo: { call: stock.release } }
            charge: { call: bank.charge, undo: { call: bank.refund } }
            ship: { call: truck.ship }
  externals:
    stock: { work: 10ms, operations: { reserve: { steps: { f: { fact: { reserved: {} } } } }, release: { steps: { f: { fact: { released: {} } } } } } }
    bank: { work: 10ms, operations: { charge: { steps: { f: { fact: { charged: {} } } } }, refund: { steps: { f: { fact: { refunded: {} } } } } } }
    truck: { work: 10ms, operations: { ship: { steps: { f: { fact: { shipped: {} } } } } } }
`;
const ORDER = (settings: string) => `services: { shop: { operations: { order: ${settings} } } }`;
const saga = (...more: readonly string[]) => shop(DATABASE, SAGA, 'run: { settle: 60s }', ...more);
const names = (run: ReturnType<typeof shop>) => run.facts.map(({ name }) => name);
const refuses = (place: string) => {
  const [service, operation] = place.split('.');
  return `externals: { ${service}: { operations: { ${operation}: { steps: { f: null, no: { fail: NO } } } } } }`;
};

describe('a saga', () => {
  test('completes when all its steps have, and commits each step', () => {
    const run = saga();
    expect(names(run)).toEqual(['reserved', 'charged', 'shipped']);
    expect(details(run, 'sagaStep')).toEqual(['reserve', 'charge', 'ship']);
    expect(details(run, 'sagaDone')).toEqual(['completed']);
    expect(times(run, 'intentOk')).toEqual([10 + 3 * (10 + 3)]);
  });

  test('that keeps its state in memory pays for no commits', () => {
    expect(times(saga(ORDER('{ saga: { state: memory } }')), 'intentOk')).toEqual([40]);
  });

  test('takes completed steps back, last first, when one is refused', () => {
    const run = saga(refuses('truck.ship'));
    expect(names(run)).toEqual(['reserved', 'charged', 'refunded', 'released']);
    expect(details(run, 'sagaUndo')).toEqual(['charge', 'reserve']);
    expect(details(run, 'sagaDone')).toEqual(['undone']);
    expect(details(run, 'intentFailed')).toEqual(['NO']);
  });

  test('does not take back the step that was refused', () => {
    expect(names(saga(refuses('bank.charge')))).toEqual(['reserved', 'released']);
  });

  test('retries technical failures, not refusals', () => {
    const run = saga('chaos: { broken: { errors: bank.charge } }');
    expect(count(run, 'call', 'shop.order.charge')).toBe(2);
    expect(count(saga(refuses('bank.charge')), 'call', 'shop.order.charge')).toBe(1);
  });

  test('takes back a step whose outcome is unknown', () => {
    const run = saga(
      'chaos: { deaf: { dropReply: shop -> bank, nth: [1, 2] } }',
      'services: { shop: { calls: { bank: { timeout: 1s } } } }',
    );
    expect(names(run)).toEqual(['reserved', 'charged', 'charged', 'refunded', 'released']);
  });

  test('does not take back a step that was certainly not done', () => {
    const run = saga('externals: { bank: { replicas: 0 } }');
    expect(names(run)).toEqual(['reserved', 'released']);
  });

  test('gives up a step after its time limit, though what was sent goes on', () => {
    const run = saga(
      'externals: { bank: { operations: { charge: { work: 5s } } } }',
      ORDER('{ saga: { stepTimeout: 1s, retry: { maxAttempts: 1 } } }'),
    );
    expect(names(run)).toEqual(['reserved', 'refunded', 'released', 'charged']);
  });

  test('tries an undo until it is done', () => {
    const run = saga(refuses('truck.ship'), 'chaos: { broken: { errors: bank.refund, at: 0s, for: 5s } }');
    expect(details(run, 'sagaDone')).toEqual(['undone']);
    expect(names(run)).toEqual(['reserved', 'charged', 'refunded', 'released']);
    expect(all(run, 'sagaUndo').filter(({ detail }) => detail === 'charge').length).toBeGreaterThan(10);
  });

  test('that cannot be taken back is parked, and says so as a fact', () => {
    const run = saga(
      refuses('truck.ship'),
      'chaos: { broken: { errors: bank.refund } }',
      ORDER("{ saga: { undo: { park: 'after 3' } } }"),
    );
    expect(names(run)).toEqual(['reserved', 'charged', 'undoFailed']);
    expect(run.facts.at(-1)?.fields.step).toBe('charge');
    expect(details(run, 'sagaDone')).toEqual(['parked']);
    expect(all(run, 'sagaUndo').map(({ value }) => value)).toEqual([1, 2, 3]);
  });

  test('counts an undo that finds nothing to undo as done', () => {
    const nothing =
      'externals: { bank: { operations: { refund: { steps: { f: null, no: { fail: NONE, status: 404 } } } } } }';
    expect(details(saga(refuses('truck.ship'), nothing), 'sagaDone')).toEqual(['undone']);
  });

  test('is never taken back from its pivot on: later steps are tried until they are done', () => {
    const run = saga(
      'chaos: { broken: { errors: truck, at: 0s, for: 5s } }',
      ORDER('{ steps: { charge: { pivot: true } } }'),
    );
    expect(names(run)).toEqual(['reserved', 'charged', 'shipped']);
    expect(details(run, 'sagaDone')).toEqual(['completed']);
  });

  test('that is refused after its pivot is parked', () => {
    const run = saga(refuses('truck.ship'), ORDER('{ steps: { charge: { pivot: true } } }'));
    expect(names(run)).toEqual(['reserved', 'charged', 'undoFailed']);
    expect(details(run, 'sagaDone')).toEqual(['parked']);
  });

  test('runs the groups of its order as single steps', () => {
    const run = saga(ORDER('{ order: [{ parallel: [reserve, charge] }, ship] }'), refuses('truck.ship'));
    expect(details(run, 'sagaStep')).toEqual(['reserve charge']);
    expect(names(run).slice(2)).toEqual(['refunded', 'released']);
  });
});

describe('a saga whose replica dies', () => {
  const DIES = 'chaos: { death: { crash: shop, at: 30ms, downFor: 1s } }';

  test('goes on where it was when its lease is over, if its state is stored', () => {
    const run = saga(DIES);
    expect(details(run, 'intentFailed')).toEqual(['reset']);
    expect(names(run)).toEqual(['reserved', 'charged', 'charged', 'shipped']);
    const [resumed] = all(run, 'sagaResumed');
    expect(resumed).toMatchObject({ value: 1, peer: 'shop[0]' });
    expect(resumed?.at).toBeGreaterThanOrEqual(10_000_000);
    expect(details(run, 'sagaDone')).toEqual(['completed']);
  });

  test('is taken over by a replica that lives', () => {
    const run = saga(
      'services: { shop: { replicas: 2 } }',
      'chaos: { death: { crash: "shop[0]", at: 30ms, downFor: 1h } }',
    );
    expect(all(run, 'sagaResumed')[0]?.peer).toBe('shop[1]');
    expect(details(run, 'sagaDone')).toEqual(['completed']);
  });

  test('repeats its last step with the same idempotency key', () => {
    const run = saga(DIES, 'services: { shop: { calls: { bank: { idempotencyKey: uuid() } } } }');
    const keys = details(run, 'call', 'shop.order.charge');
    expect(keys.length).toBe(2);
    expect(new Set(keys).size).toBe(1);
  });

  test('is gone if its state was in memory', () => {
    const run = saga(DIES, ORDER('{ saga: { state: memory } }'));
    expect(names(run)).toEqual(['reserved', 'charged']);
    expect(count(run, 'sagaResumed')).toBe(0);
  });

  test('goes on taking back what it was taking back', () => {
    const run = saga(
      refuses('truck.ship'),
      'externals: { bank: { operations: { refund: { work: 2s } } } }',
      'chaos: { death: { crash: shop, at: 1s, downFor: 1s } }',
    );
    expect(details(run, 'sagaDone')).toEqual(['undone']);
    expect(names(run)).toEqual(['reserved', 'charged', 'refunded', 'refunded', 'released']);
  });

  test('takes each step back once, however often it was begun', () => {
    const run = saga(DIES, refuses('truck.ship'));
    expect(details(run, 'sagaUndo')).toEqual(['charge', 'reserve']);
  });
});

test('the table of the saga does what its machine does', () => {
  const table = tableOf<SagaState, SagaEvent>(sagaMachine);
  const states = Object.keys(sagaMachine.config.states ?? {}) as SagaState[];
  const events: SagaEvent[] = ['stepDone', 'allDone', 'refused', 'stepUndone', 'allUndone', 'gaveUp'];
  for (const state of states) {
    for (const type of events) {
      const actor = createActor(sagaMachine, {
        snapshot: sagaMachine.resolveState({ value: state, context: {} }),
      });
      actor.start();
      if (actor.getSnapshot().status === 'active') actor.send({ type });
      expect(table.next(state, type)).toBe(actor.getSnapshot().value);
    }
  }
});
