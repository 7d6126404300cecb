import type { Choices } from './choose.ts';
import type { Exercise } from './exercise.ts';

/** The same answer with one decision left open, as if it had never been asked. */
export function leftOpen(choices: Choices, decision: string): Choices {
  return Object.fromEntries(Object.entries(choices).filter(([id]) => id !== decision));
}

/** The decisions that an answer takes, in the order in which the exercise asks them. */
export const taken = (exercise: Exercise, choices: Choices): readonly string[] =>
  exercise.decide.map(({ id }) => id).filter((id) => choices[id] !== undefined);
