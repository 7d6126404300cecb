import type { Micros } from '../../sim/kernel/time.ts';

/** One thing that breaks a check, and the records that prove it. */
export interface Finding {
  readonly message: string;
  /** The entity it is about, such as order-17; null where it is about the whole run. */
  readonly subject: string | null;
  readonly at: Micros;
  /** Indices into the run's record, in the order of time. */
  readonly records: readonly number[];
}

/** The order of findings: by time, then by the record that completed the proof. */
export function byTime(a: Finding, b: Finding): number {
  return a.at - b.at || (a.records.at(-1) ?? 0) - (b.records.at(-1) ?? 0);
}

/**
 * What one check found.
 *
 * `vacuous`: the case it asks about never arose, so it shows nothing. `unknown`: the run ended too early to tell.
 */
type CheckOutcome = 'valid' | 'invalid' | 'vacuous' | 'unknown';

/** The numbers that a check measured, by name: microseconds for a time, per cent for a share, else as they stand. */
export type Measures = Readonly<Record<string, number>>;

/** One check of an exercise, held against one run. */
export interface CheckResult {
  readonly id: string;
  readonly kind: string;
  readonly weight: 'primary' | 'secondary';
  readonly outcome: CheckOutcome;
  /** What is demanded, with its threshold. */
  readonly need: string;
  /** What the run gave. */
  readonly got: string;
  /** What it measured, such as `success` and `p99` in the worst window; empty where it came to no verdict. */
  readonly measures: Measures;
  /** When it was first broken; null where it was not. */
  readonly at: Micros | null;
  /** The first of them in the order of time, at most {@link MOST_FINDINGS}. */
  readonly findings: readonly Finding[];
  /** How many findings there are in all. */
  readonly count: number;
}

/** All checks of an exercise against one run. */
export interface Verdict {
  /** `held` needs every primary check, and every conservation law, to be valid. */
  readonly outcome: 'held' | 'failed' | 'vacuous' | 'unknown';
  readonly checks: readonly CheckResult[];
  /** The primary check that was broken earliest. */
  readonly firstFailed?: string;
}

/** Findings that a result keeps. */
export const MOST_FINDINGS = 100;
