import type { Run } from '../sim/run.ts';
import { describeRecord } from './narrate.ts';

/** What it takes to tell whether two runs are the same, and where they part. */
export interface Trace {
  readonly fingerprint: string;
  readonly ladder: readonly string[];
  readonly length: number;
  /** The records that were asked for, each in full. */
  readonly lines: readonly string[];
}

/** The trace of a run, with its records from one index up to another, which is left out. */
export function traceOf(run: Run, from: number, to: number): Trace {
  const { record } = run;
  const lines: string[] = [];
  for (let i = from; i < Math.min(to, record.length); i++) {
    const exact = `value ${record.valueAt(i)}, cause ${record.causeAt(i)}, span ${record.spanAt(i)}`;
    lines.push(`${describeRecord(run, i)}  (${record.timeAt(i)} µs, ${exact})`);
  }
  return { fingerprint: run.fingerprint, ladder: run.ladder, length: record.length, lines };
}
