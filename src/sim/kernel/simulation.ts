import { type Action, EventQueue } from './event-queue.ts';
import { resume, type Scope, Task } from './process.ts';
import type { Scheduler } from './scheduler.ts';
import { formatMicros, type Micros, NEVER } from './time.ts';
import { type Process, WAIT, type Wait } from './wait.ts';

/** Names one scheduled action, for `cancel`. It stays valid until the action has run or was cancelled. */
export type Handle = number;

const NONE = -1;

/** What the running process has done so far in this step. */
const RESTING = 0; // no process is running, or it is held up while another one is killed
const RUNNING = 1; // nothing yet that suspends it
const PARKED = 2; // it has arranged to be woken
const CALLING = 3; // it has called another process
const DOOMED = 4; // it was killed, and ends when it suspends

/** The handle of slot s in its generation g is g * SLOTS + s. */
const SLOTS = 0x100_0000;

/** A run did more than it may: it probably feeds itself without end. */
export class EventLimitError extends Error {
  override readonly name = 'EventLimitError';
  readonly executed: number;
  readonly now: Micros;

  constructor(executed: number, now: Micros) {
    super(`the run was stopped at ${formatMicros(now)}, after ${executed} events`);
    this.executed = executed;
    this.now = now;
  }
}

/** Limits of a simulation. */
export interface SimulationOptions {
  /** Events after which `run` throws `EventLimitError`; no limit unless told. */
  readonly maxEvents?: number;
}

/** A virtual clock and everything that is due on it. Ties run in the order of scheduling. */
export class Simulation implements Scheduler {
  /** For the kernel: what is due. */
  readonly queue = new EventQueue();

  readonly #maxEvents: number;
  #executed = 0;
  #busy = false;
  /** The slot of the running process. */
  #current = NONE;
  #progress = RESTING;
  /** The task of each slot that has one. */
  readonly #tasks: (Task<unknown> | undefined)[] = [];

  constructor({ maxEvents = Number.POSITIVE_INFINITY }: SimulationOptions = {}) {
    this.#maxEvents = maxEvents;
  }

  /** The present moment. */
  get now(): Micros {
    return this.queue.now;
  }

  /** Events that have run: actions and wake-ups of processes. */
  get executed(): number {
    return this.#executed;
  }

  /** Events that are due and not cancelled. */
  get pending(): number {
    return this.queue.pending;
  }

  /** Runs `action(argument)` at `time`, which is now or later. */
  at<A = undefined>(time: Micros, action: (argument: A) => void, argument?: A): Handle {
    return this.after(time - this.queue.now, action, argument);
  }

  /** Runs `action(argument)` after `delay`, rounded to whole microseconds. */
  after<A = undefined>(delay: Micros, action: (argument: A) => void, argument?: A): Handle {
    const due = this.queue.now + whole(delay);
    const slot = this.queue.claim(argument, action as Action); // it is called with this argument only
    this.queue.schedule(due, slot);
    return this.queue.generationOf(slot) * SLOTS + slot;
  }

  /** As `after`, and cheaper if many use the very same delay and most are cancelled: for timeouts. */
  timeout<A = undefined>(delay: Micros, action: (argument: A) => void, argument?: A): Handle {
    const slot = this.timer(delay, action as Action, argument); // it is called with this argument only
    return this.queue.generationOf(slot) * SLOTS + slot;
  }

  /** Takes back what was scheduled; false if it has run or was cancelled already. */
  cancel(handle: Handle): boolean {
    const slot = handle % SLOTS;
    if (this.queue.generationOf(slot) !== (handle - slot) / SLOTS) return false;
    this.queue.withdraw(slot);
    return true;
  }

  /** Starts a process at this moment, after everything that is already due at it. */
  spawn<R>(process: Process<R>, scope?: Scope): Task<R> {
    const task = new Task<R>(this, process);
    this.#tasks[task.slot] = task as Task<unknown>; // it is only asked for what all tasks can do
    this.queue.ready(task.slot);
    scope?.add(task as Task<unknown>); // a scope only kills
    return task;
  }

  /** Lets time pass in a process: `yield sim.sleep(ms(3))`. The delay is rounded to whole microseconds. */
  sleep(delay: Micros): Wait {
    const due = this.queue.now + whole(delay);
    this.park();
    this.queue.schedule(due, this.#current);
    return WAIT;
  }

  /**
   * Runs a process as a part of the running one: `const result = (yield sim.call(process)) as R`.
   *
   * It means the same as `yield* process`, but a wake-up costs the same at any depth, so it suits
   * deeply nested calls. An exception in it ends the run, even if its caller would catch it.
   */
  call(process: Process<unknown>): Wait {
    this.#await(CALLING);
    this.#tasks[this.#current]!.call(process);
    return WAIT;
  }

  /** Runs everything that is due up to and including `until`; then it is `until`, unless that is `NEVER`. */
  run(until: Micros): void {
    if (this.#busy) throw new Error('the simulation is running already');
    this.#busy = true;
    const queue = this.queue;
    const limit = this.#maxEvents;
    const last = Math.min(until, Number.MAX_VALUE); // what is due at `NEVER` does not run
    try {
      for (let slot = queue.take(last); slot >= 0; slot = queue.take(last)) {
        if (this.#executed === limit) throw new EventLimitError(limit, queue.now);
        this.#executed++;
        const subject = queue.subjects[slot];
        if (queue.hasAction(slot)) {
          const action = queue.actions[slot]!;
          queue.release(slot);
          action(subject);
        } else {
          this.#resume(slot, subject as Process<unknown>); // only tasks claim slots without an action
        }
      }
      if (until !== NEVER && until > queue.now) queue.now = until;
    } finally {
      this.#busy = false;
      this.#current = NONE; // in case an exception came through
      this.#progress = RESTING;
    }
  }

  /** For the kernel: as `timeout`, for an owner that forgets the slot in time and so needs no handle. */
  timer(delay: Micros, action: Action, argument: unknown): number {
    const rounded = whole(delay);
    const slot = this.queue.claim(argument, action);
    this.queue.scheduleInLane(rounded, slot);
    return slot;
  }

  /** For the kernel: the slot of the running process. */
  running(): number {
    if (this.#progress === RESTING) throw new Error(NOBODY_WAITS);
    return this.#current;
  }

  /** For the kernel: notes that the running process has arranged to be woken. */
  park(): void {
    if (this.#progress === RUNNING) this.#progress = PARKED;
    else this.#await(PARKED);
  }

  /** For the kernel: whether the task of a slot is in the middle of a step; if so, it ends after the step. */
  doom(slot: number): boolean {
    if (this.#current !== slot) return false;
    this.#progress = DOOMED;
    return true;
  }

  /** For the kernel: runs a process that waits on until it waits again or ends. */
  continue(slot: number): void {
    this.#resume(slot, this.queue.subjects[slot] as Process<unknown>); // as in `run`
  }

  /** For the kernel: one more step of the running task, in another of its processes. */
  step(process: Process<unknown>, value: unknown): IteratorResult<Wait, unknown> {
    this.#progress = RUNNING;
    return resume.call(process, value);
  }

  /** For the kernel: declares the step of the running task over. */
  rest(): void {
    if (this.#progress === RUNNING) throw new Error('a process yielded without waiting for anything');
    this.#current = NONE;
    this.#progress = RESTING;
  }

  /** For the kernel: does something in which no process can wait. */
  holdUp(body: () => void): void {
    const progress = this.#progress;
    this.#progress = RESTING;
    body();
    if (this.#progress !== DOOMED) this.#progress = progress;
  }

  #await(progress: typeof PARKED | typeof CALLING): void {
    if (this.#progress === RESTING) throw new Error(NOBODY_WAITS);
    if (this.#progress === PARKED || this.#progress === CALLING)
      throw new Error('a process waits for one thing at a time');
    if (this.#progress === RUNNING) this.#progress = progress;
  }

  /** A wake-up touches little: the slot's generator and this object, and not the task unless it must. */
  #resume(slot: number, process: Process<unknown>): void {
    this.#current = slot;
    this.#progress = RUNNING;
    const step = resume.call(process, undefined);
    if (step.done || this.#progress !== PARKED) this.#tasks[slot]!.proceed(step);
    this.#current = NONE;
    this.#progress = RESTING;
  }
}

const NOBODY_WAITS = 'only a running process can wait';

function whole(delay: Micros): Micros {
  if (delay >= 0) return Math.round(delay);
  throw new RangeError(`a delay must not be negative: ${delay}`);
}
