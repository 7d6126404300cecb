import { describe, expect, test } from 'vitest';
import { factNames } from './fact-names.ts';
import { read, worldOf } from './history.fixture.ts';
import { checkVocabulary } from './vocabulary.ts';

const step = (verb: string, facts: object | null) =>
  verb === 'fact'
    ? { verb, fields: { fact: facts }, modifiers: { fact: null, cache: null } }
    : { verb, fields: { [verb]: 'orders' }, modifiers: { fact: facts, cache: null } };

const world = worldOf({
  clients: {
    shoppers: {
      entity: 'order',
      data: { amount: '2500', customer: 'x' },
      steps: { buy: step('call', null) },
      calls: {},
    },
  },
  services: {
    checkout: {
      operations: { placeOrder: { steps: { save: step('upsert', { confirmed: {} }) } } },
    },
  },
  externals: {
    psp: {
      operations: { charge: { steps: { capture: step('fact', { charged: { fee: '1' } }) } } },
    },
  },
  chaos: { slow: {} },
});

const problems = (written: object) => checkVocabulary(world, { it: read(written) });

test('facts are those that some step can record', () => {
  expect(factNames(world)).toEqual(['undoFailed', 'confirmed', 'charged']);
});

test('a fact that only a later version of a service records is one, too', () => {
  const settled = { operations: { charge: { steps: { settle: step('fact', { settled: {} }) } } } };
  const psp = { ...world.externals['psp'], versions: { v2: settled } };
  expect(factNames(worldOf({ ...world, externals: { psp } }))).toContain('settled');
});

test('a check that names what there is has no problem', () => {
  expect(
    problems({
      every: 'order',
      if: 'confirmed > 0',
      must: 'sum.charged.fee <= order.amount',
      outside: 'slow',
    }),
  ).toEqual([]);
  expect(
    problems({ finally: "facts('charged') <= calls('shoppers') && p(99, 'psp.charge') < duration('1s')" }),
  ).toEqual([]);
  expect(problems({ slo: 'psp.charge', success: '99%' })).toEqual([]);
  expect(problems({ recovers: 'shoppers', after: 'slow', within: '10s' })).toEqual([]);
});

describe('what is not there', () => {
  test.each([
    [{ every: 'order', must: 'chargd <= 1' }, 'must', 'charged'],
    [{ every: 'order', must: 'sum.charged.amout <= 1' }, 'must', 'amount'],
    [{ every: 'order', must: 'sum.chargd.fee <= 1' }, 'must', 'charged'],
    [{ every: 'order', must: 'first.charged.fe == 1' }, 'must', 'fee'],
    [{ every: 'order', finally: 'order.amont == 1' }, 'finally', 'amount'],
    [{ every: 'ordr', must: 'charged <= 1' }, 'every', 'order'],
    [{ every: 'order', must: 'charged <= 1', during: 'slw' }, 'during', 'slow'],
    [{ finally: "facts('chargd') == 1" }, 'finally', 'charged'],
    [{ finally: "failures('shopers') == 1" }, 'finally', 'shoppers'],
    [{ finally: "failure('shoppers') == 1" }, 'finally', 'failures'],
    [{ slo: 'shopers', p99: '1s' }, 'slo', 'shoppers'],
    [{ recovers: 'shoppers', after: 'slo', within: '1s' }, 'after', 'slow'],
    [{ amplification: 'psp', per: 'shopper', max: 1 }, 'per', 'shoppers'],
    [{ ordered: 'psp.charge', by: 'oder' }, 'by', 'order'],
  ])('in %j is told with the nearest name', (written, field, suggestion) => {
    expect(problems(written)).toMatchObject([{ check: 'it', field, suggestion }]);
  });

  test.each([
    [{ every: 'order', must: 'charge <= 1' }, '`charge` is not a name here. Did you mean `charged`?'],
    [
      { every: 'order', must: 'rows <= 1' },
      'The names here are `undoFailed confirmed charged order sum first last all`.',
    ],
    [{ every: 'order', must: 'order.owner == 1' }, '`order.owner`: order has `amount customer`.'],
    [{ finally: "facts('sold') == 1" }, 'no fact is called `sold`; there is `undoFailed confirmed charged`'],
    [{ finally: 'charged <= 1' }, 'only functions: `facts count orders calls failures'],
    [{ finally: "total('charged') <= 1" }, 'There is no function `total` here. There are `facts count'],
  ])('in %j is told with what is there', (written, message) => {
    const [problem, ...others] = problems(written);
    expect(problem?.message).toContain(message);
    expect(others).toEqual([]);
  });

  test('is told with its place in the expression', () => {
    expect(problems({ every: 'order', must: 'charged <= 1 && chargd <= 1' })[0]).toMatchObject({
      start: 16,
      end: 22,
    });
    expect(problems({ finally: "1 == facts('chargd')" })[0]).toMatchObject({ start: 5, end: 20 });
  });

  test('may be there in the world of another option', () => {
    const other = worldOf({
      externals: {
        wms: {
          operations: { pick: { steps: { mark: step('fact', { picked: {} }) } } },
        },
      },
    });
    const checks = { it: read({ every: 'order', must: 'picked <= charged' }) };
    expect(checkVocabulary([world], checks)).toHaveLength(1);
    expect(checkVocabulary([world, other], checks).map(({ message }) => message)).toEqual([]);
  });
});
