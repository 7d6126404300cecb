import { assign, emit, fromPromise, setup } from 'xstate';
import type { Choices } from '../scenarios/choose.ts';
import type { Comparison } from '../scenarios/compare.ts';
import type { GradeReport } from '../scenarios/grade.ts';
import type { Intervention } from '../sim/run.ts';
import type { Cause, CompareRequest, Engine, GradeRequest, Observation, RunAsk, WhyAsk } from './engine.ts';
import { changed, redone, undone } from './history.ts';
import { cameTrue } from './prediction.ts';
import {
  type Attempt,
  type Prediction,
  practiceSeed,
  type Session,
  stars,
  variedChoices,
} from './session.ts';

/** What a learner can do. Which of these count depends on the step; the others are ignored. */
export type FlowEvent =
  | { readonly type: 'next' }
  | { readonly type: 'back' }
  | { readonly type: 'predict'; readonly prediction: Prediction | null }
  /** Takes an option, or with null leaves the decision open. */
  | { readonly type: 'choose'; readonly decision: string; readonly option: string | null }
  | { readonly type: 'design'; readonly choices: Choices }
  | { readonly type: 'undo' }
  | { readonly type: 'redo' }
  | { readonly type: 'run' }
  /** Repeats the run with a change at a moment: what was before stays as it was. */
  | { readonly type: 'intervene'; readonly intervention: Intervention }
  | { readonly type: 'withdraw' }
  /** Runs the same design under another seed, such as the worst of those that were graded. */
  | { readonly type: 'watch'; readonly seed: string }
  | { readonly type: 'vary'; readonly variation: string | null }
  | { readonly type: 'why'; readonly check: string; readonly finding: number }
  | { readonly type: 'whatIf' }
  | { readonly type: 'grade'; readonly seeds: number }
  | { readonly type: 'compare'; readonly a: Choices; readonly b: Choices; readonly seeds: number }
  | { readonly type: 'answer'; readonly right: boolean }
  | { readonly type: 'hint' }
  | { readonly type: 'retry' }
  | { readonly type: 'debrief' }
  | { readonly type: 'cancel' }
  | { readonly type: 'told' };

/** What happened that is worth writing down; the machine itself writes nothing. */
export type FlowNews =
  | { readonly type: 'attempted'; readonly session: Session; readonly attempt: Attempt }
  | {
      readonly type: 'graded';
      readonly session: Session;
      readonly report: GradeReport;
      readonly stars: number;
    }
  | { readonly type: 'hinted'; readonly session: Session; readonly rung: number }
  | { readonly type: 'answered'; readonly session: Session; readonly right: boolean }
  | { readonly type: 'decided'; readonly session: Session };

/** Who opens the exercise, and whether they begin by watching it fail. */
export interface FlowInput {
  readonly session: Session;
  /** True: the run comes first, then the questions. */
  readonly watchFirst: boolean;
}

const MOST_HINTS = 3;

const askOf = ({ exercise, choices, seed, interventions, variation }: Session): RunAsk => ({
  exercise,
  choices: variation === null ? choices.now : variedChoices(exercise, choices.now, variation),
  seed,
  interventions,
  variation,
});

/** The session after a run: one attempt more. */
function attempted(session: Session, observation: Observation): Session {
  const { choices, seed, interventions, variation } = observation.ask;
  const { prediction } = session;
  const attempt: Attempt = {
    number: session.attempts.length + 1,
    choices,
    seed,
    interventions,
    variation,
    prediction,
    cameTrue:
      prediction === null
        ? null
        : cameTrue(session.exercise, prediction.answer, observation.verdict, observation.measured),
    verdict: observation.verdict,
  };
  // A prediction is about the run that follows it, and about no other.
  return {
    ...session,
    observation,
    cause: null,
    prediction: null,
    attempts: [...session.attempts, attempt],
    error: null,
  };
}

function graded(session: Session, report: GradeReport): Session {
  const passed = report.held === report.seeds.count;
  return { ...session, report, failedGrades: passed ? 0 : session.failedGrades + 1, error: null };
}

function chosen(session: Session, decision: string, option: string | null): Session {
  const rest = Object.entries(session.choices.now).filter(([id]) => id !== decision);
  // Choices stand in the order in which the exercise asks, so that equal designs are equal data.
  const order = session.exercise.decide.map(({ id }) => id);
  const entries = option === null ? rest : [...rest, [decision, option] as const];
  const next = Object.fromEntries([...entries].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
  return { ...session, choices: changed(session.choices, next) };
}

/** A fresh look at the exercise: the practice seed, nothing injected, nothing varied. */
const anew = (session: Session): Session => ({
  ...session,
  seed: practiceSeed(session.exercise),
  interventions: [],
  variation: null,
  prediction: null,
});

/**
 * The learning loop: predict, choose, run, observe, then ask why, grade, compare, vary and try again.
 *
 * It knows no terminal and touches no file. Long work is done by actors, which a front end provides with
 * `provide`; what should be remembered is emitted. Every front end is another face on this machine.
 */
export const flowMachine = setup({
  types: {} as {
    context: Session & { watchFirst: boolean };
    input: FlowInput;
    events: FlowEvent;
    emitted: FlowNews;
    /** Open: it waits for a person, not for work. */
    tags: 'open';
  },
  actors: {
    observe: fromPromise<Observation, RunAsk>(missing('observe')),
    explain: fromPromise<Cause, WhyAsk>(missing('explain')),
    whatIf: fromPromise<Cause, { cause: Cause; observation: Observation }>(missing('whatIf')),
    grade: fromPromise<GradeReport, Omit<GradeRequest, 'signal' | 'onProgress'>>(missing('grade')),
    compare: fromPromise<Comparison, Omit<CompareRequest, 'signal' | 'onProgress'>>(missing('compare')),
  },
  guards: {
    watchFirst: ({ context }) => context.watchFirst,
    moreHints: ({ context }) => context.hints < Math.min(MOST_HINTS, context.exercise.hints.length),
    watching: ({ context }) => context.observation !== null,
    explained: ({ context }) => context.cause !== null,
  },
  actions: {
    forget: assign({ error: null }),
    startAgain: assign(({ context }) => anew(context)),
    undo: assign(({ context }) => ({ choices: undone(context.choices) })),
    redo: assign(({ context }) => ({ choices: redone(context.choices) })),
    readHint: assign(({ context }) => ({ hints: context.hints + 1 })),
    tellDecided: emit(({ context }) => ({ type: 'decided' as const, session: context })),
    tellAttempted: emit(({ context }) => ({
      type: 'attempted' as const,
      session: context,
      attempt: context.attempts.at(-1) as Attempt, // told right after one has been added
    })),
    tellGraded: emit(({ context }) => {
      const report = context.report as GradeReport; // told right after it has been set
      return {
        type: 'graded' as const,
        session: context,
        report,
        stars: stars(context.exercise, report, context.hints),
      };
    }),
    tellHinted: emit(({ context }) => ({ type: 'hinted' as const, session: context, rung: context.hints })),
  },
}).createMachine({
  id: 'flow',
  context: ({ input }) => ({ ...input.session, watchFirst: input.watchFirst }),
  initial: 'opening',
  on: {
    hint: {
      guard: 'moreHints',
      actions: ['readHint', 'tellHinted'],
    },
    told: { actions: 'forget' },
  },
  states: {
    opening: { always: [{ guard: 'watchFirst', target: 'running' }, { target: 'briefing' }] },

    briefing: { tags: 'open', on: { next: 'predicting', run: 'predicting' } },

    predicting: {
      tags: 'open',
      on: {
        predict: {
          target: 'choosing',
          actions: assign(({ event }) => ({ prediction: event.prediction })),
        },
        back: 'briefing',
      },
    },

    choosing: {
      tags: 'open',
      on: {
        choose: {
          actions: [
            assign(({ context, event }) => chosen(context, event.decision, event.option)),
            'tellDecided',
          ],
        },
        design: {
          actions: [
            assign(({ context, event }) => ({ choices: changed(context.choices, event.choices) })),
            'tellDecided',
          ],
        },
        undo: { actions: ['undo', 'tellDecided'] },
        redo: { actions: ['redo', 'tellDecided'] },
        run: 'running',
        back: 'predicting',
      },
    },

    running: {
      invoke: {
        src: 'observe',
        input: ({ context }) => askOf(context),
        onDone: {
          target: 'observing',
          actions: [
            assign(({ context, event }) => ({ ...attempted(context, event.output), watchFirst: false })),
            'tellAttempted',
          ],
        },
        onError: {
          target: 'choosing',
          actions: assign(({ event }) => ({ error: event.error, interventions: [], variation: null })),
        },
      },
      on: { cancel: 'choosing' },
    },

    observing: {
      tags: 'open',
      on: {
        why: 'explaining',
        intervene: {
          target: 'running',
          actions: assign(({ context, event }) => ({
            interventions: [...context.interventions, event.intervention],
          })),
        },
        withdraw: { target: 'running', actions: assign({ interventions: [] }) },
        watch: {
          target: 'running',
          actions: assign(({ event }) => ({ seed: event.seed, interventions: [] })),
        },
        vary: {
          target: 'running',
          actions: assign(({ event }) => ({ variation: event.variation, interventions: [] })),
        },
        grade: 'grading',
        compare: 'comparing',
        answer: {
          actions: [
            assign(({ event }) => ({ explained: event.right })),
            emit(({ context, event }) => ({
              type: 'answered' as const,
              session: context,
              right: event.right,
            })),
          ],
        },
        retry: { target: 'predicting', actions: 'startAgain' },
        debrief: 'debriefing',
      },
    },

    explaining: {
      initial: 'asking',
      states: {
        asking: {
          invoke: {
            src: 'explain',
            input: ({ context, event }) => ({
              observation: context.observation as Observation, // `why` is understood only while observing
              check: event.type === 'why' ? event.check : '',
              finding: event.type === 'why' ? event.finding : 0,
            }),
            onDone: { target: 'told', actions: assign(({ event }) => ({ cause: event.output })) },
            onError: { target: '#flow.observing', actions: assign(({ event }) => ({ error: event.error })) },
          },
        },
        told: { tags: 'open', on: { whatIf: 'wondering' } },
        wondering: {
          invoke: {
            src: 'whatIf',
            input: ({ context }) => ({
              cause: context.cause as Cause, // set on the way here
              observation: context.observation as Observation,
            }),
            onDone: { target: 'told', actions: assign(({ event }) => ({ cause: event.output })) },
            onError: { target: 'told', actions: assign(({ event }) => ({ error: event.error })) },
          },
        },
      },
      on: { back: 'observing', next: 'observing', cancel: 'observing' },
    },

    grading: {
      invoke: {
        src: 'grade',
        input: ({ context, event }) => ({
          exercise: context.exercise,
          choices: context.choices.now,
          seeds: event.type === 'grade' ? event.seeds : context.exercise.seeds.grade,
        }),
        onDone: {
          target: 'graded',
          actions: [assign(({ context, event }) => graded(context, event.output)), 'tellGraded'],
        },
        onError: { target: 'observing', actions: assign(({ event }) => ({ error: event.error })) },
      },
      on: { cancel: 'observing' },
    },

    graded: {
      tags: 'open',
      on: {
        watch: {
          target: 'running',
          actions: assign(({ event }) => ({ seed: event.seed, interventions: [] })),
        },
        retry: { target: 'predicting', actions: 'startAgain' },
        compare: 'comparing',
        debrief: 'debriefing',
        back: 'observing',
        next: 'observing',
      },
    },

    comparing: {
      invoke: {
        src: 'compare',
        input: ({ context, event }) => ({
          exercise: context.exercise,
          a: event.type === 'compare' ? event.a : {},
          b: event.type === 'compare' ? event.b : context.choices.now,
          seeds: event.type === 'compare' ? event.seeds : context.exercise.seeds.grade,
        }),
        onDone: { target: 'compared', actions: assign(({ event }) => ({ comparison: event.output })) },
        onError: { target: 'observing', actions: assign(({ event }) => ({ error: event.error })) },
      },
      on: { cancel: 'observing' },
    },

    compared: {
      tags: 'open',
      on: {
        watch: {
          target: 'running',
          actions: assign(({ event }) => ({ seed: event.seed, interventions: [] })),
        },
        retry: { target: 'predicting', actions: 'startAgain' },
        back: 'observing',
        next: 'observing',
      },
    },

    debriefing: {
      tags: 'open',
      on: { back: 'observing', next: 'observing', retry: { target: 'predicting', actions: 'startAgain' } },
    },
  },
});

function missing(name: string) {
  return async (): Promise<never> => {
    throw new Error(`the front end has provided no "${name}"`);
  };
}

/** How a front end watches long work. */
export interface FlowWatch {
  readonly onProgress?: (done: number, total: number) => void;
}

/** The machine with an engine behind it. */
export function flowWith(engine: Engine, { onProgress }: FlowWatch = {}) {
  return flowMachine.provide({
    actors: {
      observe: fromPromise(async ({ input }) => engine.observe(input)),
      explain: fromPromise(async ({ input }) => engine.explain(input)),
      whatIf: fromPromise(async ({ input: { cause, observation } }) => ({
        ...cause,
        whatIf: engine.whatIf(observation.ask, cause.check.id),
      })),
      grade: fromPromise(({ input, signal }) =>
        engine.grade({ ...input, signal, ...(onProgress && { onProgress }) }),
      ),
      compare: fromPromise(({ input, signal }) =>
        engine.compare({ ...input, signal, ...(onProgress && { onProgress }) }),
      ),
    },
  });
}
