import type { Place } from '../exercise.ts';
import type { Bench } from './bench.ts';
import { designSpace, isListedRight, wordsOf } from './designs.ts';
import type { Proof } from './report.ts';
import { ifRunnable } from './trial.ts';

/** Seeds for each design of the space, at most: enough to see that a design passes. */
const SPACE_SEEDS = 20;

/** Tries what nobody claims anything about; answers that pass unlisted are named, for the author to decide on. */
export async function proveSpace(bench: Bench, cap: number, at: Place): Promise<Proof> {
  const { exercise } = bench;
  const { all, tried } = designSpace(exercise, cap);
  const seeds = bench.seeds.slice(0, SPACE_SEEDS);
  const seen = await Promise.all(tried.map((choices) => ifRunnable(bench.observe({ choices }, {}, seeds))));
  const passing = tried.filter((_, i) => seen[i]?.every(({ result }) => result.outcome === 'held'));
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
