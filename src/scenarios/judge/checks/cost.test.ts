import { expect, test } from 'vitest';
import { History, NO_USAGE, resultOf } from '../history.fixture.ts';

const before = { ...NO_USAGE, replicas: 10, services: 8, parts: 1 };
const now = { ...NO_USAGE, replicas: 12, services: 8, parts: 4 };
const run = () => new History().run({ usage: now });
const judged = (cost: string, max: number) => resultOf({ cost, max }, run(), { baseline: before });

test('counts what goes beyond the unchanged world', () => {
  expect(judged('replicas', 2)).toMatchObject({
    outcome: 'valid',
    need: 'replicas: at most 2 more than the unchanged world',
    got: '2 more (12 instead of 10)',
    measures: { cost: 2 },
  });
  expect(judged('replicas', 1)).toMatchObject({ outcome: 'invalid' });
  expect(judged('services', 0)).toMatchObject({ outcome: 'valid' });
});

test('weighs everything in points', () => {
  expect(judged('points', 3.5).outcome).toBe('valid');
  expect(judged('points', 3.4)).toMatchObject({ outcome: 'invalid', got: '3.5 more (38 instead of 34.5)' });
});

test('is unknown where nobody measured the unchanged world', () => {
  expect(resultOf({ cost: 'replicas', max: 0 }, run())).toMatchObject({ outcome: 'unknown' });
});
