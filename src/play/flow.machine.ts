import { assign, emit, fromPromise, setup } from 'xstate';
import type { Comparison } from '../scenarios/compare.ts';
import type { GradeReport } from '../scenarios/grade.ts';
import type { Cause, CompareRequest, GradeRequest, Observation, RunAsk, WhyAsk } from './engine.ts';
import type { FlowEvent, FlowInput, FlowNews, Start } from './flow-events.ts';
import { anew, askOf, attempted, chosen, graded } from './flow-steps.ts';
import { changed, redone, undone } from './history.ts';
import { type Attempt, type Session, stars } from './session.ts';

const MOST_HINTS = 3;

/**
 * The learning loop: predict, choose, run, observe, then ask why, grade, compare, vary and try again.
 *
 * It knows no terminal and touches no file. Long work is done by actors, which a front end provides with
 * `provide`; what should be remembered is emitted. Every front end is another face on this machine.
 */
export const flowMachine = setup({
  types: {} as {
    context: Session & { start: Start };
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
    toWatch: ({ context }) => context.start === 'watch',
    toChoose: ({ context }) => context.start === 'choose',
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
  context: ({ input }) => ({ ...input.session, start: input.start }),
  initial: 'opening',
  on: {
    hint: {
      guard: 'moreHints',
      actions: ['readHint', 'tellHinted'],
    },
    told: { actions: 'forget' },
  },
  states: {
    opening: {
      always: [
        { guard: 'toWatch', target: 'running' },
        { guard: 'toChoose', target: 'choosing' },
        { target: 'briefing' },
      ],
    },

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
          actions: [assign(({ context, event }) => attempted(context, event.output)), 'tellAttempted'],
        },
        onError: {
          target: 'choosing',
          actions: assign(({ event }) => ({
            error: event.error,
            interventions: [],
            variation: null,
            expected: null,
          })),
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
          actions: assign(({ event }) => ({
            variation: event.variation,
            expected: event.expected,
            interventions: [],
          })),
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
