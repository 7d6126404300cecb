import { RUNG } from '../sim/kernel/record.ts';

/** The identity of a run: its fingerprint, and what it was after every rung of 4096 records. */
export interface Identity {
  readonly fingerprint: string;
  readonly ladder: readonly string[];
  readonly length: number;
}

/** A stretch of records in which two runs part; `to` is left out. */
export interface Parting {
  /** The rung, from 0. */
  readonly rung: number;
  readonly from: number;
  readonly to: number;
}

/** The first rung in which two runs differ; undefined where they are the same. */
export function firstParting(a: Identity, b: Identity): Parting | undefined {
  if (a.fingerprint === b.fingerprint && a.length === b.length) return undefined;
  const shorter = Math.min(a.ladder.length, b.ladder.length);
  let rung = 0;
  while (rung < shorter && a.ladder[rung] === b.ladder[rung]) rung++;
  return { rung, from: rung * RUNG, to: (rung + 1) * RUNG };
}
