import { mix } from '../../../kernel/luck.ts';
import { NONE } from '../../../recorder.ts';
import type { Envelope } from '../../envelope.ts';
import type { MessageLuck } from '../../sqs/message.ts';

interface PostingOptions {
  /** Told once the service has it. */
  readonly appended?: (record: number) => void;
  readonly copy?: number;
}

/** One send of a message: what the queue carries as its body, and what the record knows of the send. */
export class Posting {
  readonly envelope: Envelope;
  /** What led to the send. */
  readonly cause: number;
  /** Which copy of its message this is, from 0: each meets luck of its own. */
  readonly copy: number;
  /** The record of its acceptance; `NONE` until then. */
  record = NONE;
  /** Copies of it that have come to light a second time. */
  strays = 0;
  readonly #appended: ((record: number) => void) | undefined;

  constructor(envelope: Envelope, cause: number, { appended, copy = 0 }: PostingOptions = {}) {
    this.envelope = envelope;
    this.cause = cause;
    this.copy = copy;
    this.#appended = appended;
  }

  accepted(record: number): void {
    this.record = record;
    this.#appended?.(record);
  }

  get luck(): MessageLuck {
    const { envelope, copy } = this;
    const variant = copy === 0 ? envelope.variant : mix(envelope.variant, 8_000 + copy);
    return { key: keyOf(envelope), variant };
  }
}

/** For whom a message's luck is drawn. */
export const keyOf = ({ thing, id }: Envelope): number => thing?.key ?? id;
