import type { Scheduler } from './scheduler.ts';
import { type Micros, NEVER } from './time.ts';
import { type Process, WAIT, type Wait } from './wait.ts';

/** Something a process can wait for: a permit, an item, a value, an end. */
export interface Source<T> {
  /** Whether there is no need to wait; if there is, the pause is in the source's line from now on. */
  begin(pause: Pause<T>): boolean;
  /** What the process goes on with, once it need not wait, was woken, or its time ran out. */
  collect(pause: Pause<T>): T;
  /** Takes a pause out of line or, if it was woken, takes back what it was given. */
  abandon(pause: Pause<T>): void;
}

const NEW = 0;
const WAITING = 1;
const WOKEN = 2;
const EXPIRED = 3;
const OVER = 4;

const NONE = -1;
const suspended: IteratorResult<Wait, never> = { done: false, value: WAIT };

/**
 * One wait of one process, to be used once, as `yield* pause`.
 *
 * Written out by hand instead of as a generator: it is cheaper, and it sees whether it ends by being
 * woken, by its time running out, or by its process being killed.
 */
export class Pause<T> implements Process<T> {
  /** For `Line`. */
  ahead: Pause<T> | undefined = undefined;
  behind: Pause<T> | undefined = undefined;
  /** For the source: what it hands over. */
  given: unknown = undefined;

  readonly #sim: Scheduler;
  readonly #source: Source<T>;
  readonly #limit: Micros;
  /** The slot of the process that waits. */
  #slot = NONE;
  #timer = NONE;
  #state = NEW;

  /** `limit` is how long the process waits at most. */
  constructor(sim: Scheduler, source: Source<T>, limit: Micros = NEVER) {
    this.#sim = sim;
    this.#source = source;
    this.#limit = limit;
  }

  /** Whether the source has woken this pause. */
  get woken(): boolean {
    return this.#state === WOKEN;
  }

  /** Whether the time ran out before the source woke this pause. */
  get expired(): boolean {
    return this.#state === EXPIRED;
  }

  /** For the source: ends the wait. The pause must be out of its line. */
  wake(): void {
    this.#state = WOKEN;
    if (this.#timer !== NONE) this.#sim.queue.withdraw(this.#timer);
    this.#sim.queue.ready(this.#slot); // after what is due already
  }

  next(): IteratorResult<Wait, T> {
    if (this.#state === NEW) {
      this.#slot = this.#sim.running();
      if (!this.#source.begin(this)) {
        this.#sim.park();
        this.#state = WAITING;
        if (this.#limit !== NEVER) this.#timer = this.#sim.timer(this.#limit, expire, this);
        return suspended;
      }
    } else if (this.#state === WAITING || this.#state === OVER) {
      throw new Error('a pause can be used once, as yield* pause');
    }
    const value = this.#source.collect(this);
    this.#state = OVER;
    return { done: true, value };
  }

  /** Ends the wait because its process was killed. */
  return(value: T): IteratorResult<Wait, T> {
    if (this.#state === WAITING || this.#state === WOKEN) {
      if (this.#state === WAITING && this.#timer !== NONE) this.#sim.queue.withdraw(this.#timer);
      this.#source.abandon(this);
    }
    this.#state = OVER;
    return { done: true, value };
  }

  throw(error: unknown): never {
    throw error;
  }

  [Symbol.iterator](): this {
    return this;
  }

  /** For `expire`: goes on without what it waited for. */
  expire(): void {
    this.#source.abandon(this);
    this.#timer = NONE;
    this.#state = EXPIRED;
    this.#sim.continue(this.#slot);
  }
}

function expire(pause: unknown): void {
  (pause as Pause<unknown>).expire(); // only pauses set this action
}
