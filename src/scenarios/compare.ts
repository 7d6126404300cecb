import { ENGINE_VERSION } from '../sim/run.ts';
import type { Choices } from './choose.ts';
import { type Divergence, firstDivergence } from './compare-divergence.ts';
import { type Figure, firstDifference, type Good, luckOf } from './compare-figures.ts';
import type { Exercise } from './exercise.ts';
import type { Watching } from './grade.ts';
import { type Observation, perform } from './grade-job.ts';
import type { Crew } from './grade-pool.ts';
import { bySeverity } from './grade-report.ts';
import { simulateDesign } from './grade-seed.ts';
import { hiddenSeed } from './hidden-seed.ts';
import { type Mean, mean, pairedDifference } from './statistics.ts';

export { firstDivergence } from './compare-divergence.ts';

/** One figure under both designs, seed by seed on the same luck. */
export interface ComparisonRow {
  readonly figure: string;
  readonly unit: Figure['unit'];
  readonly good: Good;
  readonly a: number;
  readonly b: number;
  /** Mean of b minus a over the pairs, with its 95 % interval. */
  readonly difference: Mean;
  /** Seeds in which b is better, the same, worse; `other` counts differences that are neither. */
  readonly better: number;
  readonly same: number;
  readonly worse: number;
  readonly other: number;
}

interface Compared {
  readonly format: 1;
  readonly kind: 'compare';
  readonly exercise: string;
  readonly hash: string;
  readonly engine: number;
  readonly a: Choices;
  readonly b: Choices;
  readonly seeds: { readonly from: number; readonly count: number };
}

/** Two designs on equal luck; or why their luck is not equal. */
export type Comparison =
  | (Compared & {
      readonly comparable: true;
      /** Seeds in which each holds. */
      readonly held: { readonly a: number; readonly b: number };
      readonly rows: readonly ComparisonRow[];
      /** Seeds in which b holds and a does not; in which more breaks under b than under a. */
      readonly won: readonly string[];
      readonly worse: readonly string[];
      /** Where the two records of the first seed part. */
      readonly divergence: Divergence | null;
    })
  | (Compared & {
      readonly comparable: false;
      readonly seed: string;
      /** The first input from outside that differs, as each design met it. */
      readonly differs: { readonly a: string; readonly b: string };
      readonly message: string;
    });

/** What to compare on. */
export interface CompareAsk {
  readonly seeds: number;
  readonly from?: number;
}

const seedsOf = ({ seeds, from = 1 }: CompareAsk) =>
  Array.from({ length: seeds }, (_, i) => hiddenSeed(from + i));

function rowOf(figure: string, pairs: readonly { readonly a: Figure; readonly b: Figure }[]): ComparisonRow {
  const { unit, good } = (pairs[0] as { readonly a: Figure }).a;
  let better = 0;
  let same = 0;
  let worse = 0;
  let other = 0;
  for (const { a, b } of pairs) {
    if (a.value === b.value) same++;
    else if (good === null) other++;
    else if (b.value > a.value === (good === 'more')) better++;
    else worse++;
  }
  const a = pairs.map((pair) => pair.a.value);
  const b = pairs.map((pair) => pair.b.value);
  return {
    figure,
    unit,
    good,
    a: mean(a).mean,
    b: mean(b).mean,
    difference: pairedDifference(a, b),
    better,
    same,
    worse,
    other,
  };
}

function rowsOf(a: readonly Observation[], b: readonly Observation[]): ComparisonRow[] {
  const pairs = new Map<string, { a: Figure; b: Figure }[]>();
  a.forEach(({ figures }, i) => {
    for (const [name, figure] of Object.entries(figures ?? {})) {
      const other = b[i]?.figures?.[name];
      if (!other) continue;
      const known = pairs.get(name);
      if (known) known.push({ a: figure, b: other });
      else pairs.set(name, [{ a: figure, b: other }]);
    }
  });
  return [...pairs].map(([name, list]) => rowOf(name, list));
}

function comparisonOf(
  exercise: Exercise,
  a: Choices,
  b: Choices,
  { seeds, from = 1 }: CompareAsk,
  seenA: readonly Observation[],
  seenB: readonly Observation[],
): Comparison {
  const compared: Compared = {
    format: 1,
    kind: 'compare',
    exercise: exercise.id,
    hash: exercise.hash,
    engine: ENGINE_VERSION,
    a,
    b,
    seeds: { from, count: seeds },
  };
  const unequal = seenA.findIndex(({ luck }, i) => luck !== seenB[i]?.luck);
  if (unequal >= 0) {
    const seed = (seenA[unequal] as Observation).result.seed;
    const differs = firstDifference(
      luckOf(simulateDesign(exercise, { choices: a }, seed)),
      luckOf(simulateDesign(exercise, { choices: b }, seed)),
    ) ?? { a: 'unknown', b: 'unknown' };
    const message = `not comparable: under seed ${seed} the designs met different inputs, first \`${differs.a}\` against \`${differs.b}\``;
    return { ...compared, comparable: false, seed, differs, message };
  }
  const results = seenA.map(({ result }, i) => ({ a: result, b: (seenB[i] as Observation).result }));
  const first = results[0];
  const held = (side: 'a' | 'b') => results.filter((pair) => pair[side].outcome === 'held').length;
  return {
    ...compared,
    comparable: true,
    held: { a: held('a'), b: held('b') },
    rows: rowsOf(seenA, seenB),
    won: results
      .filter((pair) => pair.a.outcome !== 'held' && pair.b.outcome === 'held')
      .map((pair) => pair.a.seed),
    worse: results.filter((pair) => bySeverity(pair.b, pair.a) < 0).map((pair) => pair.a.seed),
    divergence: first
      ? (firstDivergence(
          simulateDesign(exercise, { choices: a }, first.a.seed),
          simulateDesign(exercise, { choices: b }, first.a.seed),
        ) ?? null)
      : null,
  };
}

/** Compares two designs on the same hidden seeds, one run after another. */
export function compare(
  exercise: Exercise,
  a: Choices,
  b: Choices,
  ask: CompareAsk,
  { onProgress, signal }: Watching = {},
): Comparison {
  let done = 0;
  const observe = (choices: Choices) =>
    seedsOf(ask).map((seed) => {
      signal?.throwIfAborted();
      const [seen] = perform(exercise, { design: { choices }, seeds: [seed], figures: true });
      onProgress?.(++done, 2 * ask.seeds);
      return seen as Observation;
    });
  return comparisonOf(exercise, a, b, ask, observe(a), observe(b));
}

/** The same comparison by a crew of threads, byte for byte. */
export async function compareWith(
  crew: Crew,
  exercise: Exercise,
  a: Choices,
  b: Choices,
  ask: CompareAsk,
  { onProgress, signal }: Watching = {},
): Promise<Comparison> {
  let done = 0;
  const observe = (choices: Choices) =>
    Promise.all(
      seedsOf(ask).map(async (seed) => {
        const [seen] = await crew.perform(exercise, { design: { choices }, seeds: [seed], figures: true });
        signal?.throwIfAborted();
        onProgress?.(++done, 2 * ask.seeds);
        return seen as Observation;
      }),
    );
  const [seenA, seenB] = await Promise.all([observe(a), observe(b)]);
  return comparisonOf(exercise, a, b, ask, seenA, seenB);
}
