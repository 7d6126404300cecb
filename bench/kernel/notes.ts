import { EventRecord } from '../../src/sim/kernel/record.ts';

/** The kinds of events that the workloads record. */
export const ARRIVED = 1;
export const SERVED = 2;
export const REPLIED = 3;
export const HELD = 4;

/** Counts a workload's events and writes its record, or leaves the record out to show what it costs. */
export class Notes {
  count = 0;
  /** When the latest event happened. */
  last = 0;
  readonly #record: EventRecord | undefined;

  constructor(recording: boolean) {
    this.#record = recording ? new EventRecord() : undefined;
  }

  note(time: number, kind: number, place: number, peer: number, subject: number): void {
    this.count++;
    this.last = time;
    this.#record?.append(time, kind, place, peer, subject, subject - 1, place, time, 0);
  }
}
