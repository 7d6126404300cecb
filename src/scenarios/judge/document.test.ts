import { expect, test } from 'vitest';
import { check } from './document.ts';

/** What is said of a check that cannot be read. */
function said(written: unknown): string {
  const result = check.safeParse(written);
  return result.success ? 'nothing' : result.error.issues.map(({ message }) => message).join('; ');
}

test('the kind of a check is told by its words', () => {
  const kind = (written: object) => check.parse(written).kind;
  expect(kind({ every: 'order', must: 'charged <= 1' })).toBe('invariant');
  expect(kind({ finally: "facts('charged') == 1" })).toBe('invariant');
  expect(kind({ slo: 'shoppers', success: '99%', p99: '800ms', per: '40s', outside: 'no-news' })).toBe('slo');
  expect(kind({ amplification: 'gateway -> *', per: 'site', max: 4 })).toBe('amplification');
  expect(kind({ cost: 'replicas', max: 0, weight: 'secondary' })).toBe('cost');
});

test('its target is what its verb names', () => {
  expect(check.parse({ fresh: 'checkout.outbox', within: '5s' }).target).toBe('checkout.outbox');
  expect(check.parse({ every: 'order', must: 'true' }).target).toBe('order');
  expect(check.parse({ must: 'true' }).target).toBe('');
});

test('quantities are read, and what is not said is null', () => {
  expect(check.parse({ slo: 'shoppers', success: '99.5%', p99: '800ms' }).settings).toMatchObject({
    success: 995_000,
    p99: 800_000,
    p50: null,
    weight: 'primary',
    during: null,
  });
});

test('a null takes a setting away, as in any merge patch', () => {
  expect(check.parse({ slo: 'shoppers', p99: '1s', success: null }).settings).toMatchObject({
    success: null,
  });
});

test.each([
  [
    { converges: 'order', share: '95%' },
    'the check `converges` is not modelled yet: this version does not simulate copies that converge',
  ],
  [
    { confined: 'supplierCost' },
    'the check `confined` is not modelled yet: this version does not simulate who holds which field',
  ],
  [{ slos: 'shoppers', p99: '1s' }, 'Did you mean `slo`?'],
  [{ slo: 'shoppers', cost: 'calls', max: 1 }, 'the check has two verbs, `slo` and `cost`'],
  [{ every: 'order' }, 'needs `must` or `finally`'],
  [{ must: 'true', if: 'true' }, 'say which sort with `every`'],
  [{ every: 'order', finally: 'true', within: '5s' }, 'there is no `must`'],
  [{ slo: 'shoppers', p99: '1s', per: '40' }, 'is not a duration'],
  [{ slo: 'shoppers', p98: '1s' }, 'p98'],
  [{ cost: 'money', max: 1 }, 'replicas'],
  ['charged <= 1', 'expected a check such as'],
  [[], 'expected a check such as'],
])('%j is refused in plain words', (written, message) => {
  expect(said(written)).toContain(message);
});

test('a check that means nothing is refused: no goal at all', () => {
  expect(said({ slo: 'shoppers' })).toContain('a goal');
});
