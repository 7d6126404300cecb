import { beforeAll, describe, expect, test } from 'vitest';
import { Level } from '../../../scenarios/channels/level.ts';
import { choose } from '../../../scenarios/choose.ts';
import { simulateDesign } from '../../../scenarios/grade-seed.ts';
import { serviceAt } from '../../../scenarios/instances/service.ts';
import { findExercise } from '../../../scenarios/load.ts';
import { narrate } from '../../../scenarios/narrate.ts';
import { simulate } from '../../../sim/index.ts';
import { KIND } from '../../../sim/kinds.ts';
import { all, shop } from '../../../sim/testing.fixture.ts';
import { Scene } from './scene.ts';
import { Tally } from './tally.ts';
import { traceOf } from './trace.ts';

test('knows a level at every record', () => {
  const level = new Level(2);
  level.add(5, 1);
  level.add(5, 1);
  level.add(9, -3);
  expect([4, 5, 8, 9, 99].map((record) => level.at(record))).toEqual([2, 4, 4, 1, 1]);
});

test('counts what happened after one time, up to and with another', () => {
  const tally = new Tally();
  for (const at of [10, 20, 20, 30]) tally.add(at, at * 2);
  expect(tally.count(10, 20)).toBe(2);
  expect(tally.count(-1, 100)).toBe(4);
  expect(tally.quantile(0.5, 0, 100)).toBe(40);
  expect(tally.quantile(0.5, 30, 100)).toBeNull();
});

/** A run of an exercise as it is. */
const sceneOf = (slug: string) => {
  const exercise = findExercise(slug);
  return new Scene(simulate(choose(exercise, {}), String(exercise.seeds.practice)));
};

test('a topic holds what its groups have yet to read, and shows records on their way', () => {
  const log = `
  brokers: { kafka: { topics: { jobs: { partitions: 2 } } } }
  services:
    shop: { operations: { order: { steps: { tell: { publish: kafka/jobs, key: request.order } } } } }
    worker:
      consumers: { jobs: { from: kafka/jobs, do: handle, auto.offset.reset: earliest } }
      operations: { handle: {} }
  run: { for: 10s, settle: 20s }
`;
  const scene = new Scene(shop(log, 'clients: { user: { every: 100ms, count: 20 } }'));
  const topic = scene.histories.find(({ node }) => node.id === 'kafka/jobs');
  const last = scene.run.record.length - 1;
  // Nobody reads before the group has been formed.
  expect(topic?.waiting.at(scene.lastUpTo(2_500_000))).toBe(20);
  expect([topic?.waiting.at(last), topic?.working.at(last), topic?.served.count(-1, 30_000_000)]).toEqual([
    0, 0, 20,
  ]);
  expect(scene.traffic('shop', 'kafka/jobs', 2_000_000, 2_000_000)).toBeGreaterThan(5);
});

test('a service that grows during the run begins with the replicas that it had', () => {
  const exercise = findExercise('one-busy-five-idle');
  const { histories, run } = new Scene(simulateDesign(exercise, { choices: {} }, '7'));
  const { replicas } = histories.find(({ node }) => node.id === 'pricing') ?? {};
  expect([replicas?.at(0), replicas?.at(run.record.length - 1)]).toEqual([6, 12]);
});

test('a replica that a rollout adds is on the map and among the instances for as long as it is there', () => {
  const release =
    'replicas: 2, pod: { startup: 2s, readinessProbe: { periodSeconds: 1 } }, operations: { order: {} }';
  const run = shop(
    `services: { shop: { ${release}, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }, versions: { v2: { ${release} } } } }`,
    'chaos: { release: { deploy: shop, to: v2, at: 1s, interval: 0s } }',
  );
  const { histories } = new Scene(run);
  const { replicas, down } = histories.find(({ node }) => node.id === 'shop') ?? {};
  const changes = all(run, 'scaled').map(({ index }) => index);
  expect(changes.map((record) => [replicas?.at(record), down?.at(record)])).toEqual([
    [3, 0],
    [2, 0],
  ]);
  const names = (record: number) =>
    serviceAt(run, 'shop', record, run.record.timeAt(record)).instances.map(
      ({ name, version }) => `${name} ${version}`,
    );
  expect(names((changes[0] ?? 0) + 1)).toEqual(['shop[0] v1', 'shop[1] v1', 'shop[2] v2']);
  expect(names(run.record.length - 1)).toEqual(['shop[0] v2', 'shop[1] v2']);
  expect(changes.map((record) => narrate(run, record))).toEqual([
    'Shop now has 3 replicas, one more than are wanted, while it is rolled out.',
    'Shop now has 2 replicas: its rollout is over.',
  ]);
});

test('who is turned away at the door of a service does not wait in it', () => {
  const broken = shop(
    `chaos: { full-disk: { errors: shop, status: 500 } }`,
    `clients: { user: { every: 1s, count: 3 } }`,
  );
  const { histories, run } = new Scene(broken);
  const { waiting, failed } = histories.find(({ node }) => node.id === 'shop') ?? {};
  expect(waiting?.at(run.record.length - 1)).toBe(0);
  expect(failed?.count(-1, 20_000_000)).toBe(3);
});

describe.each(['order-nobody-shipped', 'retry-storm'])('the histories of %s', (slug) => {
  let scene: Scene;
  beforeAll(() => {
    scene = sceneOf(slug);
  });

  test('never hold less than nothing', () => {
    const { length } = scene.run.record;
    for (let record = 0; record < length; record += 97) {
      for (const { node, waiting, working, down } of scene.histories) {
        const held = [waiting, working, down].map((level) => level.at(record));
        expect([node.id, record, ...held.filter((level) => level < 0)]).toEqual([node.id, record]);
      }
    }
  });

  test('end with what the run itself reports of its queues', () => {
    for (const { queue, waiting, inFlight } of scene.run.queues) {
      const history = scene.histories.find(({ node }) => node.id === queue);
      const last = scene.run.record.length - 1;
      expect([history?.waiting.at(last), history?.working.at(last)]).toEqual([waiting, inFlight]);
    }
  });

  test('count every wish once', () => {
    const { kind } = scene.run.record.columns();
    const ended = [...kind].filter((one) => one === KIND.intentOk || one === KIND.intentFailed).length;
    const clients = scene.histories.filter(({ node }) => node.kind === 'client');
    const counted = clients.reduce((sum, { served, failed }) => sum + served.size + failed.size, 0);
    expect(counted).toBe(ended);
  });
});

describe('a saturated service', () => {
  const scene = sceneOf('retry-storm');
  const at = 25_000_000;
  const states = scene.states(scene.lastUpTo(at), at);
  const of = (id: string) => states.find(({ node }) => node.id === id);

  test('is told from one that only waits for it', () => {
    expect(of('payment')).toMatchObject({ health: 'full', working: 8, workers: 8 });
    expect(of('payment')?.waiting).toBeGreaterThan(100);
    expect(of('shoppers')?.health).toBe('failing');
  });

  test('was fine before the fault', () => {
    const before = scene.states(scene.lastUpTo(8_000_000), 8_000_000);
    expect(before.find(({ node }) => node.id === 'payment')?.health).toBe('fine');
  });

  test('gets retries, and gives answers that come too late', () => {
    const letters = new Set(scene.hops.around(at, 2_000_000).map(({ letter }) => letter));
    expect(letters).toContain('r');
    expect(letters).toContain('l');
  });
});

test('draws an answer that came too late behind the end of the wait for it', () => {
  const { run } = sceneOf('retry-storm');
  const late = run.record.columns().kind.indexOf(KIND.lateReply);
  const { rows } = traceOf(run, run.record.names.text(run.record.subjectAt(late)));
  const row = rows.find(({ record }) => record === run.record.spanAt(late));
  expect(row?.ending).toBe('timeout');
  expect(row?.signs).toContainEqual(expect.objectContaining({ sign: 'l', at: run.record.timeAt(late) }));
  expect(row?.waited.to).toBeLessThan(run.record.timeAt(late));
});
