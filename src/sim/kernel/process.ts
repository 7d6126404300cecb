import { Line } from './line.ts';
import { Pause } from './pause.ts';
import type { Simulation } from './simulation.ts';

declare const wait: unique symbol;

/** What a process yields after it has arranged to be woken. It carries nothing. */
export interface Wait {
  readonly [wait]: true;
}

/** Behaviour over virtual time: a generator that the simulation resumes. */
export type Process<R = void> = Generator<Wait, R, unknown>;

// Every generator function has its own prototype, so `process.next` would be looked up anew for each
// of them. All share these two.
const generators = Object.getPrototypeOf(Object.getPrototypeOf((function* () {})())) as Process<unknown>;
const generatorNext = generators.next;
const generatorReturn = generators.return;

const RUNNING = 0;
const WAITING = 1;
const ENDING = 2;
const ENDED = 3;

/** One process in progress. Made by `Simulation.spawn` and `Scope.spawn`. */
export class Task<R> {
  // What a wake-up needs comes first, so that it lies together in memory.
  #frame: Process<unknown>;
  #state = WAITING;
  #doomed = false;
  #called: Process<unknown> | undefined = undefined;
  /** For the kernel: the slot that wakes this task. */
  readonly slot: number;
  readonly #sim: Simulation;
  /** The callers of `#frame`, outermost first, while there are any. */
  #callers: Process<unknown>[] | undefined = undefined;
  #joiners: Line<Pause<R | undefined>> | undefined = undefined;
  /** What the process returned; undefined before that, and for ever if it was killed. */
  result: R | undefined = undefined;
  /** For `Scope`: the scope and the neighbours in it. */
  scope: Scope | undefined = undefined;
  next: Task<unknown> | undefined = undefined;
  previous: Task<unknown> | undefined = undefined;

  /** For the kernel, which makes it due. */
  constructor(sim: Simulation, process: Process<R>) {
    this.#frame = driven(process);
    this.slot = sim.queue.claim(this);
    this.#sim = sim;
  }

  /** Whether the process has returned or was killed. */
  get done(): boolean {
    return this.#state === ENDED;
  }

  /**
   * Ends the process: runs its `finally` blocks now and forgets whatever it waited for.
   *
   * A process that is running (it kills itself, or something it called does) ends at its next wait.
   * A `finally` block of a killed process may not wait. Killing twice is harmless.
   */
  kill(): void {
    if (this.#state === RUNNING) this.#doomed = true;
    if (this.#state !== WAITING) return;

    this.#state = ENDING;
    const killer = this.#sim.current;
    this.#sim.current = undefined;
    try {
      for (let frame: Process<unknown> | undefined = this.#frame; frame; frame = this.#callers?.pop()) {
        const last = generatorReturn.call(frame, undefined);
        if (!last.done) throw new Error('a killed process waited in a finally block');
      }
    } finally {
      this.#sim.current = killer;
    }
    this.#end(undefined);
  }

  /** Waits until the process has ended, and gives its result (undefined if it was killed). */
  join(): Process<R | undefined> {
    return new Pause<R | undefined>(this.#sim, this);
  }

  /** For the kernel: declares that the running process has arranged to be woken. */
  park(): void {
    if (this.#called !== undefined) throw new Error('a call must be yielded at once');
    if (this.#state !== RUNNING) throw new Error('a process can wait for one thing at a time');
    this.#state = WAITING;
  }

  /** For the kernel: makes the process due at once, after what is due already. */
  wake(): void {
    this.#sim.queue.ready(this.slot);
  }

  /** For the kernel: lets the process run until it waits again or ends. */
  resume(): void {
    const sim = this.#sim;
    sim.current = this as Task<unknown>; // a task is only ever asked for what is the same for all results
    this.#state = RUNNING;
    const step = generatorNext.call(this.#frame, undefined);
    if (step.done || this.#called !== undefined) this.#proceed(step);
    sim.current = undefined;
    if (this.#state !== WAITING) {
      if (this.#state === RUNNING) throw new Error('a process yielded without waiting for anything');
    } else if (this.#doomed) this.kill();
  }

  /** For `Simulation.call`: the process to run in place of the running one until it returns. */
  call(process: Process<unknown>): void {
    if (this.#called !== undefined) throw new Error('a process can call one other at a time');
    this.#called = driven(process);
  }

  /** Enters called processes and returns from ended ones until one waits or the last has ended. */
  #proceed(step: IteratorResult<Wait, unknown>): void {
    while (true) {
      let value: unknown;
      if (this.#called !== undefined) {
        this.#callers ??= [];
        this.#callers.push(this.#frame);
        this.#frame = this.#called;
        this.#called = undefined;
      } else if (step.done) {
        const caller = this.#callers?.pop();
        if (caller === undefined) {
          this.#end(step.value as R); // the outermost frame is the process this task was made for
          return;
        }
        this.#frame = caller;
        value = step.value;
      } else {
        return;
      }
      step = generatorNext.call(this.#frame, value);
    }
  }

  #end(result: R | undefined): void {
    this.#state = ENDED;
    this.result = result;
    this.#sim.queue.withdraw(this.slot);
    this.scope?.remove(this);
    const joiners = this.#joiners;
    if (joiners === undefined) return;
    for (let joiner = joiners.shift(); joiner; joiner = joiners.shift()) joiner.wake();
  }

  /** For `Pause`: joining is over at once if the process has ended. */
  begin(pause: Pause<R | undefined>): boolean {
    if (this.done) return true;
    this.#joiners ??= new Line();
    this.#joiners.push(pause);
    return false;
  }

  /** For `Pause`. */
  collect(): R | undefined {
    return this.result;
  }

  /** For `Pause`. */
  abandon(pause: Pause<R | undefined>): void {
    if (!pause.woken) this.#joiners?.remove(pause);
  }
}

/** Hand-written waits are no generators, so the builtin `next` cannot drive them directly. */
function driven<R>(process: Process<R>): Process<R> {
  return process instanceof Pause ? outermost(process) : process;
}

function* outermost<R>(process: Process<R>): Process<R> {
  return yield* process;
}

/** The tasks of one owner, which end together: a replica's, a request's. */
export class Scope {
  readonly #sim: Simulation;
  #first: Task<unknown> | undefined = undefined;
  #last: Task<unknown> | undefined = undefined;
  #size = 0;

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  /** Tasks that have not ended. */
  get size(): number {
    return this.#size;
  }

  /** Starts a process that ends at the latest when this scope is killed. */
  spawn<R>(process: Process<R>): Task<R> {
    return this.#sim.spawn(process, this);
  }

  /**
   * Kills the tasks in the order in which they were spawned, also those that a `finally` block spawns
   * meanwhile. The scope can be used again.
   */
  kill(): void {
    for (let task = this.#first; task; task = this.#first) {
      this.remove(task); // first, because a running task ends only later
      task.kill();
    }
  }

  /** For `Simulation.spawn`. */
  add(task: Task<unknown>): void {
    task.scope = this;
    task.previous = this.#last;
    if (this.#last === undefined) this.#first = task;
    else this.#last.next = task;
    this.#last = task;
    this.#size++;
  }

  /** For `Task`: takes one that has ended out. */
  remove(task: Task<unknown>): void {
    if (task.previous === undefined) this.#first = task.next;
    else task.previous.next = task.next;
    if (task.next === undefined) this.#last = task.previous;
    else task.next.previous = task.previous;
    task.scope = undefined;
    task.next = undefined;
    task.previous = undefined;
    this.#size--;
  }
}
