import type { Change } from '../sim/index.ts';
import type { Intervention } from '../sim/run.ts';
import { type Choices, choosePatched } from './choose.ts';
import type { Exercise } from './exercise.ts';
import { optionTaken } from './forks.ts';

interface Moment {
  readonly at: number;
  readonly patches: readonly object[];
  readonly what: string;
}

/**
 * What the team's plan and the learner's interventions do to a design: the whole world from each of their moments on,
 * each on top of those before.
 */
export function changesOf(
  exercise: Exercise,
  choices: Choices,
  patches: readonly object[],
  interventions: readonly Intervention[] = [],
): readonly Change[] {
  const { plan } = choosePatched(exercise, choices, patches);
  const planned = Object.entries(plan).map(
    ([id, { at, patch }]): Moment => ({ at, patches: [patch], what: id }),
  );
  const moments = [...planned, ...interventions.map((each) => momentOf(exercise, each))].sort(
    (a, b) => a.at - b.at,
  );
  return moments.map(({ at, what }, index) => {
    const added = moments.slice(0, index + 1).flatMap((moment) => moment.patches);
    return { at, world: choosePatched(exercise, choices, [...patches, ...added]), what };
  });
}

function momentOf(exercise: Exercise, intervention: Intervention): Moment {
  const { at, patch, chaos } = intervention;
  const patches = [...(patch ? [patch] : []), ...(chaos ? [{ chaos }] : [])];
  const what = optionTaken(exercise, intervention)?.id ?? Object.keys(chaos ?? {}).join(', ');
  return { at, patches, what: what || 'a change of the world' };
}
