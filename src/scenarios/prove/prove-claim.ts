import type { Expect } from '../exercise.ts';
import type { Observation } from '../grade-job.ts';
import type { Bench } from './bench.ts';
import { blamedPlaces, type Judged, judgeClaim, judgeEdge, judgeMustFail, vacuousFaults } from './claims.ts';
import type { Proof } from './report.ts';
import { proofOf, type Trial } from './trial.ts';

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
  for (const { place, message } of blamedPlaces(seen)) {
    faults.push({
      code: 'check/blamed',
      message: `an expression of ${place} has no value when it is needed: ${message}`,
    });
  }
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

/** Proves what an option or a variation claims. */
export async function proveClaim(
  bench: Bench,
  trial: Trial,
  expect: Expect,
  strict: boolean,
): Promise<Proof> {
  const { exercise } = bench;
  const [first] = expect.fails;
  const asked = { sees: Object.keys(expect.sees), ...(first !== undefined && { why: first }) };
  const [seen, practice] = await Promise.all([
    bench.observe(trial.design, asked),
    bench.observe(trial.design, asked, [String(exercise.seeds.practice)]),
  ]);
  const judged = judgeClaim(expect, seen, strict);
  const why = seen.find((each) => each.why !== null)?.why ?? null;
  const further = furtherFaults(expect, seen, judgeClaim(expect, practice, false), why);
  return proofOf(exercise, trial, { ...judged, faults: [...judged.faults, ...further] }, why ?? []);
}

/** Proves that a design does not pass. */
export async function proveMustFail(bench: Bench, trial: Trial, code: string, words: string): Promise<Proof> {
  return proofOf(bench.exercise, trial, judgeMustFail(await bench.observe(trial.design), code, words));
}

/** Tries a design in a harder world; what it shows is a remark. */
export async function proveEdge(bench: Bench, trial: Trial): Promise<Proof> {
  return proofOf(bench.exercise, trial, judgeEdge(await bench.observe(trial.design)));
}
