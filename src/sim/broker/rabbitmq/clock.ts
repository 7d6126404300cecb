import type { Micros } from '../../kernel/time.ts';

/** What the broker knows of time; the kernel's `Simulation` is one. */
export interface Clock {
  readonly now: Micros;
  /** Runs `act` after `delay`; the number returned names it for `cancel`. */
  after(delay: Micros, act: () => void): number;
  cancel(handle: number): boolean;
}

/** Microseconds in the milliseconds of AMQP's settings. */
export const MILLISECOND: Micros = 1_000;
