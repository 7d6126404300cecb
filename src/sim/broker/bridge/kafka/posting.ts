import type { Name } from '../../../recorder.ts';
import { NONE } from '../../../recorder.ts';
import type { Envelope } from '../../envelope.ts';

/** One send of a message: what the log carries as its value, and what the record knows of it. */
export class Posting {
  readonly envelope: Envelope;
  /** What led to the send. */
  readonly cause: number;
  /** Which copy of its message this is, from 0. */
  readonly copy: number;
  /** The record of its first append; `NONE` until then. */
  record = NONE;
  /** The partition that has it. */
  partition: Name | undefined;
  /** Where it was appended last, and under which leader; an offset of -1: it is nowhere yet, or no longer. */
  offset = -1;
  leaderEpoch = -1;
  readonly #appended: ((record: number) => void) | undefined;

  constructor(envelope: Envelope, cause: number, appended?: (record: number) => void, copy = 0) {
    this.envelope = envelope;
    this.cause = cause;
    this.copy = copy;
    this.#appended = appended;
  }

  appendedAs(record: number, partition: Name, offset: number, leaderEpoch: number): void {
    const first = this.record === NONE;
    this.record = record;
    this.partition = partition;
    this.offset = offset;
    this.leaderEpoch = leaderEpoch;
    if (first) this.#appended?.(record);
  }
}
