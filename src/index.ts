/**
 * Brownout as a library: load an exercise, choose a design, simulate it, judge it, grade it, ask why.
 *
 * Everything here is a pure function of what it is given, apart from what reads files (`loadExercise`,
 * `builtinExercises`, `findExercise`) and what uses threads (`gradeParallel`, `prove`).
 */
export { formatProblem, type Problem, ProblemsError, UsageError } from './problems.ts';
export { readCode, writeCode } from './replay/code.ts';
export { readReplayFile, replay, replayFileOf, writeReplayFile } from './replay/file.ts';
export { type Choices, choose, choosePatched, explainPatch } from './scenarios/choose.ts';
export { type Comparison, compare } from './scenarios/compare.ts';
export type { Decision, Exercise, Option, Variation } from './scenarios/exercise.ts';
export {
  type GradeReport,
  type GradeShard,
  grade,
  gradeSeed,
  gradeShard,
  mergeShards,
  reportOfShard,
} from './scenarios/grade.ts';
export { gradeParallel, gradeShardParallel } from './scenarios/grade-parallel.ts';
export { judgeRun } from './scenarios/grade-seed.ts';
export { type CheckResult, type Finding, judge, type Verdict } from './scenarios/judge/index.ts';
export {
  builtinExercises,
  findExercise,
  listExercises,
  loadExercise,
  parseExercise,
} from './scenarios/load.ts';
export { type Beat, beats, describeRecord, followable, narrate } from './scenarios/narrate.ts';
export { type ProofReport, proofLines, prove } from './scenarios/prove.ts';
export { exerciseJsonSchema } from './scenarios/schema.ts';
export { formatSpanTree, type Span, spanTree } from './scenarios/spans.ts';
export { type Counterfactuals, counterfactuals, type Explanation, explain, whyNot } from './scenarios/why.ts';
export { simulate } from './sim/index.ts';
export { KIND, KIND_NAMES, type Kind } from './sim/kinds.ts';
export { ENGINE_VERSION, type Fact, type Intervention, type Run, type Subject } from './sim/run.ts';
export type { World } from './sim/world/schema/world.ts';
