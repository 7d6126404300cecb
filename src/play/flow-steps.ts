import type { GradeReport } from '../scenarios/grade.ts';
import type { Observation, RunAsk } from './engine.ts';
import { changed } from './history.ts';
import { cameTrue } from './prediction.ts';
import { type Attempt, practiceSeed, type Session, variedChoices } from './session.ts';

/** What to run for a session as it stands. */
export const askOf = ({ exercise, choices, seed, interventions, variation }: Session): RunAsk => ({
  exercise,
  choices: variation === null ? choices.now : variedChoices(exercise, choices.now, variation),
  seed,
  interventions,
  variation,
});

/** The session after a run: one attempt more. */
export function attempted(session: Session, observation: Observation): Session {
  const { choices, seed, interventions, variation } = observation.ask;
  const { prediction, expected } = session;
  const attempt: Attempt = {
    number: session.attempts.length + 1,
    choices,
    seed,
    interventions,
    variation,
    expected,
    prediction,
    cameTrue:
      prediction === null
        ? null
        : cameTrue(session.exercise, prediction.answer, observation.verdict, observation.measured),
    verdict: observation.verdict,
  };
  // What was said before a run is about the run that follows, and about no other.
  return {
    ...session,
    observation,
    cause: null,
    prediction: null,
    expected: null,
    attempts: [...session.attempts, attempt],
    error: null,
  };
}

/** The session after a grade; a pass ends a row of failures. */
export function graded(session: Session, report: GradeReport): Session {
  const passed = report.held === report.seeds.count;
  return { ...session, report, failedGrades: passed ? 0 : session.failedGrades + 1, error: null };
}

/** The session with one option taken, or with null a decision left open. */
export function chosen(session: Session, decision: string, option: string | null): Session {
  const rest = Object.entries(session.choices.now).filter(([id]) => id !== decision);
  // Choices stand in the order in which the exercise asks, so that equal designs are equal data.
  const order = session.exercise.decide.map(({ id }) => id);
  const entries = option === null ? rest : [...rest, [decision, option] as const];
  const next = Object.fromEntries([...entries].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
  return { ...session, choices: changed(session.choices, next) };
}

/** A fresh look at the exercise: the practice seed, nothing injected, nothing varied. */
export const anew = (session: Session): Session => ({
  ...session,
  seed: practiceSeed(session.exercise),
  interventions: [],
  variation: null,
  expected: null,
  prediction: null,
});
