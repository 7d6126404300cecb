import type { Choices } from './choose.ts';
import type { Exercise } from './exercise.ts';
import type { GradeReport } from './grade-report.ts';
import { runDesign, seedResult } from './grade-seed.ts';
import { type GradeAsk, gradeTasks, reportOfShard, shardOf } from './grade-shards.ts';

export type { Ablation, CheckSpread, GradeReport } from './grade-report.ts';
export { gradeSeed } from './grade-seed.ts';
export {
  type GradeAsk,
  type GradeShard,
  gradeShard,
  mergeShards,
  reportOfShard,
} from './grade-shards.ts';

/** How a long sweep is watched and stopped. */
export interface Watching {
  /** Called after each run, with how many are done. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops the sweep; it then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Grades a design over hidden seeds, one run after another. */
export function grade(
  exercise: Exercise,
  choices: Choices,
  ask: GradeAsk,
  { onProgress, signal }: Watching = {},
): GradeReport {
  const tasks = gradeTasks(exercise, choices, ask);
  const done = tasks.map((task, i) => {
    signal?.throwIfAborted();
    const result = seedResult(runDesign(exercise, task.design, task.seed));
    onProgress?.(i + 1, tasks.length);
    return { task, result };
  });
  return reportOfShard(shardOf(exercise, choices, ask, done));
}
