import type { Worker } from 'node:worker_threads';
import { type Problem, ProblemsError } from '../problems.ts';
import { startThread } from '../scenarios/thread.ts';
import type { Counterfactuals } from '../scenarios/why.ts';
import { type Engine, engine, type Observation, type RunAsk } from './engine.ts';
import { unpacked } from './parcel.ts';
import type { RunReply, RunRequest } from './run-worker.ts';

interface Waiting {
  readonly resolve: (reply: Exclude<RunReply, { type: 'failed' }>) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * The engine with its long runs on a thread, so that whoever asks can go on drawing and listening.
 *
 * A run cannot be asked to stop, so a cancelled one is ended with its thread; the next one starts another.
 */
export class RemoteEngine implements Engine {
  readonly explain = engine.explain;
  readonly grade = engine.grade;
  readonly compare = engine.compare;
  #worker: Worker | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #issued = 0;

  async observe(ask: RunAsk, signal?: AbortSignal): Promise<Observation> {
    const reply = await this.#send(ask, null, signal);
    if (reply.type !== 'observed') throw new Error('the thread answered another question');
    return { ask, run: unpacked(reply.parcel), ...reply.rest };
  }

  async whatIf(ask: RunAsk, check: string, signal?: AbortSignal): Promise<Counterfactuals> {
    const reply = await this.#send(ask, check, signal);
    if (reply.type !== 'wondered') throw new Error('the thread answered another question');
    return reply.whatIf;
  }

  /** Starts the thread before it is needed. */
  warmUp(): void {
    this.#thread();
  }

  /** Ends the thread; what is not answered is refused. */
  close(): void {
    void this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(new Error('the work was stopped'));
    this.#waiting.clear();
  }

  #send({ exercise, ...ask }: RunAsk, check: string | null, signal?: AbortSignal) {
    const id = this.#issued++;
    const { text, file } = exercise;
    const stop = () => this.close();
    signal?.addEventListener('abort', stop, { once: true });
    const answered = new Promise<Exclude<RunReply, { type: 'failed' }>>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const request: RunRequest = { id, text, file, ask, check };
      this.#thread().postMessage(request);
    });
    return answered.finally(() => signal?.removeEventListener('abort', stop));
  }

  #thread(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = startThread(new URL('./run-worker.ts', import.meta.url), 'run-worker');
    worker.unref();
    worker.on('message', (reply: RunReply) => this.#receive(reply));
    worker.on('error', (error) => {
      if (this.#worker === worker) this.#worker = null;
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
    this.#worker = worker;
    return worker;
  }

  #receive(reply: RunReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.type === 'failed') waiting?.reject(revived(reply));
    else waiting?.resolve(reply);
  }
}

function revived({ name, message, stack, problems }: Extract<RunReply, { type: 'failed' }>): Error {
  if (Array.isArray(problems)) return new ProblemsError(problems as Problem[]); // the thread sent what it had caught
  const error = new Error(message);
  error.name = name;
  error.stack = stack;
  return error;
}
