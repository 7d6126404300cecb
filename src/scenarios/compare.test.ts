import { describe, expect, test } from 'vitest';
import { compare, compareWith, firstDivergence } from './compare.ts';
import { crewOf } from './grade-pool.ts';
import { simulateDesign } from './grade-seed.ts';
import { parseExercise } from './load.ts';
import { LOST_ANSWER } from './prove/lost-answer.fixture.ts';

const exercise = parseExercise(LOST_ANSWER, 'lost-answer.yaml');
const blind = { retry: 'retry' };
const knows = { retry: 'retry', receiver: 'knows' };
const ask = { seeds: 6 };

describe('comparing two designs', () => {
  const comparison = compare(exercise, blind, knows, ask);
  if (!comparison.comparable) throw new Error(comparison.message);
  const row = (figure: string) => comparison.rows.find((candidate) => candidate.figure === figure);

  test('happens on equal luck: seeds are won by the better design, and none is lost', () => {
    expect(comparison).toMatchObject({
      held: { a: 0, b: 6 },
      won: ['g1', 'g2', 'g3', 'g4', 'g5', 'g6'],
      worse: [],
    });
  });

  test('pairs what each check measured, with an interval around the mean difference', () => {
    expect(row('once broken')).toMatchObject({
      good: 'less',
      b: 0,
      better: 6,
      same: 0,
      worse: 0,
      difference: { n: 6 },
    });
    expect(row('once broken')?.difference.interval?.high).toBeLessThan(0);
  });

  test('shows cost beside it, so that nothing wins for free', () => {
    expect(row('cost')).toMatchObject({ unit: 'points', worse: 6 });
  });

  test('measures each client', () => {
    expect(row('shoppers success')).toMatchObject({ unit: '%', good: 'more' });
    expect(row('shoppers p99')?.a).toBeGreaterThan(20_000);
    expect(row('shoppers waiting')?.a).toBeGreaterThan(0);
  });

  test('says where the records of the first seed part', () => {
    expect(comparison.divergence?.at).toBeGreaterThan(0);
    expect(comparison.divergence?.a).not.toBe(comparison.divergence?.b);
  });

  test('gives the same by a crew of threads, byte for byte', async () => {
    const crew = crewOf(2);
    try {
      expect(JSON.stringify(await compareWith(crew, exercise, blind, knows, ask))).toBe(
        JSON.stringify(comparison),
      );
    } finally {
      await crew.close();
    }
  });
});

test('a design differs from itself in nothing', () => {
  const comparison = compare(exercise, knows, knows, { seeds: 2 });
  if (!comparison.comparable) throw new Error(comparison.message);
  expect(comparison.divergence).toBeNull();
  for (const { same, difference } of comparison.rows)
    expect([same, difference.mean]).toEqual([difference.n, 0]);
});

test('designs that change what comes from outside are not comparable, and the first difference is named', () => {
  const label = 'label: Never retry\n        set: {}';
  const busier = LOST_ANSWER.replace(
    label,
    `${label}\n        patch: { clients: { shoppers: { rate: 40/s } } }`,
  );
  const comparison = compare(parseExercise(busier, 'busier.yaml'), {}, { retry: 'never' }, { seeds: 2 });
  if (comparison.comparable) throw new Error('it has compared what cannot be compared');
  expect(comparison.seed).toBe('g1');
  expect(comparison.differs.a).toMatch(/^intent \d+ shoppers order-\d+/);
  expect(comparison.message).toMatch(/^not comparable: under seed g1/);
});

test('a fault that one design has and the other has not is named as such', () => {
  const label = 'label: Never retry\n        set: {}';
  const calm = LOST_ANSWER.replace(label, `${label}\n        patch: { chaos: { lost: { p: 1% } } }`);
  const comparison = compare(parseExercise(calm, 'calm.yaml'), {}, { retry: 'never' }, { seeds: 1 });
  expect(comparison).toMatchObject({
    comparable: false,
    differs: { a: expect.stringMatching(/^chaos lost/) },
  });
});

test('a divergence tells what each run did first that the other did not', () => {
  const [a, b] = [blind, knows].map((choices) => simulateDesign(exercise, { choices }, 'g1'));
  if (!a || !b) throw new Error('both were run');
  const divergence = firstDivergence(a, b);
  expect(divergence).toBeDefined();
  expect(firstDivergence(a, a)).toBeUndefined();
  const { record = 0 } = divergence ?? {};
  for (let i = 0; i < record; i++)
    expect([a.record.timeAt(i), a.record.kindAt(i)]).toEqual([b.record.timeAt(i), b.record.kindAt(i)]);
});
