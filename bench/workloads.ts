import { ln } from '../src/sim/kernel/exact-math.ts';
import { Luck, type Stream } from '../src/sim/kernel/luck.ts';
import { type Micros, seconds } from '../src/sim/kernel/time.ts';

/** What one run of a workload did. The kernel and the limit must agree on it to the last bit. */
export interface Outcome {
  /** Events by the workload's own count, which is the same for every engine. */
  readonly events: number;
  /** The statistic that shows the work was done, in units of the mean service time. */
  readonly check: number;
  /** The value that queueing theory expects for it. */
  readonly theory: number;
}

/** How much of a workload to do. */
export interface Amount {
  /** Holds, customers or requests. */
  readonly n: number;
  /** Of `hold` only: events pending at a time. */
  readonly pending: number;
  /** Of the kernel only: whether it writes its record. */
  readonly recording: boolean;
}

/** A workload on one engine. */
export type Workload = (amount: Amount) => Outcome;

/** The unit of all means: long against a microsecond, so that rounding does not show. */
export const UNIT: Micros = seconds(1);

/** The chance that every engine draws from, made anew for each run. */
export function streams(): Readonly<Record<'arrival' | 'service' | 'network', Stream>> {
  const luck = new Luck('bench');
  return {
    arrival: luck.stream('arrival'),
    service: luck.stream('service'),
    network: luck.stream('network'),
  };
}

/** An exponential time of this mean from one uniform draw. */
export function exponential(mean: Micros, u: number): Micros {
  return Math.round(-mean * ln(1 - u));
}

/** B: one server at 0.8 of its capacity. The mean wait is 0.8 / (1 - 0.8) services. */
export const mm1 = { gap: UNIT / 0.8, service: UNIT, theory: 4 } as const;

/**
 * C: a request calls a server, which calls the next, five deep. A message travels half a unit, a server
 * works one unit at 0.5 of its capacity and so holds a request for two: (0.5 + 2 + 0.5) * 5 in all.
 */
export const rpc = { hops: 5, gap: 2 * UNIT, service: UNIT, network: UNIT / 2, theory: 15 } as const;

/** C': each call of C has this timeout, a hundred times the whole request, and never meets it. */
export const PATIENCE: Micros = 100 * rpc.theory * UNIT;

/** Requests of C that fit the loops' tables at a time. At 7.5 on average this is never reached. */
export const MOST_IN_FLIGHT = 4096;
