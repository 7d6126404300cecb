import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../problems.ts';
import type { Exercise } from './exercise.ts';
import { bySeverity, reportOf } from './grade-report.ts';
import type { SeedCheck, SeedResult } from './grade-seed.ts';
import { type GradeShard, gradeTasks, mergeShards, reportOfShard, shardOf } from './grade-shards.ts';

function check(id: string, changes: Partial<SeedCheck> = {}): SeedCheck {
  const plain = {
    weight: 'primary',
    outcome: 'valid',
    need: 'n <= 1',
    got: 'held',
    measures: {},
    at: null,
    count: 0,
  } as const;
  return { id, ...plain, ...changes };
}

const broken = (id: string, changes: Partial<SeedCheck> = {}) =>
  check(id, { outcome: 'invalid', got: 'broke', at: 1_000, count: 1, ...changes });

function result(seed: string, checks: readonly SeedCheck[], changes: Partial<SeedResult> = {}): SeedResult {
  const failed = checks.find(({ outcome, weight }) => outcome === 'invalid' && weight === 'primary');
  return {
    seed,
    outcome: failed ? 'failed' : 'held',
    firstFailed: failed?.id ?? null,
    checks,
    faults: [],
    blamed: [],
    events: 10,
    fingerprint: `f-${seed}`,
    ...changes,
  };
}

const subject = { exercise: 'EX-1', hash: '00', engine: 1, choices: { retry: 'b', queue: 'x' }, from: 1 };

describe('a report', () => {
  const whole = [
    result('g1', [check('once', { measures: { broken: 0 } })]),
    result('g2', [broken('once', { count: 3, at: 9_000, measures: { broken: 3 } })]),
    result('g3', [broken('once', { count: 5, at: 5_000, got: 'five', measures: { broken: 5 } })]),
    result('g4', [broken('once', { count: 5, at: 4_000, measures: { broken: 5 } })]),
  ];
  const report = reportOf(subject, [{ without: null, results: whole }]);

  test('counts the seeds that hold, with an interval around their share', () => {
    expect(report).toMatchObject({
      held: 1,
      failed: 3,
      share: 0.25,
      failing: ['g2', 'g3', 'g4'],
      events: 40,
    });
    expect(report.interval.low).toBeGreaterThan(0);
    expect(report.interval.high).toBeLessThan(1);
  });

  test('hands back the seed with the most witnesses, of equals the one that broke first', () => {
    expect(report.worst).toMatchObject({ seed: 'g4', at: 4_000, failed: [{ id: 'once', got: 'broke' }] });
  });

  test('tells how often each check failed, and how its figures lie', () => {
    expect(report.checks).toMatchObject([
      {
        id: 'once',
        valid: 1,
        invalid: 3,
        got: { broken: { n: 4, min: 0, median: 3, max: 5 } },
        example: { got: 'five' },
      },
    ]);
  });

  test('has no worst seed where every seed holds', () => {
    expect(reportOf(subject, [{ without: null, results: [result('g1', [check('once')])] }]).worst).toBeNull();
  });

  test('names faults that changed nothing, with the number of seeds', () => {
    const faults = [{ id: 'slow', fired: 0, idleAllowed: true }];
    const idle = reportOf(subject, [
      { without: null, results: [result('g1', [], { faults }), result('g2', [])] },
    ]);
    expect(idle.idle).toEqual([{ fault: 'slow', seeds: 1, allowed: true }]);
  });
});

describe('ablation of the learner’s own design', () => {
  const held = [result('g1', [check('once')]), result('g2', [check('once')])];
  const fails = [result('g1', [check('once')]), result('g2', [broken('once')])];
  const slower = [result('g1', [check('once', { got: 'p99 2 s' })]), result('g2', [check('once')])];
  const finding = (whole: SeedResult[], without: SeedResult[]) =>
    reportOf(subject, [
      { without: null, results: whole },
      { without: 'retry', results: without },
    ]).ablation[0];

  test('calls a choice load-bearing if seeds are lost without it', () => {
    expect(finding(held, fails)).toMatchObject({
      decision: 'retry',
      option: 'b',
      held: 1,
      saves: 1,
      finding: 'load-bearing',
    });
  });

  test('calls it decoration if no check notices', () => {
    expect(finding(held, held)).toMatchObject({ changes: 0, finding: 'decoration' });
  });

  test('tells a choice that changes figures from one that changes verdicts', () => {
    expect(finding(held, slower)).toMatchObject({ changes: 1, finding: 'helps no verdict' });
    expect(finding(fails, held)).toMatchObject({ harms: 1, finding: 'harmful' });
  });
});

test('more broken primary checks weigh more than more witnesses of one', () => {
  const two = result('g1', [broken('a'), broken('b')]);
  const many = result('g2', [broken('a', { count: 99 })]);
  const secondary = result('g3', [check('a'), broken('b', { weight: 'secondary' })]);
  expect([secondary, many, two].sort(bySeverity)).toEqual([two, many, secondary]);
});

describe('shards', () => {
  const options = [{ id: 'a' }, { id: 'b' }];
  const partial: unknown = {
    id: 'EX-1',
    hash: '00',
    decide: [
      { id: 'retry', options },
      { id: 'queue', options },
    ],
  };
  const exercise = partial as Exercise; // sharding reads these keys and no others
  const choices = { queue: 'a', retry: 'b' };

  /** A shard whose results are made of nothing but the design and the seed. */
  function shard(seeds: number, index: number, of: number): GradeShard {
    const done = gradeTasks(exercise, choices, { seeds }, { index, of }).map((task) => {
      const fails = (task.seed.length + task.place) % 3 === 0 && task.without === 'retry';
      return {
        task,
        result: result(task.seed, [fails ? broken('once', { count: task.place }) : check('once')]),
      };
    });
    return shardOf(exercise, choices, { seeds }, done.reverse());
  }

  test('take every seed once, whatever their number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9 }), (seeds, of) => {
        const tasks = Array.from({ length: of }, (_, i) =>
          gradeTasks(exercise, choices, { seeds }, { index: i + 1, of }),
        ).flat();
        const names = tasks.map(({ seed, without }) => `${without}/${seed}`);
        expect(new Set(names).size).toBe(names.length);
        expect(names.length).toBe(seeds * 3);
      }),
    );
  });

  test('merge to the report of one machine byte for byte, in any order and grouping', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 8 }),
        fc.infiniteStream(fc.nat()),
        (seeds, of, picks) => {
          let pile = Array.from({ length: of }, (_, i) => shard(seeds, i + 1, of));
          while (pile.length > 1) {
            const [left, right] = [0, 0].map(() => {
              const [one] = pile.splice((picks.next().value as number) % pile.length, 1);
              return one as GradeShard;
            });
            pile = [...pile, mergeShards([left as GradeShard, right as GradeShard])];
          }
          const merged = JSON.stringify(reportOfShard(pile[0] as GradeShard));
          expect(merged).toBe(JSON.stringify(reportOfShard(shard(seeds, 1, 1))));
        },
      ),
    );
  });

  test('of different sweeps are not merged', () => {
    expect(() => mergeShards([shard(4, 1, 2), shard(5, 2, 2)])).toThrow(UsageError);
    expect(() => mergeShards([shard(4, 1, 2), { ...shard(4, 2, 2), engine: 99 }])).toThrow('engine');
  });

  test('that overlap are not merged', () => {
    expect(() => mergeShards([shard(4, 1, 2), shard(4, 1, 2)])).toThrow('more than one shard');
  });

  test('that leave a gap give no report', () => {
    expect(() => reportOfShard(mergeShards([shard(9, 1, 3), shard(9, 3, 3)]))).toThrow(
      '3 of 9 seeds are missing',
    );
  });

  test('list the arms in the order in which the exercise asks', () => {
    expect(shard(2, 1, 1).arms.map(({ without }) => without)).toEqual([null, 'retry', 'queue']);
  });
});
