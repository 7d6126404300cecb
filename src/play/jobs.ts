import type { Choices } from '../scenarios/choose.ts';
import type { Comparison } from '../scenarios/compare.ts';
import type { Divergence } from '../scenarios/compare-divergence.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import type { GradeReport } from '../scenarios/grade.ts';
import type { Counterfactuals } from '../scenarios/why.ts';
import type { Observation, RunAsk } from './engine.ts';
import type { Notes } from './notes.ts';
import type { Parcel } from './parcel.ts';

/** An exercise as it crosses over: by its text. */
export interface Source {
  readonly text: string;
  readonly file: string;
}

/** A run as it crosses over, with what was found out about it. */
export interface Sent {
  readonly parcel: Parcel;
  readonly rest: Omit<Observation, 'ask' | 'run'>;
}

/** What a thread can be asked, each with what it answers. */
export interface Jobs {
  load: { ask: { readonly file: string }; answer: Exercise };
  read: { ask: Source; answer: Exercise };
  observe: {
    ask: Source & { readonly run: Omit<RunAsk, 'exercise'> };
    answer: Sent;
  };
  whatIf: {
    ask: Source & { readonly run: Omit<RunAsk, 'exercise'>; readonly check: string };
    answer: Counterfactuals;
  };
  grade: { ask: Source & { readonly choices: Choices; readonly seeds: number }; answer: GradeReport };
  compare: {
    ask: Source & { readonly a: Choices; readonly b: Choices; readonly seeds: number };
    answer: Comparison;
  };
  both: {
    ask: Source & { readonly a: Choices; readonly b: Choices; readonly seed: string };
    answer: { readonly a: Sent; readonly b: Sent; readonly parting: Divergence | null };
  };
  notes: { ask: Source; answer: Notes };
}

export type JobName = keyof Jobs;

export interface Request<Name extends JobName = JobName> {
  readonly id: number;
  readonly job: Name;
  readonly ask: Jobs[Name]['ask'];
}

/** What comes back: how far it is, any number of times, and then what it came to. */
export type Reply =
  | { readonly type: 'progress'; readonly id: number; readonly done: number; readonly total: number }
  | { readonly type: 'done'; readonly id: number; readonly answer: unknown }
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly name: string;
      readonly message: string;
      readonly stack: string;
      readonly problems: unknown;
    };
