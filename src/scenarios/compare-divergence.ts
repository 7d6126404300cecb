import type { Micros } from '../sim/kernel/time.ts';
import type { Run } from '../sim/run.ts';
import { describeRecord } from './narrate.ts';

/** Where two runs part: what each did first that the other did not. */
export interface Divergence {
  readonly record: number;
  readonly at: Micros;
  /** What happened there, in each; null where the run was over. */
  readonly a: string | null;
  readonly b: string | null;
  /** The entity it happened to, if to any. */
  readonly subject: string | null;
}

/** The first record in which two runs differ, by what it says; undefined where they are equal. */
function firstDifferingRecord(runA: Run, runB: Run): number | undefined {
  const a = runA.record.columns();
  const b = runB.record.columns();
  const namesA = runA.record.names;
  const namesB = runB.record.names;
  // Names get their numbers in the order of first use, which differs where one world names more than the other.
  const sameText = (x: number | undefined, y: number | undefined) =>
    x === undefined || y === undefined || x < 0 || y < 0 ? x === y : namesA.text(x) === namesB.text(y);
  const shorter = Math.min(a.kind.length, b.kind.length);
  for (let i = 0; i < shorter; i++) {
    const same =
      a.time[i] === b.time[i] &&
      a.kind[i] === b.kind[i] &&
      a.cause[i] === b.cause[i] &&
      a.span[i] === b.span[i] &&
      Object.is(a.value[i], b.value[i]) &&
      sameText(a.place[i], b.place[i]) &&
      sameText(a.peer[i], b.peer[i]) &&
      sameText(a.subject[i], b.subject[i]) &&
      sameText(a.detail[i], b.detail[i]);
    if (!same) return i;
  }
  return a.kind.length === b.kind.length ? undefined : shorter;
}

/** Where two runs part, told for people; undefined where they are equal. */
export function firstDivergence(runA: Run, runB: Run): Divergence | undefined {
  const record = firstDifferingRecord(runA, runB);
  if (record === undefined) return undefined;
  const has = (run: Run) => record < run.record.length;
  const longer = has(runA) ? runA : runB;
  const subject = longer.record.subjectAt(record);
  const times = [runA, runB].filter(has).map((run) => run.record.timeAt(record));
  return {
    record,
    at: Math.min(...times),
    a: has(runA) ? describeRecord(runA, record) : null,
    b: has(runB) ? describeRecord(runB, record) : null,
    subject: subject < 0 ? null : longer.record.names.text(subject),
  };
}
