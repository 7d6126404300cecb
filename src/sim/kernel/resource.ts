import { Line } from './line.ts';
import { Pause } from './pause.ts';
import type { Process } from './process.ts';
import type { Simulation } from './simulation.ts';
import type { Micros } from './time.ts';

/** A number of equal permits, given first come, first served. */
export class Resource {
  readonly #sim: Simulation;
  readonly #line = new Line<Pause<boolean>>();
  #capacity: number;
  #inUse = 0;

  constructor(sim: Simulation, capacity: number) {
    this.#sim = sim;
    this.#capacity = capacity;
  }

  /** Permits there are: 0 or more. */
  get capacity(): number {
    return this.#capacity;
  }

  /**
   * Adds permits, which go to those who wait, or takes permits away. Those in use are not revoked: until
   * enough are released, more can be in use than there are.
   */
  set capacity(capacity: number) {
    this.#capacity = capacity;
    this.#grant();
  }

  /** Permits given and not released. */
  get inUse(): number {
    return this.#inUse;
  }

  /** Processes in line. */
  get waiting(): number {
    return this.#line.length;
  }

  /** Waits for a permit. A process that is killed in line leaves it. */
  acquire(): Process<void> {
    return new Pause<boolean>(this.#sim, this) as Pause<unknown> as Process<void>; // it is given nothing of use
  }

  /** Waits for a permit, but no longer than `delay`; false if it was not given one by then. */
  acquireUpTo(delay: Micros): Process<boolean> {
    return new Pause<boolean>(this.#sim, this, delay);
  }

  /** Takes a permit if one is free; whether it did. */
  tryAcquire(): boolean {
    if (this.#inUse >= this.#capacity) return false;
    this.#inUse++;
    return true;
  }

  /** Gives a permit back, to the first in line if there is one. */
  release(): void {
    if (this.#inUse === 0) throw new Error('a permit was released that nobody had');
    this.#inUse--;
    this.#grant();
  }

  #grant(): void {
    while (this.#line.length > 0 && this.#inUse < this.#capacity) {
      this.#inUse++;
      this.#line.shift()?.wake();
    }
  }

  /** For `Pause`. Nobody waits while a permit is free, so a newcomer overtakes nobody. */
  begin(pause: Pause<boolean>): boolean {
    if (this.tryAcquire()) return true;
    this.#line.push(pause);
    return false;
  }

  /** For `Pause`. */
  collect(pause: Pause<boolean>): boolean {
    return !pause.expired;
  }

  /** For `Pause`. */
  abandon(pause: Pause<boolean>): void {
    if (pause.woken) this.release();
    else this.#line.remove(pause);
  }
}
