import type { Attempt } from '../play/session.ts';
import { practiceSeed, type Session } from '../play/session.ts';
import type { ActionId } from './keys/table.ts';

/** Checks of the run that is looked at which broke and can be explained. */
export const brokenChecks = ({ observation }: Session): readonly string[] =>
  (observation?.verdict.checks ?? [])
    .filter(({ outcome, findings }) => outcome === 'invalid' && findings.length > 0)
    .map(({ id }) => id);

/** The first try of each design, in the order in which they were tried. */
export function designsTried({ attempts }: Session): readonly Attempt[] {
  const found = new Map<string, Attempt>();
  for (const attempt of attempts) {
    const design = JSON.stringify(attempt.choices);
    if (!found.has(design)) found.set(design, attempt);
  }
  return [...found.values()];
}

/** Whether the run is the exercise as it is: nothing injected, no condition changed. */
export const isUntouched = ({ observation }: Session): boolean =>
  observation !== null && observation.ask.interventions.length === 0 && observation.ask.variation === null;

/** Whether the run was on one of the hidden seeds. */
export const isHidden = ({ observation, exercise }: Session): boolean =>
  observation !== null && observation.ask.seed !== practiceSeed(exercise);

/** Why an action that many screens have cannot be done now; null: it can, or a screen must say. */
export function commonWhy(session: Session, id: ActionId): string | null {
  const { exercise, observation, report, comparison, attempts } = session;
  switch (id) {
    case 'why':
      if (observation === null) return 'nothing has run yet';
      return brokenChecks(session).length === 0 ? 'nothing broke in this run' : null;
    case 'compare':
      return designsTried(session).length < 2 ? 'there is only one design so far' : null;
    case 'seeds':
      return report === null && comparison === null ? 'nothing has been graded yet' : null;
    case 'debrief':
      return report === null && attempts.length < 3 ? 'first grade a design, or try three times' : null;
    case 'hint':
      return exercise.hints.length === 0 ? 'this exercise has none' : null;
    case 'answer':
      if (exercise.explain === null) return 'this exercise asks for no explanation';
      if (observation === null) return 'nothing has run yet';
      return session.explained === null ? null : 'you have answered already';
    case 'vary':
      return exercise.vary.length === 0 ? 'this exercise has no variations' : null;
    case 'withdraw':
      return session.interventions.length === 0 ? 'nothing was changed in this run' : null;
    default:
      return null;
  }
}
