import type { Exercise } from '../scenarios/exercise.ts';
import type { Counterfactual, Counterfactuals, Explanation } from '../scenarios/why.ts';
import { sentence, stopped } from './text.ts';

/** The chain of events, one numbered sentence each. */
export function explanationWords({ lines }: Explanation): string {
  return lines.map(({ text, record }, index) => `${index + 1} ${sentence(text)} Event ${record}.`).join('\n');
}

const came = ({ outcome, got }: Pick<Counterfactual, 'outcome' | 'got'>): string => {
  if (outcome === 'invalid') return `it BREAKS: ${stopped(got)}`;
  return outcome === 'valid' ? 'it HOLDS.' : 'it is not tested.';
};

function changeWords(exercise: Exercise, { kind, id, option }: Counterfactual): string {
  if (kind === 'without-fault') return `Without the fault ${id}`;
  if (kind === 'only-fault') return `With the fault ${id} alone`;
  const decision = exercise.decide.find((candidate) => candidate.id === id);
  if (option === null) return `With ${id} left as it is`;
  return `With "${decision?.options.find((candidate) => candidate.id === option)?.label ?? option}"`;
}

/** What would have been in the same universe, one changed thing a line. */
export function whatIfWords(exercise: Exercise, { check, rows, faults }: Counterfactuals): string {
  const lines = rows.map(
    (row) => `${changeWords(exercise, row)}${row.chosen ? ', as you chose,' : ','} ${came(row)}`,
  );
  const roles = faults.map(({ id, label, count, without }) =>
    label === 'contributing'
      ? `${id} is contributing, without it ${without} instead of ${count}`
      : `${id} is ${label}`,
  );
  const cause = roles.length === 0 ? [] : [`Faults and their part in it: ${roles.join('; ')}.`];
  return [`The same universe, run again, and what becomes of ${check}:`, ...lines, ...cause].join('\n');
}
