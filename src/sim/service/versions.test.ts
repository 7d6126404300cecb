import { expect, test } from 'vitest';
import { all, count, details, shop, times } from '../testing.fixture.ts';

/** The shop has two replicas, and a second version that is slower and tells another fact. */
const VERSIONS = `
  clients: { user: { every: 100ms, count: 100 } }
  services:
    shop:
      replicas: 2
      operations: { order: { steps: { done: { fact: { one: {} } } } } }
      versions:
        v2: { replicas: 2, work: 30ms, operations: { order: { steps: { done: { fact: { two: {} } } } } } }
`;
const DEPLOY = 'chaos: { new: { deploy: shop, to: v2, at: 3050ms, interval: 2s } }';
const told = (run: ReturnType<typeof shop>, name: string) =>
  run.facts.filter((fact) => fact.name === name).map(({ at }) => at / 1_000);

test('a service runs as it is written until another version is deployed', () => {
  const run = shop(VERSIONS);
  expect(told(run, 'two')).toEqual([]);
  expect(told(run, 'one')).toHaveLength(100);
});

test('a rollout replaces one replica after the other: two versions are alive at once', () => {
  const run = shop(VERSIONS, DEPLOY);
  expect(all(run, 'deployed').map(({ at, place, detail }) => [at / 1_000, place, detail])).toEqual([
    [3_050, 'shop[0]', 'v2'],
    [5_050, 'shop[1]', 'v2'],
  ]);
  const both = (name: string) => told(run, name).filter((at) => at > 3_100 && at < 5_050).length;
  expect([both('one'), both('two')]).toEqual([10, 10]);
  expect(told(run, 'one').at(-1)).toBeLessThan(5_100);
});

test('what is in progress when its replica is replaced is finished by the version that began it', () => {
  const slow = 'services: { shop: { work: 500ms } }\nclients: { user: { every: 10s, count: 1 } }';
  const run = shop(VERSIONS, slow, 'chaos: { new: { deploy: shop, to: v2, at: 100ms, interval: 0s } }');
  expect(told(run, 'one')).toEqual([500]);
  expect(count(run, 'intentFailed')).toBe(0);
});

test('a rollback is a deployment of the version that was there before', () => {
  const run = shop(VERSIONS, DEPLOY, 'chaos: { back: { deploy: shop, to: v1, at: 7s, interval: 0s } }');
  expect(times(run, 'deployed')).toEqual([3_050, 5_050, 7_000, 7_000]);
  expect(details(run, 'deployed').slice(-2)).toEqual(['v1', 'v1']);
  expect(told(run, 'two').at(-1)).toBeLessThan(7_100);
});
