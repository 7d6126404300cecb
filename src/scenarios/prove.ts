import { performance } from 'node:perf_hooks';
import type { Problem } from '../problems.ts';
import { ENGINE_VERSION } from '../sim/run.ts';
import { type Choices, choose } from './choose.ts';
import type { Decision, Exercise, Expect, Option, Place, Variation } from './exercise.ts';
import type { JobAnswer, Observation } from './grade-job.ts';
import { crewOf } from './grade-pool.ts';
import { type Design, runDesign } from './grade-seed.ts';
import { hiddenSeed } from './grade-shards.ts';
import { Bench } from './prove/bench.ts';
import { type Judged, judgeClaim, judgeMustFail, vacuousFaults } from './prove/claims.ts';
import {
  bestChoices,
  bestWithout,
  bigBox,
  designSpace,
  isListedRight,
  taughtDecisions,
  wordsOf,
} from './prove/designs.ts';
import type { Proof, ProofReport, ProveAsk } from './prove/report.ts';
import { explain } from './why.ts';

export { proofLines } from './prove/lines.ts';
export type { ProofReport, ProveAsk } from './prove/report.ts';

interface Trial {
  readonly label: Proof['label'];
  readonly what: string;
  readonly design: Design;
  readonly at: Place;
}

const START = { line: 1, column: 1 };

function problemAt(
  { file, line, column }: Place,
  text: string,
  code: string,
  message: string,
  fix?: string,
): Problem {
  const excerpt = text.split('\n')[line - 1];
  return {
    code,
    file,
    line,
    column,
    length: 1,
    message,
    ...(fix === undefined ? {} : { fix }),
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}

function proofOf(
  exercise: Exercise,
  { label, what, design, at }: Trial,
  judged: Judged,
  why: readonly string[] = [],
): Proof {
  const fix =
    judged.seed === null
      ? undefined
      : `brownout run ${exercise.file}${choosing(design.choices)} --seed ${judged.seed}`;
  const problems = judged.faults.map(({ code, message }) =>
    problemAt(at, exercise.text, code, `${what}: ${message}`, fix && `look at it: ${fix}`),
  );
  const { verb, n, of, reason, notes, seed } = judged;
  return {
    label,
    what,
    choices: design.choices,
    verb,
    n,
    of,
    reason,
    ok: problems.length === 0,
    notes,
    problems,
    seed,
    why,
  };
}

const choosing = (choices: Choices) =>
  Object.entries(choices)
    .map(([decision, option]) => ` --choose ${decision}=${option}`)
    .join('');

const labelOf = ({ holds, fails }: Expect): Proof['label'] =>
  fails.length > 0 ? 'wrong' : holds === 'all' ? 'right' : 'other';

/** Why the first seed that breaks an option's first check does so; nothing where no seed does. */
function chainOf(
  exercise: Exercise,
  design: Design,
  check: string,
  seen: readonly Observation[],
): string[] | null {
  const failing = seen.find(({ result }) =>
    result.checks.some(({ id, outcome }) => id === check && outcome === 'invalid'),
  );
  if (!failing) return null;
  const { run, verdict } = runDesign(exercise, design, failing.result.seed);
  const finding = verdict.checks.find(({ id }) => id === check)?.findings[0];
  return finding ? explain(run, finding).lines.map(({ text }) => text) : [];
}

/** Adds what is proved of claims as such: that each has a reason, that its faults struck, that practice shows the same. */
function furtherFaults(
  expect: Expect,
  seen: readonly Observation[],
  practice: Judged,
  why: readonly string[] | null,
): Judged['faults'] {
  const faults = vacuousFaults(seen).map(({ id, seeds }) => ({
    code: 'check/idle-fault',
    message: `the fault ${id} changed nothing in ${seeds} of ${seen.length} seeds: write \`idle: allowed\` if the option makes it impossible`,
  }));
  for (const { message } of practice.faults.filter(({ code }) => code !== 'check/not-seen')) {
    faults.push({
      code: 'check/practice-seed',
      message: `on the practice seed, which learners watch: ${message}`,
    });
  }
  if (expect.fails.length > 0 && expect.because === null) {
    faults.push({ code: 'check/no-because', message: 'it fails, and no `because` says why' });
  }
  if (why !== null && why.length < 2) {
    faults.push({
      code: 'check/no-chain',
      message: `no causes were found for ${expect.fails[0]}: \`because\` cannot be shown`,
    });
  }
  return faults;
}

async function proveClaim(bench: Bench, trial: Trial, expect: Expect, strict: boolean): Promise<Proof> {
  const { exercise } = bench;
  const sees = Object.keys(expect.sees);
  const [seen, practice] = await Promise.all([
    bench.observe(trial.design, sees),
    bench.observe(trial.design, sees, [String(exercise.seeds.practice)]),
  ]);
  const judged = judgeClaim(expect, seen, strict);
  const [first] = expect.fails;
  const why = first === undefined ? null : chainOf(exercise, trial.design, first, seen);
  const further = furtherFaults(expect, seen, judgeClaim(expect, practice, false), why);
  return proofOf(exercise, trial, { ...judged, faults: [...judged.faults, ...further] }, why ?? []);
}

function optionTrial(exercise: Exercise, decision: Decision, option: Option): Trial {
  return {
    label: labelOf(option.expect),
    what: `${decision.id}=${option.id}`,
    design: { choices: { ...bestChoices(exercise), [decision.id]: option.id } },
    at: option.at,
  };
}

/** The option that a variation is tried on, with the best answer to every other decision. */
function variedChoices(exercise: Exercise, { of }: Variation): Choices {
  const [left, right] = of.split('=');
  const decision = exercise.decide.find(({ id, options }) =>
    right === undefined ? options.some((option) => option.id === left) : id === left,
  );
  return decision ? { ...bestChoices(exercise), [decision.id]: right ?? of } : bestChoices(exercise);
}

async function proveMustFail(bench: Bench, trial: Trial, code: string, words: string): Promise<Proof> {
  return proofOf(bench.exercise, trial, judgeMustFail(await bench.observe(trial.design), code, words));
}

const MOST_DESIGNS = 200;
const SPACE_SEEDS = 20;

/** Tries what nobody claims anything about; answers that pass unlisted are named, for the author to decide on. */
async function proveSpace(bench: Bench, cap: number, at: Place): Promise<Proof> {
  const { exercise } = bench;
  const { all, tried } = designSpace(exercise, cap);
  const seeds = bench.seeds.slice(0, SPACE_SEEDS);
  const seen = await Promise.all(tried.map((choices) => bench.observe({ choices }, [], seeds)));
  const passing = tried.filter((_, i) =>
    (seen[i] as JobAnswer).every(({ result }) => result.outcome === 'held'),
  );
  const unlisted = passing.filter((choices) => !isListedRight(exercise, choices));
  const some = tried.length < all ? `, ${tried.length} of ${all} tried` : '';
  return {
    label: 'space',
    what: `${tried.length} designs`,
    choices: {},
    verb: 'seen',
    n: passing.length,
    of: tried.length,
    reason: `${passing.length} pass, ${unlisted.length} of them unlisted${some}`,
    ok: true,
    notes: unlisted.map(
      (choices) =>
        `${at.file}:${at.line}:${at.column}: ${wordsOf(choices)} also passes (${seeds.length}/${seeds.length})`,
    ),
    problems: [],
    seed: null,
    why: [],
  };
}

function proofsOf(bench: Bench, { strict = false, space = MOST_DESIGNS }: ProveAsk): Promise<Proof>[] {
  const { exercise } = bench;
  const top: Place = { file: exercise.file, ...START };
  const nothing: Design = { choices: {} };
  const proofs = exercise.decide.flatMap((decision) =>
    decision.options.map((option) =>
      proveClaim(bench, optionTrial(exercise, decision, option), option.expect, strict),
    ),
  );
  if (exercise.decide.length === 0) return proofs;

  const untouched: Trial = { label: 'nothing', what: '(nothing)', design: nothing, at: top };
  proofs.push(proveMustFail(bench, untouched, 'check/passes-untouched', 'doing nothing'));
  for (const { id, at } of taughtDecisions(exercise)) {
    const trial: Trial = {
      label: 'ablate',
      what: `- ${id}`,
      design: { choices: bestWithout(exercise, id) },
      at,
    };
    proofs.push(proveMustFail(bench, trial, 'check/not-load-bearing', `the best answer without ${id}`));
  }
  if (exercise.bigbox === 'refused') {
    const design = { choices: {}, patches: [bigBox(choose(exercise, {}))] };
    const trial: Trial = { label: 'bigbox', what: 'capacity x3', design, at: top };
    proofs.push(proveMustFail(bench, trial, 'check/can-be-bought', 'three times the capacity'));
  }
  for (const variation of exercise.vary) {
    const design = { choices: variedChoices(exercise, variation), patches: [variation.patch] };
    const trial: Trial = {
      label: 'vary',
      what: `${variation.id} of ${variation.of}`,
      design,
      at: variation.at,
    };
    proofs.push(proveClaim(bench, trial, variation.expect, strict));
  }
  if (exercise.decide.length > 1) proofs.push(proveSpace(bench, space, (exercise.decide[0] as Decision).at));
  return proofs;
}

/** Proves one exercise: that right answers hold and wrong ones fail for their stated reason, and that nothing else passes. */
export async function prove(exercise: Exercise, ask: ProveAsk = {}): Promise<ProofReport> {
  const count = ask.seeds ?? exercise.seeds.grade;
  const seeds = Array.from({ length: count }, (_, i) => hiddenSeed(i + 1));
  const crew = ask.crew ?? crewOf(ask.workers);
  const started = performance.now();
  try {
    const bench = new Bench(exercise, crew, seeds, ask);
    const proofs = await Promise.all(proofsOf(bench, ask));
    const seconds = (performance.now() - started) / 1000;
    const problems = proofs.flatMap((proof) => proof.problems);
    return {
      format: 1,
      kind: 'check',
      exercise: exercise.id,
      title: exercise.title,
      file: exercise.file,
      hash: exercise.hash,
      engine: ENGINE_VERSION,
      seeds: count,
      strict: ask.strict ?? false,
      proofs,
      problems,
      ok: problems.length === 0,
      runs: bench.runs,
      events: bench.events,
      seconds,
      secondsPerThousandRuns: bench.runs === 0 ? 0 : (seconds * 1000) / bench.runs,
    };
  } finally {
    if (!ask.crew) await crew.close();
  }
}
