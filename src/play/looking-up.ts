import { explainPatch } from '../scenarios/choose.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { findPattern } from '../scenarios/patterns.ts';
import { type Notes, noteKey, type OptionNotes } from './notes.ts';

/** Looks everything up that a learner may ask about the options of an exercise. */
export function notesOn(exercise: Exercise): Notes {
  return new Map(
    exercise.decide.flatMap((decision) =>
      decision.options.map((option): [string, OptionNotes] => [
        noteKey(decision.id, option.id),
        {
          patterns: option.patterns.flatMap((name) => {
            const pattern = findPattern(name);
            if (pattern === undefined) return [];
            const { name: title, solves, costs, avoidWhen } = pattern;
            return [{ name: title, solves, costs, avoidWhen }];
          }),
          patch: explainPatch(exercise, decision.id, option.id),
        },
      ]),
    ),
  );
}
