import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { type Problem, ProblemsError } from '../problems.ts';
import type { Exercise } from './exercise.ts';
import { type Job, type JobAnswer, perform } from './grade-job.ts';
import type { WorkerReply, WorkerRequest } from './grade-worker.ts';
import { startThread } from './thread.ts';

/** Someone who does jobs. Answers depend on the exercise and the job alone, never on who did it. */
export interface Crew {
  /** How many jobs are done at once. */
  readonly size: number;
  perform(exercise: Exercise, job: Job): Promise<JobAnswer>;
  /** Ends it; jobs that are not done are refused. */
  close(): Promise<void>;
}

/** Does each job on this thread, and lets others have a turn in between. */
function soloCrew(): Crew {
  return {
    size: 1,
    async perform(exercise, job) {
      await new Promise((resolve) => setImmediate(resolve));
      return perform(exercise, job);
    },
    async close() {},
  };
}

/** Threads as wanted, or as many as there are cores; for a single one no thread is started. */
export function crewOf(size: number = availableParallelism()): Crew {
  return size > 1 ? new WorkerCrew(size) : soloCrew();
}

const startWorker = (): Worker => startThread(new URL('./grade-worker.ts', import.meta.url), 'grade-worker');

interface Waiting {
  readonly request: WorkerRequest;
  readonly resolve: (answer: JobAnswer) => void;
  readonly reject: (reason: unknown) => void;
}

function revived({ name, message, stack, problems }: Extract<WorkerReply, { type: 'failed' }>): Error {
  if (Array.isArray(problems)) return new ProblemsError(problems as Problem[]); // the worker sent what it had caught
  const error = new Error(message);
  error.name = name;
  error.stack = stack;
  return error;
}

/** Shares jobs among worker threads, first come first served. */
export class WorkerCrew implements Crew {
  readonly size: number;
  readonly #workers: Worker[];
  readonly #idle: Worker[] = [];
  readonly #line: Waiting[] = [];
  readonly #busy = new Map<Worker, Waiting>();
  #issued = 0;
  #end: Error | null = null;

  constructor(size: number) {
    this.size = size;
    this.#workers = Array.from({ length: size }, () => {
      const worker = startWorker();
      worker.on('message', (reply: WorkerReply) => this.#receive(worker, reply));
      worker.on('error', (error) => this.#abandon(error instanceof Error ? error : new Error(String(error))));
      return worker;
    });
  }

  perform({ text, file }: Exercise, job: Job): Promise<JobAnswer> {
    if (this.#end) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      this.#line.push({ request: { id: this.#issued++, text, file, job }, resolve, reject });
      this.#assign();
    });
  }

  async close(): Promise<void> {
    this.#abandon(new Error('the work was stopped'));
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #assign(): void {
    while (this.#idle.length > 0 && this.#line.length > 0) {
      const worker = this.#idle.pop() as Worker;
      const next = this.#line.shift() as Waiting;
      this.#busy.set(worker, next);
      worker.postMessage(next.request);
    }
  }

  #receive(worker: Worker, reply: WorkerReply): void {
    if (reply.type !== 'ready') {
      const waiting = this.#busy.get(worker);
      this.#busy.delete(worker);
      if (reply.type === 'done') waiting?.resolve(reply.answer);
      else waiting?.reject(revived(reply));
    }
    this.#idle.push(worker);
    this.#assign();
  }

  /** After the first fault of a thread nothing more is promised: every open job is refused with its reason. */
  #abandon(reason: Error): void {
    this.#end ??= reason;
    for (const { reject } of [...this.#busy.values(), ...this.#line.splice(0)]) reject(this.#end);
    this.#busy.clear();
  }
}
