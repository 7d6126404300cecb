import fc from 'fast-check';
import { expect, test } from 'vitest';
import { History, resultOf } from './history.fixture.ts';

const NAMES = ['charged', 'refunded', 'shipped'] as const;

/** Facts of three orders, one a second. */
const facts = fc.array(
  fc.record({ order: fc.integer({ min: 1, max: 3 }), name: fc.constantFrom(...NAMES) }),
  {
    minLength: 1,
    maxLength: 40,
  },
);

interface Told {
  readonly order: number;
  readonly name: (typeof NAMES)[number];
}

function historyOf(told: readonly Told[]): History {
  const history = new History();
  for (const [index, { order, name }] of told.entries()) history.at(index + 1).fact(name, `order-${order}`);
  return history;
}

/** The second at which an order first broke the law, as a plain loop finds it. */
function firstBreak(told: readonly Told[], order: number): number | undefined {
  let [charged, refunded] = [0, 0];
  for (const [index, fact] of told.entries()) {
    if (fact.order !== order) continue;
    if (fact.name === 'charged') charged++;
    if (fact.name === 'refunded') refunded++;
    if (charged - refunded > 1) return index + 1;
  }
  return undefined;
}

test('finds what a plain loop over the facts finds, and nothing else', () => {
  const agrees = (told: readonly Told[]) => {
    const result = resultOf({ every: 'order', must: 'charged - refunded <= 1' }, historyOf(told).run());
    const found = new Map(result.findings.map(({ subject, at }) => [subject, at / 1_000_000]));
    const expected = [1, 2, 3].flatMap((order) => {
      const at = firstBreak(told, order);
      return at === undefined ? [] : [[`order-${order}`, at] as const];
    });
    expect(found).toEqual(new Map(expected));
    expect(result.outcome).toBe(expected.length > 0 ? 'invalid' : 'valid');
  };
  fc.assert(fc.property(facts, agrees));
});

test('the records of a finding prove it by themselves', () => {
  const proves = (told: readonly Told[]) => {
    const law = { every: 'order', must: 'charged - refunded <= 1' };
    const run = historyOf(told).run();
    for (const { records } of resultOf(law, run).findings) {
      const only = run.facts.filter(({ record }) => records.includes(record));
      expect(resultOf(law, { ...run, facts: only }).count).toBe(1);
    }
  };
  fc.assert(fc.property(facts, proves));
});

test('never minds in what order entities are met', () => {
  const same = (told: readonly Told[]) => {
    const run = historyOf(told).run();
    const reversed = { ...run, subjects: new Map([...run.subjects].reverse()) };
    const law = { every: 'order', finally: 'shipped <= charged' };
    expect(resultOf(law, reversed)).toEqual(resultOf(law, run));
  };
  fc.assert(fc.property(facts, same));
});
