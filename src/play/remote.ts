import type { Worker } from 'node:worker_threads';
import { type Problem, ProblemsError, UsageError } from '../problems.ts';
import type { Comparison } from '../scenarios/compare.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import type { GradeReport } from '../scenarios/grade.ts';
import { startThread } from '../scenarios/thread.ts';
import type { Counterfactuals } from '../scenarios/why.ts';
import { asksOf } from './asks.ts';
import type {
  Both,
  BothAsk,
  Cause,
  CompareRequest,
  Engine,
  GradeRequest,
  Observation,
  RunAsk,
  WhyAsk,
} from './engine.ts';
import type { JobName, Jobs, Reply, Request, Sent } from './jobs.ts';
import type { Notes } from './notes.ts';
import { unpacked } from './parcel.ts';

type Watch = (done: number, total: number) => void;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly onProgress?: Watch | undefined;
}

/** Who waits for a job, and how. */
interface Waiter {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: Watch | undefined;
}

/**
 * The engine on a thread, so that whoever asks can go on drawing and listening, and need not even load it.
 *
 * A run cannot be asked to stop, so a cancelled one is ended with its thread; the next one starts another.
 */
export class RemoteEngine implements Engine {
  #worker: Worker | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #issued = 0;

  /** The exercise of a file. */
  load(file: string): Promise<Exercise> {
    return this.#ask('load', { file });
  }

  /** An exercise from its text. */
  read(text: string, file: string): Promise<Exercise> {
    return this.#ask('read', { text, file });
  }

  async observe(ask: RunAsk, signal?: AbortSignal): Promise<Observation> {
    const { exercise, ...run } = ask;
    return received(ask, await this.#ask('observe', { ...sourceOf(exercise), run }, { signal }));
  }

  /** Told here, where the run is. */
  async explain(ask: WhyAsk): Promise<Cause> {
    const { engine } = await import('./engine.ts');
    return engine.explain(ask);
  }

  whatIf({ exercise, ...run }: RunAsk, check: string, signal?: AbortSignal): Promise<Counterfactuals> {
    return this.#ask('whatIf', { ...sourceOf(exercise), run, check }, { signal });
  }

  grade({ exercise, choices, seeds, signal, onProgress }: GradeRequest): Promise<GradeReport> {
    return this.#ask('grade', { ...sourceOf(exercise), choices, seeds }, { signal, onProgress });
  }

  compare({ exercise, a, b, seeds, signal, onProgress }: CompareRequest): Promise<Comparison> {
    return this.#ask('compare', { ...sourceOf(exercise), a, b, seeds }, { signal, onProgress });
  }

  async both(ask: BothAsk): Promise<Both> {
    const { exercise, ...pair } = ask;
    const { a, b, parting } = await this.#ask('both', { ...sourceOf(exercise), ...pair });
    const asks = asksOf(ask);
    return { a: received(asks.a, a), b: received(asks.b, b), parting };
  }

  notes(exercise: Exercise): Promise<Notes> {
    return this.#ask('notes', sourceOf(exercise));
  }

  /** Starts the thread before it is needed. */
  warmUp(): void {
    this.#thread();
  }

  /** Ends the thread; what is not answered is refused. */
  close(): void {
    void this.#worker?.terminate();
    this.#worker = null;
    this.#refuseAll(new Error('the work was stopped'));
  }

  #ask<Name extends JobName>(
    job: Name,
    ask: Jobs[Name]['ask'],
    { signal, onProgress }: Waiter = {},
  ): Promise<Jobs[Name]['answer']> {
    const id = this.#issued++;
    const stop = () => this.close();
    signal?.addEventListener('abort', stop, { once: true });
    const answered = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onProgress });
      const request: Request<Name> = { id, job, ask };
      this.#thread().postMessage(request);
    });
    const done = answered.finally(() => signal?.removeEventListener('abort', stop));
    return done as Promise<Jobs[Name]['answer']>; // the thread answers a job with what is its own
  }

  #thread(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = startThread(new URL('./run-worker.ts', import.meta.url), 'run-worker');
    worker.unref();
    worker.on('message', (reply: Reply) => this.#receive(reply));
    worker.on('error', (error) => {
      if (this.#worker === worker) this.#worker = null;
      this.#refuseAll(error);
    });
    this.#worker = worker;
    return worker;
  }

  #receive(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (reply.type === 'progress') {
      waiting?.onProgress?.(reply.done, reply.total);
      return;
    }
    this.#waiting.delete(reply.id);
    if (reply.type === 'failed') waiting?.reject(revived(reply));
    else waiting?.resolve(reply.answer);
  }

  #refuseAll(reason: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}

const received = (ask: RunAsk, { parcel, rest }: Sent): Observation => ({
  ask,
  run: unpacked(parcel),
  ...rest,
});

const sourceOf = ({ text, file }: Exercise) => ({ text, file });

function revived({ name, message, stack, problems }: Extract<Reply, { type: 'failed' }>): Error {
  if (Array.isArray(problems)) return new ProblemsError(problems as Problem[]); // the thread sent what it had caught
  if (name === 'UsageError') return new UsageError(message);
  const error = new Error(message);
  error.name = name;
  error.stack = stack;
  return error;
}
