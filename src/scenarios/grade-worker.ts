import { parentPort, workerData } from 'node:worker_threads';
import { ProblemsError } from '../problems.ts';
import type { Exercise } from './exercise.ts';
import { type Job, type JobAnswer, perform } from './grade-job.ts';
import { parseExercise } from './load.ts';

/** What a worker is started with: the text of the exercise, so that nothing but plain data crosses over. */
export interface WorkerStart {
  readonly text: string;
  readonly file: string;
}

/** What a worker sends back for each job, and once before the first. */
export type WorkerReply =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly id: number; readonly answer: JobAnswer }
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly name: string;
      readonly message: string;
      readonly problems: unknown;
    };

function start(port: NonNullable<typeof parentPort>, { text, file }: WorkerStart): void {
  const exercise: Exercise = parseExercise(text, file);
  const send = (reply: WorkerReply) => port.postMessage(reply);
  port.on('message', ({ id, job }: { readonly id: number; readonly job: Job }) => {
    try {
      send({ type: 'done', id, answer: perform(exercise, job) });
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      send({
        type: 'failed',
        id,
        name,
        message,
        problems: error instanceof ProblemsError ? error.problems : null,
      });
    }
  });
  send({ type: 'ready' });
}

if (parentPort) start(parentPort, workerData as WorkerStart);
