import type { Choices } from '../scenarios/choose.ts';
import type { GradeReport } from '../scenarios/grade.ts';
import type { Intervention } from '../sim/run.ts';
import type { Attempt, Expectation, Prediction, Session } from './session.ts';

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
  /** Runs the design under a changed condition, of which this outcome is expected. */
  | { readonly type: 'vary'; readonly variation: string | null; readonly expected: Expectation }
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

/** Where an exercise begins: with its task, with the choice, or with a run of the design as it stands. */
export type Start = 'brief' | 'choose' | 'watch';

/** Who opens the exercise, and where they begin. */
export interface FlowInput {
  readonly session: Session;
  readonly start: Start;
}
