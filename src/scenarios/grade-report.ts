import type { Choices } from './choose.ts';
import type { SeedCheck, SeedResult } from './grade-seed.ts';
import type { Measures } from './judge/index.ts';
import { type Interval, type Spread, spread, wilson } from './statistics.ts';

/** One design over the graded seeds, in the order of the seeds. */
export interface Arm {
  /** The decision that is left open in this arm; null: the learner's whole answer. */
  readonly without: string | null;
  readonly results: readonly SeedResult[];
}

/** How one check came out over all seeds. */
export interface CheckSpread {
  readonly id: string;
  readonly weight: 'primary' | 'secondary';
  readonly need: string;
  readonly valid: number;
  readonly invalid: number;
  readonly vacuous: number;
  readonly unknown: number;
  /** The share of seeds in which it failed, with its 95 % interval. */
  readonly failing: Interval;
  /** How what it measured lies over the seeds, by the name of the figure. */
  readonly got: Readonly<Record<string, Spread>>;
  /** What it said in its worst seed, else in the first. */
  readonly example: { readonly seed: string; readonly got: string };
}

/** The seed to watch: the most severe of those that did not hold. */
interface WorstSeed {
  readonly seed: string;
  readonly outcome: SeedResult['outcome'];
  readonly failed: readonly { readonly id: string; readonly need: string; readonly got: string }[];
  readonly at: number | null;
}

/** What one choice is worth: the same seeds with that decision left open. */
export interface Ablation {
  readonly decision: string;
  readonly option: string;
  /** Seeds that hold without it. */
  readonly held: number;
  readonly interval: Interval;
  /** Seeds that hold only with it, and those that hold only without it. */
  readonly saves: number;
  readonly harms: number;
  /** Seeds in which at least one check came out differently, or measured something else. */
  readonly changes: number;
  /** `load-bearing`: without it fewer seeds hold. `decoration`: no check noticed. */
  readonly finding: 'load-bearing' | 'helps no verdict' | 'harmful' | 'decoration';
}

/** A design graded over many seeds. Without times or places, so equal wherever it was computed. */
export interface GradeReport {
  readonly format: 1;
  readonly kind: 'grade';
  readonly exercise: string;
  readonly hash: string;
  readonly engine: number;
  readonly choices: Choices;
  readonly seeds: { readonly from: number; readonly count: number };
  readonly held: number;
  readonly failed: number;
  readonly vacuous: number;
  readonly unknown: number;
  /** The share of all universes in which the design holds: what was seen, and its 95 % interval. */
  readonly share: number;
  readonly interval: Interval;
  readonly checks: readonly CheckSpread[];
  readonly worst: WorstSeed | null;
  /** Seeds that did not hold, in order. */
  readonly failing: readonly string[];
  /** Faults that changed nothing in some seed, with the number of such seeds. */
  readonly idle: readonly { readonly fault: string; readonly seeds: number; readonly allowed: boolean }[];
  readonly ablation: readonly Ablation[];
  /** Kernel events over all arms. */
  readonly events: number;
}

/** What a report is about. */
export interface Subject {
  readonly exercise: string;
  readonly hash: string;
  readonly engine: number;
  readonly choices: Choices;
  readonly from: number;
}

const GRAVITY = { held: 0, vacuous: 1, unknown: 2, failed: 3 } as const;

const failures = (result: SeedResult, weight: SeedCheck['weight']) =>
  result.checks.filter((check) => check.outcome === 'invalid' && check.weight === weight).length;

const witnesses = (result: SeedResult) =>
  result.checks.reduce((sum, check) => sum + (check.outcome === 'invalid' ? check.count : 0), 0);

const firstBreak = (result: SeedResult) =>
  result.checks.reduce<number | null>(
    (first, { outcome, at }) =>
      outcome === 'invalid' && at !== null && (first === null || at < first) ? at : first,
    null,
  );

/** Orders by severity: more broken checks, then more witnesses, then the earlier break; ties keep the order of seeds. */
export function bySeverity(a: SeedResult, b: SeedResult): number {
  return (
    GRAVITY[b.outcome] - GRAVITY[a.outcome] ||
    failures(b, 'primary') - failures(a, 'primary') ||
    failures(b, 'secondary') - failures(a, 'secondary') ||
    witnesses(b) - witnesses(a) ||
    (firstBreak(a) ?? Number.MAX_SAFE_INTEGER) - (firstBreak(b) ?? Number.MAX_SAFE_INTEGER)
  );
}

function worstOf(results: readonly SeedResult[]): WorstSeed | null {
  const worst = results.filter(({ outcome }) => outcome !== 'held').sort(bySeverity)[0];
  if (!worst) return null;
  const failed = worst.checks.filter(({ outcome }) => outcome !== 'valid');
  return {
    seed: worst.seed,
    outcome: worst.outcome,
    failed: failed.map(({ id, need, got }) => ({ id, need, got })),
    at: firstBreak(worst),
  };
}

/** The spread of each figure, over the seeds that have it. */
function spreadsOf(measures: readonly Measures[]): Record<string, Spread> {
  const names = [...new Set(measures.flatMap((one) => Object.keys(one)))];
  const spreads = names.map((name) => [name, spread(measures.flatMap((one) => one[name] ?? []))] as const);
  return Object.fromEntries(spreads.filter((entry): entry is readonly [string, Spread] => entry[1] !== null));
}

/** How each check came out over some results, in the order in which the first of them lists its checks. */
function checkSpreads(results: readonly SeedResult[]): CheckSpread[] {
  const rows = new Map<string, { readonly result: SeedResult; readonly check: SeedCheck }[]>();
  for (const result of results) {
    for (const check of result.checks) {
      const row = rows.get(check.id);
      if (row) row.push({ result, check });
      else rows.set(check.id, [{ result, check }]);
    }
  }
  return [...rows].map(([id, row]) => {
    const count = (outcome: SeedCheck['outcome']) =>
      row.filter(({ check }) => check.outcome === outcome).length;
    const broken = row.filter(({ check }) => check.outcome === 'invalid');
    const example = (broken.sort((a, b) => b.check.count - a.check.count)[0] ??
      row[0]) as (typeof row)[number];
    return {
      id,
      weight: example.check.weight,
      need: example.check.need,
      valid: count('valid'),
      invalid: count('invalid'),
      vacuous: count('vacuous'),
      unknown: count('unknown'),
      failing: wilson(count('invalid'), row.length),
      got: spreadsOf(row.map(({ check }) => check.measures)),
      example: { seed: example.result.seed, got: example.check.got },
    };
  });
}

const sameOutcome = (a: SeedResult, b: SeedResult) =>
  a.outcome === b.outcome &&
  a.checks.length === b.checks.length &&
  a.checks.every((check, i) => check.outcome === b.checks[i]?.outcome && check.got === b.checks[i]?.got);

function ablationOf(
  whole: readonly SeedResult[],
  arm: Arm & { readonly without: string },
  choices: Choices,
): Ablation {
  const held = arm.results.filter(({ outcome }) => outcome === 'held').length;
  let saves = 0;
  let harms = 0;
  let changes = 0;
  arm.results.forEach((result, i) => {
    const twin = whole[i] as SeedResult;
    if (twin.outcome === 'held' && result.outcome !== 'held') saves++;
    if (twin.outcome !== 'held' && result.outcome === 'held') harms++;
    if (!sameOutcome(twin, result)) changes++;
  });
  const finding =
    saves > harms
      ? 'load-bearing'
      : harms > saves
        ? 'harmful'
        : changes > 0
          ? 'helps no verdict'
          : 'decoration';
  return {
    decision: arm.without,
    option: choices[arm.without] ?? '',
    held,
    interval: wilson(held, arm.results.length),
    saves,
    harms,
    changes,
    finding,
  };
}

const isAblation = (arm: Arm): arm is Arm & { readonly without: string } => arm.without !== null;

/** Makes the report of graded arms; a pure function of what the runs showed. */
export function reportOf(subject: Subject, arms: readonly Arm[]): GradeReport {
  const results = arms.find(({ without }) => without === null)?.results ?? [];
  const count = (outcome: SeedResult['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  const held = count('held');
  const idle = new Map<string, { seeds: number; allowed: boolean }>();
  for (const { faults } of results) {
    for (const { id, fired, idleAllowed } of faults) {
      if (fired > 0) continue;
      const entry = idle.get(id) ?? { seeds: 0, allowed: idleAllowed };
      entry.seeds++;
      idle.set(id, entry);
    }
  }
  return {
    format: 1,
    kind: 'grade',
    exercise: subject.exercise,
    hash: subject.hash,
    engine: subject.engine,
    choices: subject.choices,
    seeds: { from: subject.from, count: results.length },
    held,
    failed: count('failed'),
    vacuous: count('vacuous'),
    unknown: count('unknown'),
    share: results.length === 0 ? 0 : held / results.length,
    interval: wilson(held, results.length),
    checks: checkSpreads(results),
    worst: worstOf(results),
    failing: results.filter(({ outcome }) => outcome !== 'held').map(({ seed }) => seed),
    idle: [...idle].map(([fault, entry]) => ({ fault, ...entry })),
    ablation: arms.filter(isAblation).map((arm) => ablationOf(results, arm, subject.choices)),
    events: arms.reduce((sum, arm) => sum + arm.results.reduce((total, { events }) => total + events, 0), 0),
  };
}
