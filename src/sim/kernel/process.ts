import { Line } from './line.ts';
import { Pause } from './pause.ts';
import type { Scheduler } from './scheduler.ts';
import { type Process, WAIT, type Wait } from './wait.ts';

export type { Process, Wait } from './wait.ts';

// Every generator function has its own prototype, so `process.next` would be looked up anew for each
// of them. All share these two.
const generators = Object.getPrototypeOf(Object.getPrototypeOf((function* () {})())) as Process<unknown>;
const generatorReturn = generators.return;

/** The `next` of every generator, to be used by `call`. */
export const resume = generators.next;

const ALIVE = 0;
const ENDING = 1;
const ENDED = 2;

/** One process in progress. Made by `Simulation.spawn` and `Scope.spawn`. */
export class Task<R> {
  /** What the process returned; undefined before that, and for ever if it was killed. */
  result: R | undefined = undefined;
  /** For the kernel: the slot that wakes this task. The generator to resume is the slot's subject. */
  readonly slot: number;
  /** For `Scope`: the scope and the neighbours in it. */
  scope: Scope | undefined = undefined;
  next: Task<unknown> | undefined = undefined;
  previous: Task<unknown> | undefined = undefined;
  /** For `Scope`: it goes on where the others of its scope are held. */
  free = false;

  readonly #sim: Scheduler;
  #state = ALIVE;
  #doomed = false;
  /** The process to run in place of the one that called it. */
  #called: Process<unknown> | undefined = undefined;
  /** The callers of the innermost process, outermost first, while there are any. */
  #callers: Process<unknown>[] | undefined = undefined;
  #joiners: Line<Pause<R | undefined>> | undefined = undefined;
  /** While it is held: the process that goes on afterwards. */
  #held: Process<unknown> | undefined = undefined;

  /** For `Simulation.spawn`, which makes it due. */
  constructor(sim: Scheduler, process: Process<R>) {
    this.#sim = sim;
    this.slot = sim.queue.claim(driven(process));
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
    if (this.#state !== ALIVE) return;
    this.resume();
    if (this.#sim.doom(this.slot)) {
      this.#doomed = true;
      return;
    }
    this.#state = ENDING;
    this.#sim.holdUp(() => {
      const { subjects } = this.#sim.queue;
      for (
        let frame = subjects[this.slot] as Process<unknown> | undefined;
        frame;
        frame = this.#callers?.pop()
      ) {
        const last = generatorReturn.call(frame, undefined);
        if (!last.done) throw new Error('a killed process waited in a finally block');
      }
    });
    this.#end(undefined);
  }

  /** For `Scope`: from now on it does not go on when it is due; `due` is told instead. It must not be running. */
  hold(due: (task: Task<R>) => void): void {
    if (this.#state !== ALIVE || this.#held !== undefined) return;
    const { subjects } = this.#sim.queue;
    this.#held = subjects[this.slot] as Process<unknown>; // a task's slot has a generator as its subject
    subjects[this.slot] = standstill(this.#sim, () => due(this));
  }

  /** For `Scope`: it goes on when it is due, as before. What was due meanwhile is not made up for. */
  resume(): void {
    if (this.#held === undefined) return;
    this.#sim.queue.subjects[this.slot] = this.#held;
    this.#held = undefined;
  }

  /** Waits until the process has ended, and gives its result (undefined if it was killed). */
  join(): Process<R | undefined> {
    return new Pause<R | undefined>(this.#sim, this);
  }

  /** For `Simulation.call`: the process to run in place of the running one until it returns. */
  call(process: Process<unknown>): void {
    this.#called = driven(process);
  }

  /**
   * For `Simulation`: what there is to do after a step that did more than begin to wait. Enters called
   * processes and returns from ended ones until one waits or the last has ended.
   */
  proceed(step: IteratorResult<Wait, unknown>): void {
    const sim = this.#sim;
    const { subjects } = sim.queue;
    let frame = subjects[this.slot] as Process<unknown>; // a task's slot has a generator as its subject
    while (true) {
      let value: unknown;
      if (step.done) {
        const caller = this.#callers?.pop();
        if (caller === undefined) {
          this.#end(step.value as R); // the outermost generator is the process this task was made for
          return;
        }
        frame = caller;
        value = step.value;
      } else if (this.#doomed) {
        sim.rest();
        this.kill();
        return;
      } else if (this.#called !== undefined) {
        this.#callers ??= [];
        this.#callers.push(frame);
        frame = this.#called;
        this.#called = undefined;
      } else {
        sim.rest();
        return;
      }
      subjects[this.slot] = frame;
      step = sim.step(frame, value);
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

/** Stands in for a process that is held: when it is due, somebody is told. */
function* standstill(sim: Scheduler, due: () => void): Process<never> {
  while (true) {
    due();
    sim.park();
    yield WAIT;
  }
}

/** What a scope needs of the simulation. */
interface Spawner {
  readonly queue: { ready(slot: number): void };
  spawn<R>(process: Process<R>, scope: Scope): Task<R>;
  after(delay: number, action: () => void): number;
}

/** The tasks of one owner, which end together: a replica's, a request's. */
export class Scope {
  readonly #sim: Spawner;
  #first: Task<unknown> | undefined = undefined;
  #last: Task<unknown> | undefined = undefined;
  #size = 0;
  #held = false;
  /** What became due while the scope was held, in order. */
  #due: (Task<unknown> | (() => void))[] = [];

  constructor(sim: Spawner) {
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

  /** As `spawn`, for a process that ends with the others and is not held with them. */
  spawnBeside<R>(process: Process<R>): Task<R> {
    const task = this.#sim.spawn(process, this);
    task.free = true;
    task.resume();
    return task;
  }

  /** Whether its tasks stand still. */
  get held(): boolean {
    return this.#held;
  }

  /**
   * Lets its tasks stand still, also those that are spawned from now on: what becomes due for one of them happens
   * when they are released. Time passes all the same, so waits with a limit end at their time. None may be running.
   */
  hold(): void {
    this.#held = true;
    for (let task = this.#first; task; task = task.next) if (!task.free) task.hold(this.#wake);
  }

  /** Lets its tasks go on: what became due meanwhile happens now, in the order in which it became due. */
  release(): void {
    this.#held = false;
    for (let task = this.#first; task; task = task.next) task.resume();
    const due = this.#due;
    this.#due = [];
    for (const one of due) {
      if (one instanceof Task) this.#sim.queue.ready(one.slot);
      else this.#sim.after(0, one);
    }
  }

  /** Does something now or, while the scope is held, when it is released; not at all if it is killed before. */
  whenRunning(action: () => void): void {
    if (this.#held) this.#due.push(action);
    else action();
  }

  readonly #wake = (task: Task<unknown>): void => {
    this.#due.push(task);
  };

  /**
   * Kills the tasks in the order in which they were spawned, also those that a `finally` block spawns
   * meanwhile. The scope can be used again.
   */
  kill(): void {
    this.#held = false;
    this.#due = [];
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
    if (this.#held && !task.free) task.hold(this.#wake);
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
