import type { Micros } from '../../../kernel/time.ts';
import type { Clock } from '../../kafka/clock.ts';

/** The timers of a process that may stand still: what is due meanwhile happens when it goes on. The time itself goes on. */
export class ProcessClock implements Clock {
  /** Does something now or, while the process stands still, when it goes on. */
  readonly whenRunning: (action: () => void) => void;
  readonly #clock: Clock;
  /** Timers that are over and have not been acted on. */
  readonly #late = new Set<number>();

  constructor(clock: Clock, whenRunning: (action: () => void) => void) {
    this.#clock = clock;
    this.whenRunning = whenRunning;
  }

  get now(): Micros {
    return this.#clock.now;
  }

  after<A = undefined>(delay: Micros, act: (argument: A) => void, argument?: A): number {
    const handle = this.#clock.after(delay, () => this.#due(handle, () => act(argument as A)));
    return handle;
  }

  timeout<A = undefined>(delay: Micros, act: (argument: A) => void, argument?: A): number {
    const handle = this.#clock.timeout(delay, () => this.#due(handle, () => act(argument as A)));
    return handle;
  }

  cancel(handle: number): boolean {
    return this.#late.delete(handle) || this.#clock.cancel(handle);
  }

  #due(handle: number, act: () => void): void {
    this.#late.add(handle);
    this.whenRunning(() => {
      if (this.#late.delete(handle)) act();
    });
  }
}
