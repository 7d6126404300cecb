import { UsageError } from '../problems.ts';
import type { Choices } from '../scenarios/choose.ts';
import type { Decision, Exercise } from '../scenarios/exercise.ts';
import { nearest } from '../sim/expression/suggest.ts';

/**
 * Reads `decision=option` texts as a design.
 *
 * The option alone is enough where only one decision has it. Unknown names are answered with the nearest valid one.
 */
export function readChoices(exercise: Exercise, given: readonly string[]): Choices {
  const chosen = new Map<string, string>();
  for (const text of given) {
    const [decision, option] = readChoice(exercise, text);
    const before = chosen.get(decision.id);
    if (before !== undefined) throw new UsageError(`${decision.id} is chosen twice: ${before} and ${option}`);
    chosen.set(decision.id, option);
  }
  // In the order in which the exercise asks, so that equal designs are equal data.
  return Object.fromEntries(
    exercise.decide.flatMap(({ id }) => {
      const option = chosen.get(id);
      return option === undefined ? [] : [[id, option]];
    }),
  );
}

/** Reads one `decision=option`, or an option that only one decision has. */
export function readChoice(exercise: Exercise, text: string): readonly [Decision, string] {
  const [first = '', second] = text.split('=').map((part) => part.trim());
  if (second === undefined) return loneOption(exercise, first);
  const decision = exercise.decide.find(({ id }) => id === first);
  if (decision === undefined)
    throw unknown(
      `${exercise.slug} has no decision`,
      first,
      exercise.decide.map(({ id }) => id),
    );
  const ids = decision.options.map(({ id }) => id);
  if (!ids.includes(second)) throw unknown(`${first} has no option`, second, ids);
  return [decision, second];
}

function loneOption(exercise: Exercise, option: string): readonly [Decision, string] {
  const having = exercise.decide.filter(({ options }) => options.some(({ id }) => id === option));
  const [decision] = having;
  if (decision !== undefined && having.length === 1) return [decision, option];
  const all = exercise.decide.flatMap(({ id, options }) =>
    options.map((candidate) => `${id}=${candidate.id}`),
  );
  if (having.length > 1)
    throw new UsageError(
      `several decisions have an option ${option}: write ${listOf(having.map(({ id }) => `${id}=${option}`))}`,
    );
  throw unknown(`${exercise.slug} has no option`, option, all);
}

const listOf = (names: readonly string[]): string => names.join(', ');

/** A name that is not there, with the nearest that is. */
export function unknown(what: string, name: string, valid: readonly string[]): UsageError {
  const near = nearest(name, valid);
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  const shown = valid.length === 0 ? 'There are none.' : `There are: ${listOf(valid.slice(0, 20))}.`;
  return new UsageError(`${what} "${name}".${meant} ${shown}`);
}
