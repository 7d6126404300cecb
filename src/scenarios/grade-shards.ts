import { UsageError } from '../problems.ts';
import { ENGINE_VERSION } from '../sim/run.ts';
import { leftOpen, taken } from './ablate.ts';
import type { Choices } from './choose.ts';
import type { Exercise } from './exercise.ts';
import { type Arm, type GradeReport, reportOf } from './grade-report.ts';
import { type Design, runDesign, type SeedResult, seedResult } from './grade-seed.ts';
import { hiddenSeed } from './hidden-seed.ts';

/** What to grade: so many hidden seeds, and which of them fall to this shard. */
export interface GradeAsk {
  /** How many hidden seeds, at least 1. */
  readonly seeds: number;
  /** The number of the first; `g1` is the first of all. */
  readonly from?: number;
  /** Whether each choice is also left open in turn. True unless said otherwise. */
  readonly ablate?: boolean;
}

/** Shard `index` (from 1) of `of`: it takes every seed whose distance from the first leaves `index - 1`. */
export interface ShardOf {
  readonly index: number;
  readonly of: number;
}

/** One run that grading wants. */
export interface GradeTask {
  readonly without: string | null;
  readonly design: Design;
  /** Distance from the first seed. */
  readonly place: number;
  readonly seed: string;
}

/** The runs of one arm, by their distance from the first seed. */
interface ShardArm {
  readonly without: string | null;
  readonly results: readonly { readonly place: number; readonly result: SeedResult }[];
}

/** A part of a graded sweep: plain data that a machine can write, and another merge. */
export interface GradeShard {
  readonly format: 1;
  readonly kind: 'grade-shard';
  readonly exercise: string;
  readonly hash: string;
  readonly engine: number;
  /** In the order in which the exercise asks. */
  readonly choices: Choices;
  readonly from: number;
  readonly seeds: number;
  readonly arms: readonly ShardArm[];
}

/** Every run of a sweep, in the order in which a report counts them. */
export function gradeTasks(
  exercise: Exercise,
  choices: Choices,
  { seeds, from = 1, ablate = true }: GradeAsk,
  { index, of }: ShardOf = { index: 1, of: 1 },
): GradeTask[] {
  const arms = [null, ...(ablate ? taken(exercise, choices) : [])];
  return arms.flatMap((without) => {
    const design: Design = { choices: without === null ? choices : leftOpen(choices, without) };
    const tasks: GradeTask[] = [];
    for (let place = index - 1; place < seeds; place += of) {
      tasks.push({ without, design, place, seed: hiddenSeed(from + place) });
    }
    return tasks;
  });
}

/** Puts the results of tasks, in any order, into a shard. */
export function shardOf(
  exercise: Exercise,
  choices: Choices,
  { seeds, from = 1 }: GradeAsk,
  done: readonly { readonly task: GradeTask; readonly result: SeedResult }[],
): GradeShard {
  const decisions = taken(exercise, choices);
  const arms = new Map<string | null, { place: number; result: SeedResult }[]>();
  for (const without of [null, ...decisions]) arms.set(without, []);
  for (const { task, result } of done) arms.get(task.without)?.push({ place: task.place, result });
  return {
    format: 1,
    kind: 'grade-shard',
    exercise: exercise.id,
    hash: exercise.hash,
    engine: ENGINE_VERSION,
    choices: Object.fromEntries(decisions.map((id) => [id, choices[id] as string])),
    from,
    seeds,
    arms: [...arms]
      .filter(([, results]) => results.length > 0)
      .map(([without, results]) => ({ without, results: results.sort((a, b) => a.place - b.place) })),
  };
}

/** Grades one shard of a sweep, one run after another. */
export function gradeShard(exercise: Exercise, choices: Choices, ask: GradeAsk, shard: ShardOf): GradeShard {
  const done = gradeTasks(exercise, choices, ask, shard).map((task) => ({
    task,
    result: seedResult(runDesign(exercise, task.design, task.seed)),
  }));
  return shardOf(exercise, choices, ask, done);
}

const subject = ({ exercise, hash, engine, choices, from, seeds }: GradeShard) =>
  JSON.stringify([exercise, hash, engine, choices, from, seeds]);

function joined(a: ShardArm['results'], b: ShardArm['results']): ShardArm['results'] {
  const places = new Map(a.map((entry) => [entry.place, entry]));
  for (const entry of b) {
    if (places.has(entry.place)) throw new UsageError(`seed ${entry.result.seed} is in more than one shard`);
    places.set(entry.place, entry);
  }
  return [...places.values()].sort((x, y) => x.place - y.place);
}

/** Merges shards of one sweep, in any order and grouping; refuses strangers and overlaps. */
export function mergeShards(shards: readonly GradeShard[]): GradeShard {
  const [first, ...rest] = shards;
  if (!first) throw new UsageError('there is no shard to merge');
  const arms = new Map(first.arms.map((arm) => [arm.without, arm]));
  for (const next of rest) {
    if (subject(first) !== subject(next)) {
      throw new UsageError('the shards come from different exercises, choices, seeds or engine versions');
    }
    for (const { without, results } of next.arms) {
      arms.set(without, { without, results: joined(arms.get(without)?.results ?? [], results) });
    }
  }
  const order = [null, ...Object.keys(first.choices)];
  return {
    ...first,
    arms: [...arms.values()].sort((a, b) => order.indexOf(a.without) - order.indexOf(b.without)),
  };
}

/** The report of a complete sweep; refuses one with a gap. */
export function reportOfShard(shard: GradeShard): GradeReport {
  const arms: Arm[] = shard.arms.map(({ without, results }) => {
    if (results.length !== shard.seeds) {
      throw new UsageError(
        `${shard.seeds - results.length} of ${shard.seeds} seeds are missing: a shard was not merged`,
      );
    }
    return { without, results: results.map(({ result }) => result) };
  });
  return reportOf(shard, arms);
}
