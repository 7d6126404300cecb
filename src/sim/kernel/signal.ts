import { Line } from './line.ts';
import { Pause } from './pause.ts';
import type { Process } from './process.ts';
import type { Simulation } from './simulation.ts';
import type { Micros } from './time.ts';

/** A value that comes once, for any number of processes that wait for it. */
export class Signal<T> {
  readonly #sim: Simulation;
  readonly #waiting = new Line<Pause<T>>();
  #settled = false;
  #value: T | undefined = undefined;

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  /** Whether the value has come. */
  get settled(): boolean {
    return this.#settled;
  }

  /** The value, once it has come. */
  get value(): T | undefined {
    return this.#value;
  }

  /** Gives the value and wakes who waits, in the order of waiting. Later calls change nothing. */
  resolve(value: T): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#value = value;
    for (let pause = this.#waiting.shift(); pause; pause = this.#waiting.shift()) pause.wake();
  }

  /** Waits for the value. */
  wait(): Process<T> {
    return new Pause<T>(this.#sim, this);
  }

  /** Waits for the value, but no longer than `delay`; undefined if it has not come by then. */
  waitUpTo(delay: Micros): Process<T | undefined> {
    return new Pause<T>(this.#sim, this, delay);
  }

  /** For `Pause`. */
  begin(pause: Pause<T>): boolean {
    if (!this.#settled) this.#waiting.push(pause);
    return this.#settled;
  }

  /** For `Pause`. */
  collect(pause: Pause<T>): T {
    return (pause.expired ? undefined : this.#value) as T; // only `waitUpTo`, which says so, can expire
  }

  /** For `Pause`. */
  abandon(pause: Pause<T>): void {
    if (!pause.woken) this.#waiting.remove(pause);
  }
}
