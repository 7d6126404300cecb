import type { Micros } from '../../kernel/time.ts';

/** What brokers and clients know of time; the kernel's `Simulation` is one. */
export interface Clock {
  readonly now: Micros;
  /** Runs `act(argument)` after `delay`; the number returned names it for `cancel`. */
  after<A = undefined>(delay: Micros, act: (argument: A) => void, argument?: A): number;
  /** As `after`, and cheaper where many use the very same delay and most are cancelled. */
  timeout<A = undefined>(delay: Micros, act: (argument: A) => void, argument?: A): number;
  cancel(handle: number): boolean;
}

/** Microseconds in the milliseconds of Kafka's settings. */
export const MILLISECOND: Micros = 1_000;

/** Names no timer: to cancel it does nothing. */
export const NO_TIMER = -1;
