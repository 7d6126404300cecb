import { parentPort } from 'node:worker_threads';
import { ProblemsError } from '../problems.ts';
import type { Exercise } from './exercise.ts';
import { type Job, type JobAnswer, perform } from './grade-job.ts';
import { parseExercise } from './load.ts';

/** A job with the text of its exercise: nothing but plain data crosses over to a thread. */
export interface WorkerRequest {
  readonly id: number;
  readonly text: string;
  readonly file: string;
  readonly job: Job;
}

/** What a worker sends once it can work, and for each job. */
export type WorkerReply =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly id: number; readonly answer: JobAnswer }
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly name: string;
      readonly message: string;
      readonly stack: string;
      readonly problems: unknown;
    };

/** The exercise of the last jobs; jobs come in long rows about one exercise. */
let held: Exercise | undefined;

function exerciseOf({ text, file }: WorkerRequest): Exercise {
  const exercise = held?.text === text && held.file === file ? held : parseExercise(text, file);
  held = exercise;
  return exercise;
}

function answer(request: WorkerRequest): WorkerReply {
  const { id } = request;
  try {
    return { type: 'done', id, answer: perform(exerciseOf(request), request.job) };
  } catch (error) {
    const { name, message, stack = message } = error instanceof Error ? error : new Error(String(error));
    return {
      type: 'failed',
      id,
      name,
      message,
      stack,
      problems: error instanceof ProblemsError ? error.problems : null,
    };
  }
}

function serve(port: NonNullable<typeof parentPort>): void {
  const send = (reply: WorkerReply) => port.postMessage(reply);
  port.on('message', (request: WorkerRequest) => send(answer(request)));
  send({ type: 'ready' });
}

if (parentPort) serve(parentPort);
