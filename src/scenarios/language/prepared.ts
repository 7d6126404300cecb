import type { Exercise } from '../exercise.ts';
import type { Node } from './tree.ts';

/** An option's patches as trees, which know where they were written. */
export interface PreparedOption {
  readonly id: string;
  readonly node: Node;
  readonly patches: readonly Node[];
  /** False where a mistake was found already, so that its world is not worth looking at. */
  readonly sound: boolean;
}

export interface PreparedDecision {
  readonly id: string;
  readonly node: Node;
  readonly options: readonly PreparedOption[];
}

/** What choosing needs: the world before any option, and what each option changes. */
export interface Prepared {
  readonly world: Node;
  readonly decisions: readonly PreparedDecision[];
}

const prepared = new WeakMap<Exercise, Prepared>();

/** Keeps what an exercise was read from, beside its plain data. */
export function remember(exercise: Exercise, made: Prepared): void {
  prepared.set(exercise, made);
}

/** What an exercise was read from. */
export function preparedOf(exercise: Exercise): Prepared {
  const made = prepared.get(exercise);
  if (!made) throw new Error(`the exercise ${exercise.id} was copied: choose needs the one that was loaded`);
  return made;
}
