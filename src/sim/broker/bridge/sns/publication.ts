import { NONE } from '../../../recorder.ts';
import type { Envelope } from '../../envelope.ts';

/** One publish of a message to a topic, and what the record knows of it. */
export class Publication {
  readonly envelope: Envelope;
  /** What led to it. */
  readonly cause: number;
  /** Which copy of its message this is, from 0. */
  readonly copy: number;
  /** The record of its acceptance; `NONE` until then. */
  record = NONE;
  readonly #appended: ((record: number) => void) | undefined;
  /** The last record of it on its way to each subscription. */
  readonly #last = new Map<string, number>();

  constructor(envelope: Envelope, cause: number, copy = 0, appended?: (record: number) => void) {
    this.envelope = envelope;
    this.cause = cause;
    this.copy = copy;
    this.#appended = appended;
  }

  get taken(): boolean {
    return this.record !== NONE;
  }

  accepted(record: number): void {
    this.record = record;
    this.#appended?.(record);
  }

  at(subscription: string): number {
    return this.#last.get(subscription) ?? this.record;
  }

  move(subscription: string, record: number): void {
    this.#last.set(subscription, record);
  }
}
