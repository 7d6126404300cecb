import type { World } from '../../sim/world/schema/world.ts';
import { leftOpen } from '../ablate.ts';
import type { Choices } from '../choose.ts';
import type { Decision, Exercise, Option } from '../exercise.ts';

/** The answer that a decision's author thinks best: one that holds everything, then the highest grade, then the first. */
function bestOption({ options }: Decision): Option | undefined {
  const rank = ({ expect, grade }: Option) => (expect.holds === 'all' ? 10 : 0) + grade;
  return [...options].sort((a, b) => rank(b) - rank(a))[0];
}

/** The best answer to every decision. */
export function bestChoices(exercise: Exercise): Choices {
  const best = exercise.decide.map((decision) => [decision.id, bestOption(decision)?.id] as const);
  return Object.fromEntries(
    best.filter((entry): entry is readonly [string, string] => entry[1] !== undefined),
  );
}

/** The decisions that must be load-bearing: those with a best option that teaches; all, where none is marked. */
export function taughtDecisions(exercise: Exercise): readonly Decision[] {
  const taught = exercise.decide.filter((decision) => bestOption(decision)?.teaches);
  return taught.length > 0 ? taught : exercise.decide;
}

/** The best answer with one decision left open. */
export const bestWithout = (exercise: Exercise, decision: string): Choices =>
  leftOpen(bestChoices(exercise), decision);

const TIMES = 3;
/** The most that the language allows of each. */
const MOST_REPLICAS = 64;
const MOST_WORKERS = 1_000_000;

/** A merge patch that gives every service of ours three times the replicas, workers and connections. */
export function bigBox({ services }: World): object {
  const patches = Object.entries(services).map(([id, { replicas, workers, db }]) => {
    const patch: Record<string, unknown> = {
      replicas: Math.min(MOST_REPLICAS, replicas * TIMES),
      workers: Math.min(MOST_WORKERS, workers * TIMES),
    };
    if (db) {
      const pools = Object.entries(db.pools).map(([pool, { maximumPoolSize }]) => [
        pool,
        { maximumPoolSize: maximumPoolSize * TIMES },
      ]);
      patch['db'] = { max_connections: db.max_connections * TIMES, pools: Object.fromEntries(pools) };
    }
    return [id, patch];
  });
  return { services: Object.fromEntries(patches) };
}

/** Every way to answer, at most `cap` of them, spread evenly; decisions may be left open. */
export function designSpace(
  { decide }: Exercise,
  cap: number,
): { readonly all: number; readonly tried: Choices[] } {
  const all = decide.reduce((product, { options }) => product * (options.length + 1), 1);
  const count = Math.min(all, cap);
  const tried = Array.from({ length: count }, (_, i) => {
    let rest = Math.floor((i * all) / count);
    const choices: Record<string, string> = {};
    for (const { id, options } of decide) {
      const chosen = options[(rest % (options.length + 1)) - 1];
      if (chosen) choices[id] = chosen.id;
      rest = Math.floor(rest / (options.length + 1));
    }
    return choices;
  });
  return { all, tried };
}

/** Whether an exercise declares an answer right: every decision is taken, by options that hold everything. */
export function isListedRight({ decide }: Exercise, choices: Choices): boolean {
  return decide.every(
    ({ id, options }) => options.find((option) => option.id === choices[id])?.expect.holds === 'all',
  );
}

/** An answer in words: `retry=e, queue=bounded`. */
export function wordsOf(choices: Choices): string {
  const taken = Object.entries(choices).map(([decision, option]) => `${decision}=${option}`);
  return taken.length === 0 ? '(nothing)' : taken.join(', ');
}
