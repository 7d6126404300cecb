import { z } from 'zod';
import { ProblemsError } from '../problems.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { type Design, judgeRun, worldOf, worldsAfter } from '../scenarios/grade-seed.ts';
import { type Checks, judge, type Verdict } from '../scenarios/judge/index.ts';
import { type Change, simulate } from '../sim/index.ts';
import { ENGINE_VERSION, type Run } from '../sim/run.ts';
import type { World } from '../sim/world/schema/world.ts';
import type { Moment } from './code.ts';
import { interventions } from './intervention.ts';
import { firstParting, type Parting } from './ladder.ts';
import { type Document, migrate, REPLAY_VERSION } from './migrate.ts';
import { commandFor } from './releases.ts';

/** Characters of a replay file at most: sixteen times the largest exercise. */
const LARGEST = 4_194_304;

const FORMAT = 'brownout-replay';

const outcome = z.strictObject({ id: z.string(), outcome: z.string(), got: z.string() });

const replaySchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(REPLAY_VERSION),
  engine: z.int().min(1),
  exercise: z.strictObject({ id: z.string(), title: z.string(), hash: z.string(), text: z.string() }),
  choices: z.record(z.string(), z.string()),
  seed: z.string(),
  position: z.int().min(0).nullable(),
  interventions,
  /** The whole world, base world and patterns resolved: nothing else is needed to run it. */
  world: z.record(z.string(), z.unknown()),
  /** What the interventions make of it, whole worlds again. */
  changes: z.array(
    z.strictObject({ at: z.int().min(0), what: z.string(), world: z.record(z.string(), z.unknown()) }),
  ),
  checks: z.record(z.string(), z.unknown()),
  expect: z.strictObject({
    fingerprint: z.string(),
    ladder: z.array(z.string()),
    length: z.int().min(0),
    outcome: z.string(),
    checks: z.array(outcome),
  }),
});

/** A run in a file: everything that is needed to run it again, and what it was. */
export type ReplayFile = z.output<typeof replaySchema>;

/** The verdict as a replay file remembers it. */
const remembered = ({ checks }: Verdict) => checks.map(({ id, outcome, got }) => ({ id, outcome, got }));

/** The file of a run that was made of an exercise. */
export function replayFileOf(exercise: Exercise, moment: Moment, run: Run): ReplayFile {
  const verdict = judgeRun(exercise, run);
  const design: Design = { choices: moment.choices, interventions: moment.interventions };
  return {
    format: FORMAT,
    version: REPLAY_VERSION,
    engine: run.engine,
    exercise: { id: exercise.id, title: exercise.title, hash: exercise.hash, text: exercise.text },
    choices: { ...moment.choices },
    seed: moment.seed,
    position: moment.position,
    interventions: moment.interventions as ReplayFile['interventions'], // the schema only writes out what they are
    world: worldOf(exercise, design) as unknown as ReplayFile['world'],
    changes: worldsAfter(exercise, design) as unknown as ReplayFile['changes'],
    checks: exercise.checks as unknown as ReplayFile['checks'],
    expect: {
      fingerprint: run.fingerprint,
      ladder: [...run.ladder],
      length: run.record.length,
      outcome: verdict.outcome,
      checks: remembered(verdict),
    },
  };
}

/** A replay file as text. */
export const writeReplayFile = (file: ReplayFile): string => `${JSON.stringify(file, null, 1)}\n`;

function refuse(name: string, code: string, message: string, fix?: string): never {
  const place = { file: name, line: 1, column: 1, length: 1 };
  throw new ProblemsError([
    { code: `replay/${code}`, ...place, message, ...(fix === undefined ? {} : { fix }) },
  ]);
}

/** Keys that mean something to JavaScript itself never come out of a file. */
const withoutMagic = (key: string, value: unknown) =>
  key === '__proto__' || key === 'constructor' || key === 'prototype' ? undefined : value;

function parse(text: string, name: string): Document {
  if (text.length > LARGEST)
    refuse(name, 'too-large', `it has ${text.length} characters; a replay file has at most ${LARGEST}`);
  let document: unknown;
  try {
    document = JSON.parse(text, withoutMagic);
  } catch (error) {
    refuse(name, 'not-json', `this is no replay file: ${error instanceof Error ? error.message : error}`);
  }
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document);
  if (!isObject || (document as Document)['format'] !== FORMAT) {
    refuse(
      name,
      'not-a-replay',
      `this is no replay file: its \`format\` is not \`${FORMAT}\``,
      'write one with `brownout run … --save file.json`',
    );
  }
  return document as Document;
}

/** Reads a replay file of this version or an older one; throws a `ProblemsError` that says what is wrong. */
export function readReplayFile(text: string, name: string): ReplayFile {
  const document = parse(text, name);
  const { version } = document;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    refuse(name, 'no-version', 'its `version` is no whole number from 1');
  }
  if (version > REPLAY_VERSION) {
    refuse(
      name,
      'newer-version',
      `it was written by a newer brownout (version ${version}; this one reads up to ${REPLAY_VERSION})`,
      `npx brownout@latest replay ${name}`,
    );
  }
  const result = replaySchema.safeParse({ ...migrate(document, version), version: REPLAY_VERSION });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  return refuse(name, 'damaged', `it is damaged: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
}

/** A file run again, and whether it was the same. */
export interface ReplayOutcome {
  readonly run: Run;
  readonly verdict: Verdict;
  readonly same: boolean;
  /** The first stretch of records that differs; null where nothing does. */
  readonly parting: Parting | null;
  /** What differs and what to do, as sentences; empty where it was the same. */
  readonly differences: readonly string[];
}

/** Runs a file again and holds the run against what the file remembers; it never passes a difference silently. */
export function replay(file: ReplayFile): ReplayOutcome {
  // The file holds a world as `choose` made it; one that was changed by hand is refused when it is built.
  const run = simulate(file.world as unknown as World, file.seed, file.changes as unknown as Change[]);
  const verdict = judge(run, file.checks as unknown as Checks);
  const { expect } = file;
  const parting = firstParting(expect, {
    fingerprint: run.fingerprint,
    ladder: run.ladder,
    length: run.record.length,
  });
  const differences: string[] = [];
  if (file.engine !== ENGINE_VERSION) {
    differences.push(
      `It was made with engine ${file.engine}; this is engine ${ENGINE_VERSION}. For the original: ${commandFor(file.engine, 'the file')}.`,
    );
  }
  if (parting) {
    differences.push(
      `The run differs from the one in the file, first between records ${parting.from} and ${parting.to} (rung ${parting.rung}).`,
    );
  }
  for (const { id, outcome, got } of expect.checks) {
    const now = verdict.checks.find((check) => check.id === id);
    if (now?.outcome !== outcome)
      differences.push(`${id} was ${outcome} (${got}), and is ${now?.outcome ?? 'not judged'} now.`);
  }
  return { run, verdict, same: !parting, parting: parting ?? null, differences };
}
