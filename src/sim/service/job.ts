import type { Incoming } from '../calls/send.ts';
import type { Frame } from '../flow/frame.ts';
import type { Micros } from '../kernel/time.ts';
import type { Operation } from './operation.ts';
import type { Release } from './release.ts';

/** A request that has come to a replica. */
export interface Job {
  readonly incoming: Incoming;
  readonly operation: Operation;
  readonly arrived: Micros;
  /** The record of its arrival, which is its span. */
  readonly record: number;
  readonly priority: number;
  /** The version that was running when it came. */
  readonly release: Release;
  /** What a worker does for it, once one has begun. */
  frame: Frame | null;
  /** Nobody waited any more when it was answered. */
  wasted: boolean;
}

export const PRIORITIES = { high: 2, normal: 1, low: 0 } as const;
export type Urgency = keyof typeof PRIORITIES;
