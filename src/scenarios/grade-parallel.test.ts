import { afterAll, describe, expect, test } from 'vitest';
import { grade, gradeSeed } from './grade.ts';
import { gradeParallel, gradeShardParallel } from './grade-parallel.ts';
import { WorkerCrew } from './grade-pool.ts';
import { gradeShard, mergeShards, reportOfShard } from './grade-shards.ts';
import { parseExercise } from './load.ts';
import { LOST_ANSWER } from './prove/lost-answer.fixture.ts';

const exercise = parseExercise(LOST_ANSWER, 'lost-answer.yaml');
const best = { retry: 'retry', receiver: 'knows' };
const ask = { seeds: 6 };
const crew = new WorkerCrew(2);
afterAll(() => crew.close());

describe('grading', () => {
  const report = grade(exercise, best, ask);

  test('finds that the right design holds, and that each of its choices is needed', () => {
    expect(report).toMatchObject({ exercise: 'EX-900', held: 6, failed: 0, worst: null });
    expect(report.ablation).toMatchObject([
      { decision: 'retry', held: 0, saves: 6, finding: 'load-bearing' },
      { decision: 'receiver', held: 0, saves: 6, finding: 'load-bearing' },
    ]);
  });

  test('hands back a seed that fails in the same way when it is run alone', () => {
    const blind = grade(exercise, { retry: 'retry' }, { seeds: 4, ablate: false });
    expect(blind.worst?.failed).toMatchObject([{ id: 'once' }]);
    const alone = gradeSeed(exercise, { retry: 'retry' }, blind.worst?.seed ?? '');
    expect(alone.checks.find(({ id }) => id === 'once')?.got).toBe(blind.worst?.failed[0]?.got);
  });

  test('calls a choice that only adds capacity no help', () => {
    const [, receiver] = grade(exercise, { retry: 'retry', receiver: 'blind' }, ask).ablation;
    expect(receiver).toMatchObject({ decision: 'receiver', saves: 0, harms: 0 });
    expect(receiver?.finding).not.toBe('load-bearing');
  });

  test('gives the same report on threads, byte for byte', async () => {
    const seen: number[] = [];
    const parallel = await gradeParallel(exercise, best, ask, {
      crew,
      onProgress: (done) => seen.push(done),
    });
    expect(JSON.stringify(parallel)).toBe(JSON.stringify(report));
    expect(seen.at(-1)).toBe(18);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test('gives the same report from shards, of which one was made on threads', async () => {
    const shards = [
      gradeShard(exercise, best, ask, { index: 2, of: 3 }),
      await gradeShardParallel(exercise, best, ask, { index: 3, of: 3 }, { crew }),
      gradeShard(exercise, best, ask, { index: 1, of: 3 }),
    ];
    const travelled = shards.map((shard) => JSON.parse(JSON.stringify(shard)));
    expect(JSON.stringify(reportOfShard(mergeShards(travelled)))).toBe(JSON.stringify(report));
  });

  test('stops when it is told to, with the reason it was given', async () => {
    const controller = new AbortController();
    const stop = () => controller.abort(new Error('enough'));
    const { signal } = controller;
    await expect(
      gradeParallel(exercise, best, ask, { workers: 2, signal, onProgress: stop }),
    ).rejects.toThrow('enough');
    expect(() => grade(exercise, best, ask, { signal })).toThrow('enough');
  });

  test('tells a mistake that was met on a thread as it was', async () => {
    await expect(gradeParallel(exercise, { retry: 'typo' }, ask, { crew })).rejects.toThrow('typo');
  });
});
