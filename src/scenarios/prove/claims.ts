import type { Expect } from '../exercise.ts';
import type { Observation } from '../grade-job.ts';
import type { SeedCheck, SeedResult } from '../grade-seed.ts';

/** How a claim came out: in how many seeds it was so, and what contradicts it. */
export interface Judged {
  readonly verb: 'hold' | 'fail' | 'seen';
  /** Seeds in which the claim was met, as a whole. */
  readonly n: number;
  readonly of: number;
  readonly reason: string;
  /** What is wrong, as sentences; empty where the claim is proved. */
  readonly faults: readonly { readonly code: string; readonly message: string }[];
  readonly notes: readonly string[];
  /** The first seed that contradicts it. */
  readonly seed: string | null;
}

const PPM = 1_000_000;

/** What a share is when nothing else is claimed: 19 seeds of 20. */
const USUAL_SHARE = 950_000;

/** What a right answer should keep in a harder world: 18 seeds of 20. */
const STEADY_SHARE = 900_000;

/** Parts per million as per cent. */
const percent = (ppm: number) => `${Number((ppm / 10_000).toFixed(1))} %`;

const shareOf = (n: number, of: number) => (of === 0 ? 0 : (n * PPM) / of);

const checkOf = (result: SeedResult, id: string): SeedCheck | undefined =>
  result.checks.find((check) => check.id === id);

const breaks = (result: SeedResult, id: string) => checkOf(result, id)?.outcome === 'invalid';

/** The time at which the first check broke, those that may fail left out. */
function firstBreak(result: SeedResult, tolerated: readonly string[]): number {
  const times = result.checks
    .filter(({ id, outcome, at }) => outcome === 'invalid' && at !== null && !tolerated.includes(id))
    .map(({ at }) => at as number);
  return Math.min(Number.POSITIVE_INFINITY, ...times);
}

const isFirst = (result: SeedResult, id: string, tolerated: readonly string[]) =>
  breaks(result, id) && (checkOf(result, id)?.at ?? 0) <= firstBreak(result, tolerated);

/** Which checks a seed breaks, most often first: `money-right 20/20, quick 3/20`. */
function breakage(results: readonly SeedResult[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { checks } of results) {
    for (const { id, outcome } of checks)
      if (outcome === 'invalid') counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return new Map([...counts].sort((a, b) => b[1] - a[1]));
}

const listed = (counts: ReadonlyMap<string, number>, of: number) =>
  [...counts].map(([id, n]) => `${id} ${percent(shareOf(n, of))}`).join(', ');

/** Holds that are not: the check, how it came out instead, and where. */
function notHeld(results: readonly SeedResult[], ids: readonly string[]): Judged['faults'] {
  return ids.flatMap((id) => {
    const bad = results.filter((result) => checkOf(result, id)?.outcome !== 'valid');
    const first = bad[0];
    if (!first) return [];
    const check = checkOf(first, id);
    const outcome = check?.outcome === 'invalid' ? 'broken' : (check?.outcome ?? 'not judged');
    const got = check ? `: need ${check.need}; got ${check.got}` : '';
    const message = `${id} is to hold, and is ${outcome} in ${bad.length} of ${results.length} seeds, first ${first.seed}${got}`;
    return [{ code: 'check/does-not-hold', message }];
  });
}

function notSeen(observations: readonly Observation[], expect: Expect): Judged['faults'] {
  return Object.entries(expect.sees).flatMap(([source, { from, to }], place) => {
    const values = observations.map(({ sees }) => sees[place] ?? null);
    const inside = values.filter((value) => value !== null && value >= from && value <= to).length;
    if (shareOf(inside, values.length) >= expect.share) return [];
    const known = values.filter((value) => value !== null);
    const seen = known.length === 0 ? 'no value' : `${Math.min(...known)} to ${Math.max(...known)}`;
    const message = `sees: \`${source}\` is promised to be ${from}..${to}, and is so in ${inside} of ${values.length} seeds: ${seen}`;
    return [{ code: 'check/not-seen', message }];
  });
}

/** Judges what an option or a variation claims by what was observed. `strict` forbids failures that nobody named. */
export function judgeClaim(expect: Expect, observations: readonly Observation[], strict: boolean): Judged {
  const results = observations.map(({ result }) => result);
  const of = results.length;
  const ids = results[0]?.checks.map(({ id }) => id) ?? [];
  const mustHold = expect.holds === 'all' ? ids.filter((id) => !expect.fails.includes(id)) : expect.holds;
  const [first] = expect.fails;
  const faults = [...notHeld(results, mustHold)];

  for (const id of expect.fails) {
    const n = results.filter((result) => breaks(result, id)).length;
    if (shareOf(n, of) >= expect.share) continue;
    const message = `${id} is to fail in ${percent(expect.share)} of the seeds, and fails in ${n} of ${of}`;
    faults.push({ code: 'check/does-not-fail', message });
  }
  if (first !== undefined) {
    const failing = results.filter((result) => breaks(result, first));
    const leading = failing.filter((result) => isFirst(result, first, expect.mayFail));
    if (shareOf(leading.length, failing.length) < expect.share && failing.length > 0) {
      const other = failing.find((result) => !leading.includes(result)) as SeedResult;
      const earlier = other.checks
        .filter(
          ({ outcome, at }) =>
            outcome === 'invalid' && at !== null && at === firstBreak(other, expect.mayFail),
        )
        .map(({ id }) => id);
      const message = `${first} is to break first, and does so in ${leading.length} of ${failing.length} seeds; in ${other.seed} it is ${earlier.join(', ')}`;
      faults.push({ code: 'check/fails-for-another-reason', message });
    }
  }
  const unnamed = new Map(
    [...breakage(results)].filter(([id]) => ![...expect.fails, ...expect.mayFail, ...mustHold].includes(id)),
  );
  const notes: string[] = [];
  if (unnamed.size > 0) {
    const message = `fails, but also from ${listed(unnamed, of)}`;
    if (strict)
      faults.push({ code: 'check/fails-also', message: `${message}: name it under fails or mayFail` });
    else notes.push(message);
  }
  faults.push(...notSeen(observations, expect));

  const failing = expect.fails.length > 0;
  const met = results.filter((result) =>
    failing
      ? expect.fails.every((id) => breaks(result, id))
      : mustHold.every((id) => checkOf(result, id)?.outcome === 'valid'),
  );
  const contradicting = results.find((result) => !met.includes(result));
  const claims = failing || mustHold.length > 0;
  return {
    verb: failing ? 'fail' : claims ? 'hold' : 'seen',
    n: claims ? met.length : results.filter(({ outcome }) => outcome === 'held').length,
    of,
    reason: failing ? reasonOf(expect, results) : listed(breakage(results), of),
    faults,
    notes: claims ? notes : [...notes, 'nothing is claimed of it'],
    seed: contradicting?.seed ?? null,
  };
}

function reasonOf({ fails, share }: Expect, results: readonly SeedResult[]): string {
  const counts = new Map(fails.map((id) => [id, results.filter((result) => breaks(result, id)).length]));
  return `${listed(counts, results.length)} >= ${percent(share)}`;
}

/** Judges that a design does not pass: nothing chosen, the lesson left out, capacity alone. */
export function judgeMustFail(observations: readonly Observation[], code: string, what: string): Judged {
  const results = observations.map(({ result }) => result);
  const of = results.length;
  const failing = results.filter(({ outcome }) => outcome === 'failed');
  const ok = shareOf(failing.length, of) >= USUAL_SHARE;
  const passing = results.find(({ outcome }) => outcome !== 'failed');
  const message = `${what} fails in only ${failing.length} of ${of} seeds; it must fail in ${percent(USUAL_SHARE)}`;
  return {
    verb: 'fail',
    n: failing.length,
    of,
    reason: listed(breakage(results), of),
    faults: ok ? [] : [{ code, message }],
    notes: [],
    seed: ok ? null : (passing?.seed ?? null),
  };
}

/** In how many seeds a design still holds, in a world that is a little harder; a remark for the author, never an error. */
export function judgeEdge(observations: readonly Observation[]): Judged {
  const results = observations.map(({ result }) => result);
  const of = results.length;
  const n = results.filter(({ outcome }) => outcome === 'held').length;
  const other = results.find(({ outcome }) => outcome !== 'held');
  const steady = shareOf(n, of) >= STEADY_SHARE;
  const note = `a knife's edge: the best answer holds in ${n} of ${of} seeds once the world is a little harder`;
  const reason = listed(breakage(results), of);
  return { verb: 'hold', n, of, reason, faults: [], notes: steady ? [] : [note], seed: other?.seed ?? null };
}

/** Faults that hardly ever changed anything: what they were to show was not tested. */
export function vacuousFaults(
  observations: readonly Observation[],
): { readonly id: string; readonly seeds: number }[] {
  const idle = new Map<string, number>();
  for (const { result } of observations) {
    for (const { id, fired, idleAllowed } of result.faults) {
      if (fired === 0 && !idleAllowed) idle.set(id, (idle.get(id) ?? 0) + 1);
    }
  }
  return [...idle]
    .filter(([, seeds]) => shareOf(seeds, observations.length) > PPM - USUAL_SHARE)
    .map(([id, seeds]) => ({ id, seeds }));
}

/** Expressions that had no value when they were needed: mistakes of the document, each place once. */
export function blamedPlaces(
  observations: readonly Observation[],
): { readonly place: string; readonly message: string }[] {
  const places = new Map<string, string>();
  for (const { result } of observations) {
    for (const { place, message } of result.blamed) if (!places.has(place)) places.set(place, message);
  }
  return [...places].map(([place, message]) => ({ place, message }));
}
