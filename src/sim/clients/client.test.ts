import { describe, expect, test } from 'vitest';
import { all, changed, count, details, SHOP, shop, times, worldOf } from '../testing.fixture.ts';

const user = (settings: string) => `clients: { user: ${settings} }`;
const OPEN = user('{ every: null, count: null, rate: 100/s }');
const subjectsAndTimes = (run: ReturnType<typeof shop>) =>
  all(run, 'intent').map(({ subject, at }) => [subject, at]);

describe('an open client', () => {
  test('arrives as a Poisson process: so many per second, with gaps that vary as much as they are long', () => {
    const at = times(shop(OPEN, 'run: { for: 100s, settle: 0s }'), 'intent');
    expect(at.length).toBeGreaterThan(9_700);
    expect(at.length).toBeLessThan(10_300);
    const gaps = at.slice(1).map((time, i) => time - (at[i] as number));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(Math.sqrt(variance) / mean).toBeGreaterThan(0.95);
    expect(Math.sqrt(variance) / mean).toBeLessThan(1.05);
  });

  test('does not slow down because the shop is slow', () => {
    const slow = shop(OPEN, 'services: { shop: { work: 5s } }');
    expect(subjectsAndTimes(slow)).toEqual(subjectsAndTimes(shop(OPEN)));
  });

  test('stops when the run’s workload ends', () => {
    expect(Math.max(...times(shop(OPEN), 'intent'))).toBeLessThan(10_000);
  });

  test('makes a new subject at each arrival', () => {
    const run = shop(user('{ count: 3 }'));
    expect(all(run, 'intent').map(({ subject }) => subject)).toEqual(['order-1', 'order-2', 'order-3']);
    expect(run.subjects.get('order-2')).toMatchObject({ entity: 'order', index: 2, data: { amount: 100 } });
  });

  test('shares no subject with another client that makes the same kind', () => {
    const run = shop(
      'clients: { other: { every: 1s, count: 1, entity: order, steps: { buy: { call: shop.order } } } }',
    );
    expect(new Set(all(run, 'intent').map(({ subject }) => subject)).size).toBe(2);
  });
});

describe('a surge', () => {
  const surged = shop(OPEN, 'chaos: { sale: { surge: user, x: 5, during: 2s..4s } }');

  test('multiplies the arrivals for its time', () => {
    const during = times(surged, 'intent').filter((at) => at >= 2_000 && at < 4_000).length;
    expect(during).toBeGreaterThan(850);
    expect(during).toBeLessThan(1_150);
  });

  test('leaves each arrival its luck: the n-th one wants the same, only earlier', () => {
    const drawn = (run: ReturnType<typeof shop>) =>
      all(run, 'intent').map(({ subject, value }) => [subject, value]);
    const shopping = 'clients: { user: { data: { n: random(1000) } } }';
    const calm = drawn(shop(OPEN, shopping));
    const stormy = drawn(shop(OPEN, shopping, 'chaos: { sale: { surge: user, x: 5, during: 2s..4s } }'));
    expect(stormy.slice(0, calm.length)).toEqual(calm);
  });

  test('changes no arrival before it', () => {
    const early = (run: ReturnType<typeof shop>) => times(run, 'intent').filter((at) => at < 2_000);
    expect(early(surged)).toEqual(early(shop(OPEN)));
  });

  test('of nothing keeps everybody away', () => {
    const run = shop(OPEN, 'chaos: { closed: { surge: user, x: 0, during: 2s..4s } }');
    expect(times(run, 'intent').filter((at) => at >= 2_000 && at < 4_000)).toEqual([]);
    expect(times(run, 'intent').filter((at) => at >= 4_000).length).toBeGreaterThan(500);
  });
});

describe('a closed client', () => {
  const USERS = user('{ every: null, count: null, users: 3, think: 1s }');

  test('has so many users, who think between two visits', () => {
    const run = shop(USERS);
    expect(times(run, 'intent').slice(0, 6)).toEqual([1_000, 1_000, 1_000, 2_010, 2_010, 2_010]);
  });

  test('slows down with the shop', () => {
    expect(count(shop(USERS, 'services: { shop: { work: 1s } }'), 'intent')).toBe(3 * 5);
    expect(count(shop(USERS), 'intent')).toBe(3 * 9);
  });
});

describe('a job', () => {
  test('comes at each multiple of its interval, so often and so long as it says', () => {
    expect(times(shop(user('{ every: 2s, count: null }')), 'intent')).toEqual([
      0, 2_000, 4_000, 6_000, 8_000,
    ]);
    expect(times(shop(user('{ every: 2s, count: 2 }')), 'intent')).toEqual([0, 2_000]);
    expect(times(shop(user('{ every: 2s, count: null, active: 3s..6s }')), 'intent')).toEqual([3_000, 5_000]);
  });

  test('can be active while a fault is', () => {
    const run = shop(
      user('{ every: 1s, count: null, active: slowness }'),
      'chaos: { slowness: { slow: shop, x: 2, during: 4s..6s } }',
    );
    expect(times(run, 'intent')).toEqual([4_000, 5_000]);
  });
});

describe('patience', () => {
  const run = shop(
    user('{ patience: 500ms }'),
    'services: { shop: { work: 2s, operations: { order: { steps: { done: { fact: { done: {} } } } } } } }',
  );

  test('ends the intention, not what was sent', () => {
    expect(times(run, 'gaveUp')).toEqual([500]);
    expect(details(run, 'intentFailed')).toEqual(['patience']);
    expect(run.facts.length).toBe(1);
    expect(details(run, 'finish')).toEqual(['wasted']);
  });

  test('that is not used up changes nothing', () => {
    expect(shop(user('{ patience: 500ms }')).fingerprint).toBe(shop().fingerprint);
  });
});

describe('a double click', () => {
  const run = shop(user('{ doubleClick: { p: 100%, after: 300ms } }'));

  test('sends the same again a little later', () => {
    expect(all(run, 'request').map(({ subject, at }) => [subject, at])).toEqual([
      ['order-1', 0],
      ['order-1', 300_000],
    ]);
  });

  test('is one intention still', () => {
    expect([count(run, 'intent'), count(run, 'intentOk')]).toEqual([1, 1]);
  });

  test('happens to its share of the arrivals, and to the same ones in every design', () => {
    const twice = (more: string) => {
      const seen = all(shop(OPEN, user('{ doubleClick: { p: 10%, after: 300ms } }'), more), 'request').map(
        ({ subject }) => subject,
      );
      return [...new Set(seen.filter((subject, i) => seen.indexOf(subject) !== i))].sort();
    };
    const clicked = twice('{}');
    expect(clicked.length).toBeGreaterThan(60);
    expect(clicked.length).toBeLessThan(140);
    expect(twice('services: { shop: { work: 20ms } }')).toEqual(clicked);
  });
});

test('a client’s flow is a flow: its steps see each other’s results', () => {
  const run = shop(
    user('{ steps: { pause: { wait: 1s }, again: { call: shop.order, when: buy.n == 7 } } }'),
    'services: { shop: { operations: { order: { steps: { answer: { reply: { n: 7 } } } } } } }',
  );
  expect(times(run, 'request')).toEqual([0, 1_010]);
});

describe('a client that changes while it runs', () => {
  test('arrives at its new rate from then on', () => {
    const run = changed(5_000_000, worldOf(SHOP, OPEN), worldOf(SHOP, OPEN, user('{ rate: 500/s }')));
    const [before, after] = [
      times(run, 'intent').filter((at) => at < 5_000),
      times(run, 'intent').filter((at) => at >= 5_000),
    ];
    expect(before).toEqual(times(shop(OPEN), 'intent').filter((at) => at < 5_000));
    expect(after.length).toBeGreaterThan(2_200);
    expect(after.length).toBeLessThan(2_800);
  });

  test('comes no more once it is taken away', () => {
    const without = worldOf(SHOP, OPEN, 'clients: { user: null }');
    expect(Math.max(...times(changed(5_000_000, worldOf(SHOP, OPEN), without), 'intent'))).toBeLessThan(
      5_000,
    );
  });
});
