import type { Action, EventQueue } from './event-queue.ts';
import type { Micros } from './time.ts';
import type { Process, Wait } from './wait.ts';

/** What tasks and waits need of the simulation they are in. Only the kernel's own files call these. */
export interface Scheduler {
  /** What is due. */
  readonly queue: EventQueue;
  /** The slot of the running process; throws if none is running. */
  running(): number;
  /** Notes that the running process has arranged to be woken; throws if none is running. */
  park(): void;
  /** Runs an action after a delay that many share; the slot is for an owner that forgets it in time. */
  timer(delay: Micros, action: Action, argument: unknown): number;
  /** Runs a process that waits on until it waits again or ends. */
  continue(slot: number): void;
  /** Whether a slot's process is in the middle of a step; if so, it ends after the step. */
  doom(slot: number): boolean;
  /** One more step of the running task, in another of its processes. */
  step(process: Process<unknown>, value: unknown): IteratorResult<Wait, unknown>;
  /** Declares the step of the running task over. */
  rest(): void;
  /** Does something in which no process can wait. */
  holdUp(body: () => void): void;
}
