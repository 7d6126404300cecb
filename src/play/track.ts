import { countUpTo } from '../scenarios/channels/level.ts';
import type { Micros } from '../sim/kernel/time.ts';
import type { Run } from '../sim/run.ts';

/** A run as something to move along: records in the order of time, with places worth stopping at. */
export interface Track {
  /** Records in all; positions run from 0 to one less. */
  readonly length: number;
  timeAt(record: number): Micros;
  /** Records worth a stop: first fault, first symptom, broken invariants, recoveries. Rising. */
  readonly beats: readonly number[];
  /** Records at which an invariant broke. Rising. */
  readonly breaks: readonly number[];
  /** The records about one subject, rising; empty where the run has none of that name. */
  about(subject: string): readonly number[];
}

const rising = (records: readonly number[]): number[] => [...new Set(records)].sort((a, b) => a - b);

/** Makes a track of a run. Looking a subject up scans the record once; later look-ups are free. */
export function trackOf(run: Run, beats: readonly number[], breaks: readonly number[]): Track {
  const { record } = run;
  const found = new Map<string, readonly number[]>();
  return {
    length: record.length,
    timeAt: (index) => record.timeAt(index),
    beats: rising(beats),
    breaks: rising(breaks),
    about(subject) {
      const known = found.get(subject);
      if (known) return known;
      const records: number[] = [];
      const name = record.names.find(subject);
      if (name >= 0) {
        const { subject: column } = record.columns();
        for (let index = 0; index < column.length; index++) if (column[index] === name) records.push(index);
      }
      found.set(subject, records);
      return records;
    },
  };
}

/** The first of rising numbers that is above `than`. */
export function firstAbove(numbers: readonly number[], than: number): number | undefined {
  return numbers[countUpTo(numbers, than)];
}

/** The last of rising numbers that is below `than`. */
export function lastBelow(numbers: readonly number[], than: number): number | undefined {
  return numbers[countUpTo(numbers, than - 1) - 1];
}
