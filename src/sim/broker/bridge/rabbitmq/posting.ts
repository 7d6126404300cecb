import { NONE } from '../../../recorder.ts';
import type { Envelope } from '../../envelope.ts';

interface PostingOptions {
  /** Told once the broker has it. */
  readonly appended?: ((record: number) => void) | null;
  readonly channel?: string;
  /** The source from which a consumer has put it aside. */
  readonly from?: string | undefined;
  readonly copy?: number;
  readonly earlier?: number;
}

/** One publish of a message: what the broker carries as its body, and what the record knows of it so far. */
export class Posting {
  readonly envelope: Envelope;
  /** Where it is published: a dead letter has left the channel that its envelope names. */
  readonly channel: string;
  /** The source from which a consumer has given it up; a redrive puts it back there. */
  readonly from: string | undefined;
  /** Which copy of its message this is, from 0: each meets luck of its own. */
  readonly copy: number;
  /** Deliveries that came before this publish, where a consumer has put the message off. */
  readonly earlier: number;
  /** What led to the publish. */
  readonly cause: number;
  /** The record of the publish; `NONE` until the broker has taken it. */
  record = NONE;
  readonly #appended: ((record: number) => void) | null;
  // Nearly always one queue: two short lists are cheaper than a map.
  readonly #queues: string[] = [];
  readonly #records: number[] = [];

  constructor(
    envelope: Envelope,
    cause: number,
    { appended = null, channel = envelope.channel, from, copy = 0, earlier = 0 }: PostingOptions = {},
  ) {
    this.envelope = envelope;
    this.channel = channel;
    this.from = from;
    this.cause = cause;
    this.#appended = appended;
    this.copy = copy;
    this.earlier = earlier;
  }

  published(record: number): void {
    this.record = record;
    this.#appended?.(record);
  }

  /** Whether the broker has taken it. */
  get taken(): boolean {
    return this.record !== NONE;
  }

  /** The last record of it in a queue; that of its publish before there is one. */
  at(queue: string): number {
    const place = this.#queues.indexOf(queue);
    if (place >= 0) return this.#records[place]!; // the lists are parallel
    return this.record === NONE ? this.cause : this.record;
  }

  move(queue: string, record: number): void {
    const place = this.#queues.indexOf(queue);
    if (place >= 0) this.#records[place] = record;
    else {
      this.#queues.push(queue);
      this.#records.push(record);
    }
  }
}
