import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Choices } from './choose.ts';
import type { Exercise } from './exercise.ts';
import type { GradeReport, Watching } from './grade.ts';
import type { Observation } from './grade-job.ts';
import { type Crew, crewOf } from './grade-pool.ts';
import { runDesign, type SeedResult } from './grade-seed.ts';
import {
  type GradeAsk,
  type GradeShard,
  type GradeTask,
  gradeTasks,
  reportOfShard,
  type ShardOf,
  shardOf,
} from './grade-shards.ts';

/** How a sweep is spread over threads. */
export interface Spreading extends Watching {
  /** Threads; if unsaid, as many as there are cores, or this one alone where the work is short. */
  readonly workers?: number;
  /** Who does the work; if unsaid, threads of its own, which end with it. */
  readonly crew?: Crew;
}

/** Runs in one message to a worker: enough to hide the way there, few enough to share the end fairly. */
const chunkSize = (runs: number, workers: number) =>
  Math.max(1, Math.min(32, Math.floor(runs / (workers * 8))));

function chunks(tasks: readonly GradeTask[], size: number): GradeTask[][] {
  const made: GradeTask[][] = [];
  for (const task of tasks) {
    const last = made[made.length - 1];
    if (last && last.length < size && last[0]?.without === task.without) last.push(task);
    else made.push([task]);
  }
  return made;
}

async function performAll(
  crew: Crew,
  exercise: Exercise,
  tasks: readonly GradeTask[],
  { onProgress, signal }: Watching,
): Promise<{ task: GradeTask; result: SeedResult }[]> {
  signal?.throwIfAborted();
  const stop = () => void crew.close();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    let finished = 0;
    const parts = chunks(tasks, chunkSize(tasks.length, crew.size)).map(async (part) => {
      signal?.throwIfAborted();
      const answer = await crew.perform(exercise, {
        design: (part[0] as GradeTask).design,
        seeds: part.map(({ seed }) => seed),
      });
      signal?.throwIfAborted();
      finished += part.length;
      onProgress?.(finished, tasks.length);
      return part.map((task, i) => ({ task, result: (answer[i] as Observation).result }));
    });
    return (await Promise.all(parts)).flat();
  } catch (error) {
    signal?.throwIfAborted(); // a stopped crew refuses its jobs: the reason to tell is the caller's
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Work that one thread does in less time than it takes to start others, in milliseconds. */
const WORTH_THREADS = 1_500;

/** Threads for some tasks: as many as are wanted; where nobody says, one if the first run shows that all will be quick. */
function threadsFor(exercise: Exercise, tasks: readonly GradeTask[], wanted: number | undefined): number {
  const [first] = tasks;
  if (wanted !== undefined || !first) return Math.min(wanted ?? 1, tasks.length);
  const started = performance.now();
  runDesign(exercise, first.design, first.seed);
  const expected = (performance.now() - started) * tasks.length;
  return expected < WORTH_THREADS ? 1 : Math.min(availableParallelism(), tasks.length);
}

/** Grades one shard of a sweep on all cores. */
export async function gradeShardParallel(
  exercise: Exercise,
  choices: Choices,
  ask: GradeAsk,
  shard: ShardOf,
  spreading: Spreading = {},
): Promise<GradeShard> {
  const tasks = gradeTasks(exercise, choices, ask, shard);
  const crew = spreading.crew ?? crewOf(threadsFor(exercise, tasks, spreading.workers));
  try {
    return shardOf(exercise, choices, ask, await performAll(crew, exercise, tasks, spreading));
  } finally {
    if (!spreading.crew) await crew.close();
  }
}

/** Grades a design over hidden seeds on all cores: the report that `grade` gives, byte for byte. */
export async function gradeParallel(
  exercise: Exercise,
  choices: Choices,
  ask: GradeAsk,
  spreading: Spreading = {},
): Promise<GradeReport> {
  return reportOfShard(await gradeShardParallel(exercise, choices, ask, { index: 1, of: 1 }, spreading));
}
