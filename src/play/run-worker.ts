import { parentPort } from 'node:worker_threads';
import { ProblemsError } from '../problems.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { parseExercise } from '../scenarios/load.ts';
import { type Counterfactuals, counterfactuals } from '../scenarios/why.ts';
import { type Observation, observe, type RunAsk } from './engine.ts';
import { buffersOf, type Parcel, packed } from './parcel.ts';

/** What a thread is asked; an exercise crosses over as its text. */
export interface RunRequest {
  readonly id: number;
  readonly text: string;
  readonly file: string;
  readonly ask: Omit<RunAsk, 'exercise'>;
  /** The check of which is asked what would have been; null: the run itself is wanted. */
  readonly check: string | null;
}

/** What it answers. */
export type RunReply =
  | {
      readonly type: 'observed';
      readonly id: number;
      readonly parcel: Parcel;
      readonly rest: Omit<Observation, 'ask' | 'run'>;
    }
  | { readonly type: 'wondered'; readonly id: number; readonly whatIf: Counterfactuals }
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly name: string;
      readonly message: string;
      readonly stack: string;
      readonly problems: unknown;
    };

let held: Exercise | undefined;

function exerciseOf({ text, file }: RunRequest): Exercise {
  held = held?.text === text && held.file === file ? held : parseExercise(text, file);
  return held;
}

function answer(request: RunRequest): RunReply {
  const { id, ask, check } = request;
  const exercise = exerciseOf(request);
  if (check !== null)
    return { type: 'wondered', id, whatIf: counterfactuals(exercise, ask.choices, ask.seed, check) };
  const { run, verdict, beats, measured } = observe({ ...ask, exercise });
  return { type: 'observed', id, parcel: packed(run), rest: { verdict, beats, measured } };
}

function failed(id: number, thrown: unknown): RunReply {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { name, message, stack = message } = error;
  const problems = error instanceof ProblemsError ? error.problems : null;
  return { type: 'failed', id, name, message, stack, problems };
}

parentPort?.on('message', (request: RunRequest) => {
  try {
    const reply = answer(request);
    parentPort?.postMessage(reply, reply.type === 'observed' ? buffersOf(reply.parcel) : []);
  } catch (error) {
    parentPort?.postMessage(failed(request.id, error));
  }
});
